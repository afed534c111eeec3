// Character references in HTML text.
#pragma once

#include <string>
#include <string_view>

namespace lethe::html {

// "&amp;" "&#228;" "&euro;" as characters. Names of HTML 4; what is no reference stays. For text
// that is only read: the tree that is shown comes from Gumbo, which knows all names.
[[nodiscard]] std::string decoded_entities(std::string_view text);

}  // namespace lethe::html
