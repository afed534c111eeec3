// The keyed token of a word: the same when indexing and when searching.
#pragma once

#include "lethe/app/app.h"
#include "lethe/core/search_words.h"

namespace lethe::app {

// What holds the word: a search for people and one for tickets never meet.
enum class WordOf : bool { ticket, person };

[[nodiscard]] ports::Token search_token(App& app, WordOf holder, const core::SearchWord& word);

}  // namespace lethe::app
