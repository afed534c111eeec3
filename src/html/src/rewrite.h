// The guard before Gumbo: the mail's HTML written again with only allowed tags, each closed, none
// too deep.
//
// What comes out is shallow and well nested: tables hold rows and cells only, paragraphs no blocks,
// links no links. So the tree builder has no work that is more than linear, and nothing to move
// around.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lethe::html {

inline constexpr std::size_t kDepthMax = 150;
inline constexpr std::size_t kFormattingDepthMax = 40;
inline constexpr std::size_t kElementsMax = 50'000;

struct Rewritten {
  std::string html;
  bool simplified = false;  // tags were left out because a bound was reached
};

[[nodiscard]] Rewritten rewrite(std::string_view html);

}  // namespace lethe::html
