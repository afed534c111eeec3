// Text that stands on one line: names, subjects, tags. A line break in one would be another line of
// a list, a log or a header.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "lethe/base/text.h"

namespace lethe::app {

[[nodiscard]] inline bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
[[nodiscard]] inline bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, is_control);
}
// What an old system kept: control characters become blanks.
[[nodiscard]] inline std::string on_one_line(std::string_view text) {
  std::string line{text};
  if (is_one_line(line)) return line;
  std::ranges::replace_if(line, is_control, ' ');
  return squeezed(line);
}

}  // namespace lethe::app
