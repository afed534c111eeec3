// People, for the pages that list them, show one, and correct one.
#pragma once

#include <vector>

#include "site_rows.h"

namespace lethe::web {

// Errors: not_found.
[[nodiscard]] Result<app::PersonView> person_of(Visit& visit, core::PersonId id);
// With a fixed number of reads, however many they are.
[[nodiscard]] Result<std::vector<views::PersonRow>> person_rows(
    const ports::Reading& tx, Fates& fates, const std::vector<app::PersonView>& people,
    const Lists& lists);
void add_correction_routes(SiteRoutes& routes);

}  // namespace lethe::web
