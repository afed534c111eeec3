// What was found at the gate, the way out of quarantine, and the masks.
#pragma once

#include <vector>

#include "lethe/web/api.h"

namespace lethe::web {

void add_check_routes(app::App& app, std::vector<Route>& routes);

}  // namespace lethe::web
