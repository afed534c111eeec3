// How the fetching of a mailbox goes, in words: on its own page and in the list of addresses.
#pragma once

#include <optional>
#include <string>

#include "lethe/app/mail_sources.h"
#include "lethe/web/language.h"
#include "lethe/web/views/mailbox.h"

namespace lethe::web {

// What is wrong and what to do about it, in one or two sentences; empty for none.
[[nodiscard]] std::string source_trouble_words(const Text& words, ports::SourceTrouble trouble);

// `state`: nothing when it is not fetched just now.
[[nodiscard]] views::SourceLine source_line(const Text& words, const app::SourceSettings& settings,
                                            const std::optional<ports::SourceState>& state);

}  // namespace lethe::web
