// Merging, splitting, and what Lethe proposes about a ticket.
#pragma once

#include "lethe/app/threading.h"
#include "site_common.h"

namespace lethe::web {

[[nodiscard]] std::string proposal_words(const Text& words, const app::ProposalView& proposal);
void add_threads_routes(SiteRoutes& routes);

}  // namespace lethe::web
