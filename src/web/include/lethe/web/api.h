// The JSON API at /api/v1 (docs/api.md): bearer tokens, problem+json, cursor paging.
//
// Scopes: read looks; write changes tickets and people, but erases nothing and sets no rule; admin
// does everything. The shapes are described by openapi() and checked against real answers.
#pragma once

#include <string>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/web/server.h"

namespace lethe::web {

// `app` must outlive the routes.
[[nodiscard]] std::vector<Route> api_routes(app::App& app);

// The OpenAPI 3.1 document as JSON.
[[nodiscard]] const std::string& openapi();

}  // namespace lethe::web
