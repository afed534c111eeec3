// Rules in words and their preview, shared by the overview and the editor.
#pragma once

#include "site_rows.h"

namespace lethe::web {

// "Closed for 90 days or more · Billing".
[[nodiscard]] std::string rule_sentence(const Text& words, const core::retention::Rule& rule);
[[nodiscard]] views::MonthBar month_bar(const core::retention::Period& month, bool first);
// Without the months.
[[nodiscard]] views::RulePreview preview_view(Visit& visit, const app::Preview& preview);

}  // namespace lethe::web
