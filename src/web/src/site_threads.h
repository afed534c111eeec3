// Merging, splitting, and what Lethe proposes about a ticket.
#pragma once

#include "lethe/app/requester.h"
#include "lethe/app/threading.h"
#include "site_common.h"

namespace lethe::web {

// What accepting a forward would do; nothing for other proposals.
[[nodiscard]] Result<std::optional<app::TurnOver>> turn_over_of(Visit& visit,
                                                                const ports::Reading& tx,
                                                                const app::ProposalView& proposal);
[[nodiscard]] std::string proposal_words(const Text& words, const app::ProposalView& proposal,
                                         const std::optional<app::TurnOver>& turn_over);
void add_threads_routes(SiteRoutes& routes);

}  // namespace lethe::web
