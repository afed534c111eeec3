// Erasures while they run and afterwards, and why they were ordered.
#pragma once

#include <span>
#include <string_view>

#include "site_rows.h"

namespace lethe::web {

// Why something was erased: a code of ports::ErasureRow::reason, or "rule 7 version 2" as a
// certificate has it. A rule is called by its name while it is among `rules`, by its number when it
// was removed; a reason this version does not know stands as it is written.
[[nodiscard]] std::string cause_words(const Text& words, std::string_view policy,
                                      std::span<const core::retention::Rule> rules);

void add_progress_routes(SiteRoutes& routes);

}  // namespace lethe::web
