// What a form says of a refusal from the layers below it.
#pragma once

#include <string>
#include <string_view>

#include "lethe/web/language.h"

namespace lethe::web {

// `detail` in the reader's language, as a sentence; as it is when nobody translated it.
[[nodiscard]] std::string error_words(const Text& words, std::string_view detail);

}  // namespace lethe::web
