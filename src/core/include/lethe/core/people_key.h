// MatchKey: a name as it is compared, never as it is shown.
//
// Contact tags, addresses and companies are typed by hand into exception lists
// (docs/retention.md A13..A15, RET-24). Two spellings are the same key when
// they agree after trimming, Unicode NFC and case folding; addresses also after
// IDNA (see address.h). Groups, types and ticket tags of a rule are managed
// names and are compared exactly; they are plain strings.
#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

class MatchKey {
 public:
  // Total: ill-formed UTF-8 is compared by its repaired form. May be empty.
  [[nodiscard]] static MatchKey of(std::string_view text);
  // The normalised address when `text` is one, else as of().
  [[nodiscard]] static MatchKey of_address(std::string_view text);
  // A key made of a number, for ids: of_number(7) equals of("7").
  [[nodiscard]] static MatchKey of_number(std::int64_t number);

  [[nodiscard]] std::string_view view() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  friend auto operator<=>(const MatchKey&, const MatchKey&) = default;

 private:
  explicit MatchKey(std::string text) noexcept : text_(std::move(text)) {}
  std::string text_;
};

// A list typed by hand: every entry may hold several, separated by commas.
// Sorted, without duplicates and empty pieces, ready for contains_any().
[[nodiscard]] std::vector<MatchKey> typed_keys(std::span<const std::string> entries);
[[nodiscard]] std::vector<MatchKey> typed_address_keys(std::span<const std::string> entries);

// True when one of `keys` is in `sorted` (as typed_keys() returns it).
[[nodiscard]] bool contains_any(std::span<const MatchKey> sorted, std::span<const MatchKey> keys);

}  // namespace lethe::core
