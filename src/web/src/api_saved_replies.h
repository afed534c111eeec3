// Saved replies: list, read, add, change, remove.
#pragma once

#include <vector>

#include "lethe/web/api.h"

namespace lethe::web {

void add_saved_reply_routes(app::App& app, std::vector<Route>& routes);

}  // namespace lethe::web
