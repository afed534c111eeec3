// The style attribute of a mail: known properties with harmless values, nothing that loads, moves
// or covers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lethe::html {

struct CleanStyle {
  std::string text;              // "color: red; margin: 0", empty when nothing is left
  std::size_t remote_loads = 0;  // url() with a remote address, left out
  bool hidden =
      false;  // display:none, visibility:hidden, opacity 0 or a size of at most one pixel both ways
};

// `style` with entities decoded. Linear.
[[nodiscard]] CleanStyle clean_style(std::string_view style);

}  // namespace lethe::html
