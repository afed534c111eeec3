#include "samples.h"

#include <iterator>

namespace lethe::web::gallery {

views::PersonRef someone(const char* name, const char* address, std::int64_t seed) {
  return {name, address, url_for("/people/{id}", {std::to_string(seed)}), seed, false};
}
views::AgentRef agent(const char* name) {
  return {name, static_cast<std::int64_t>(std::char_traits<char>::length(name)), false};
}

namespace {
views::Options chosen_of(std::vector<const char*> labels, std::size_t chosen) {
  views::Options options;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    options.push_back({std::to_string(i), labels[i], i == chosen});
  }
  return options;
}
}  // namespace

views::Options agents(std::size_t chosen) {
  return chosen_of({"Nobody", "Marta Kowalska (me)", "Jonas Weber", "Amélie Durand"}, chosen);
}
views::Options groups(std::size_t chosen) {
  return chosen_of({"No group", "Customer care", "Billing", "Technical"}, chosen);
}
views::Options types(std::size_t chosen) {
  return chosen_of({"No type", "Question", "Incident", "Complaint"}, chosen);
}

views::RulePreview sample_preview() {
  views::RulePreview preview;
  preview.tickets = 1284;
  preview.people = 412;
  preview.kept = 57;
  preview.looked_at = 18402;
  const std::vector<std::int64_t> counts{1284, 520, 488, 465, 266, 238,
                                         244,  229, 257, 249, 261, 255};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    preview.months.push_back({in_days(11 + 30 * static_cast<int>(i)), counts[i], i == 0});
  }
  preview.sample = {{"Invoice sent to old address", url_for("/tickets/1"), days_ago(16)},
                    {"Refund for order BW-11290", url_for("/tickets/2"), days_ago(9)},
                    {"Direct debit returned", url_for("/tickets/3"), days_ago(1)}};
  preview.kept_reasons = {{"On hold (legal claims)", "21 tickets"},
                          {"Tag “warranty”", "36 tickets"},
                          {"Person still has an open ticket", "63 people"}};
  return preview;
}

PageContext sample_context(Language language, views::Place place) {
  PageContext page;
  page.text = Text{language, "Europe/Berlin"};
  page.nonce = "c2FtcGxlLW5vbmNl";
  page.form_token = "sample-token";
  page.now = kNow;
  page.shell.organisation = "Brightwater support";
  page.shell.agent = agent("Marta Kowalska");
  page.shell.role = page.text("Administrator");
  page.shell.is_admin = true;
  page.shell.place = place;
  page.shell.open_tickets = 37;
  page.shell.saved_views = {{"Refunds over €100", url_for("/inbox"), 5, false},
                            {"Waiting on warehouse", url_for("/inbox"), 11, false},
                            {"German speakers", url_for("/inbox"), 9, false}};
  return page;
}

std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (auto&& part : {entry_samples(), inbox_samples(), ticket_samples(), people_samples(),
                      erasure_samples(), retention_samples(), settings_samples(),
                      second_step_samples(), reply_samples(), audit_samples()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace lethe::web::gallery
