// Typed identifiers: 63-bit positive integers that do not mix.
//
// No arithmetic, no default, no conversion between kinds. Ids sort by time of
// making (42 bits of milliseconds, 21 random) except person ids, which are
// fully random so that they say nothing (DESIGN section 8).
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe {

template <class Tag>
class Id {
 public:
  // Precondition: value > 0 (asserted); use parse() for outside input.
  static Id of(std::int64_t value) noexcept;
  // Decimal digits, as in JSON and URLs. Errors: invalid_argument.
  [[nodiscard]] static Result<Id> parse(std::string_view text);

  [[nodiscard]] std::int64_t value() const noexcept { return value_; }
  [[nodiscard]] std::string to_string() const { return std::to_string(value_); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::int64_t value) noexcept : value_(value) {}
  std::int64_t value_;
};

// The positive 63-bit integer written in `text`. Errors: invalid_argument.
[[nodiscard]] Result<std::int64_t> parse_id_digits(std::string_view text);
// Asserts that `value` is positive.
std::int64_t checked_id_value(std::int64_t value) noexcept;

template <class Tag>
Id<Tag> Id<Tag>::of(std::int64_t value) noexcept {
  return Id{checked_id_value(value)};
}
template <class Tag>
Result<Id<Tag>> Id<Tag>::parse(std::string_view text) {
  LETHE_TRY(const std::int64_t value, parse_id_digits(text));
  return Id{value};
}

// Who a sealed cell belongs to: the person whose erasure makes it unreadable.
using OwnerId = Id<struct OwnerTag>;

}  // namespace lethe

template <class Tag>
struct std::hash<lethe::Id<Tag>> {
  std::size_t operator()(const lethe::Id<Tag>& id) const noexcept {
    return std::hash<std::int64_t>{}(id.value());
  }
};
