#include "lethe/base/id.h"

#include <charconv>

#include "lethe/base/assert.h"

namespace lethe {

Result<std::int64_t> parse_id_digits(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value <= 0) {
    return fail(Errc::invalid_argument, "not an id");
  }
  return value;
}

std::int64_t checked_id_value(std::int64_t value) noexcept {
  LETHE_ASSERT(value > 0);
  return value;
}

}  // namespace lethe
