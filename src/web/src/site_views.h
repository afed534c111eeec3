// Saved views: an agent's own lists, named and sealed.
#pragma once

#include "site_common.h"

namespace lethe::web {

void add_view_routes(SiteRoutes& routes);
// Into the navigation. A view that cannot be opened is left out.
[[nodiscard]] Status fill_saved_views(Visit& visit, const ports::Reading& tx);

}  // namespace lethe::web
