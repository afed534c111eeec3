// Parts that several pages share.
#pragma once

#include "dict.h"
#include "lethe/web/views/retention.h"
#include "lethe/web/views/ticket.h"

namespace lethe::web {

// Template person_panel.tpl.
void fill_person_panel(const Dict& dict, const views::PersonPanel& panel);
// Template retention_panel.tpl; `hold` empty: no button.
void fill_retention_panel(const Dict& dict, const views::Retention& retention, const Url& hold);
// Template rule_preview.tpl.
void fill_rule_preview(const Dict& dict, const views::RulePreview& preview);
// "2 tickets, 1 person".
[[nodiscard]] std::string tickets_and_people(const Text& words, std::int64_t tickets,
                                             std::int64_t people);
// Sections KEPT_REASON_LINE.
void fill_kept_reasons(const Dict& dict, const std::vector<views::KeptReason>& reasons);
// PERCENT, PERCENT_TEXT, PROGRESS_TEXT of work that runs.
void fill_progress(const Dict& dict, std::int64_t done, std::int64_t total,
                   std::optional<int> minutes_left);

}  // namespace lethe::web
