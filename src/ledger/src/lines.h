// Reading line by line, and the two number forms our formats share.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::ledger {

// Takes the next line off `rest`, without its end. Errors: invalid_argument
// when no end of line is left, saying which line was wanted.
[[nodiscard]] inline Result<std::string_view> next_line(std::string_view& rest,
                                                        std::string_view wanted) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) {
    return fail(Errc::invalid_argument,
                "the text ends before the line with " + std::string{wanted});
  }
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

// A decimal number in its only spelling: no sign, no zero in front.
[[nodiscard]] inline Result<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool one_spelling = text == "0" || (!text.empty() && text.front() != '0');
  if (error != std::errc{} || end != text.data() + text.size() || !one_spelling) {
    return fail(Errc::invalid_argument, "not a decimal number");
  }
  return value;
}

}  // namespace lethe::ledger
