// Two-step sign-in: one's own page, and what administrators ask of roles.
#pragma once

// Before the templates that call render().
#include "lethe/web/second_step_page.h"
#include "site_common.h"

namespace lethe::web {

inline constexpr std::string_view kSecondStepPath = "/settings/me/two-step";

void add_second_step_routes(SiteRoutes& routes);
// Whoever owes the second step reaches the page to set it up and the way out, nothing else.
[[nodiscard]] bool may_wait_for_second_step(std::string_view path);

// What was changed about access, in words, newest first: "Jonas Weber: two-step sign-in turned on".
[[nodiscard]] Result<std::vector<views::AccessChange>> access_changes(
    Visit& visit, const std::vector<app::AgentView>& agents);

}  // namespace lethe::web
