// What was refused, in the reader's language.
#pragma once

#include <string>
#include <string_view>

#include "lethe/web/language.h"

namespace lethe::web {

// The translation of an error's detail: of the whole sentence, or of the one it was made from with
// values in it ("ticket 7 is erased"), which keep their places. Details of libraries and servers
// are nobody's catalogue and stay as they are.
[[nodiscard]] std::string refusal_words(const Text& words, std::string_view detail);

}  // namespace lethe::web
