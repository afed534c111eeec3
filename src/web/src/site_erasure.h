// Erasures while they run and afterwards.
#pragma once

#include "site_common.h"

namespace lethe::web {

void add_progress_routes(SiteRoutes& routes);

}  // namespace lethe::web
