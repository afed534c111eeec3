// The keyed token of a word: the same when indexing and when searching.
#pragma once

#include "lethe/app/app.h"
#include "lethe/core/search_words.h"

namespace lethe::app {

[[nodiscard]] ports::Token search_token(App& app, const core::SearchWord& word);

}  // namespace lethe::app
