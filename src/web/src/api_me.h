// What the token's own agent chose for themselves.
#pragma once

#include <vector>

#include "lethe/web/api.h"

namespace lethe::web {

void add_me_routes(app::App& app, std::vector<Route>& routes);

}  // namespace lethe::web
