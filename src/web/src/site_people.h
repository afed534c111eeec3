// People, for the pages that show one and the page that corrects one.
#pragma once

#include "site_common.h"

namespace lethe::web {

// Errors: not_found.
[[nodiscard]] Result<app::PersonView> person_of(Visit& visit, core::PersonId id);
void add_correction_routes(SiteRoutes& routes);

}  // namespace lethe::web
