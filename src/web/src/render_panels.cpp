#include "render_panels.h"

#include <algorithm>

namespace lethe::web {
namespace {

// The chart's geometry, in units of its view box.
constexpr double kLeft = 36;
constexpr double kRight = 400;
constexpr double kTop = 24;
constexpr double kBottom = 150;
constexpr double kBarWidth = 20;

// A round number at or above `value`, so that the axis reads well: 1, 2, 5 or 10 times a power of
// ten.
std::int64_t round_up(std::int64_t value) {
  std::int64_t power = 1;
  while (power * 10 < value) power *= 10;
  for (const std::int64_t factor : {1, 2, 5, 10}) {
    if (power * factor >= value) return power * factor;
  }
  return value;
}

// SVG numbers always have a point, whatever the language of the page.
std::string tenths(double value) {
  const auto scaled = static_cast<std::int64_t>(value * 10 + 0.5);
  return std::to_string(scaled / 10) + "." + std::to_string(scaled % 10);
}

void fill_grid(const Dict& dict, std::int64_t top_value) {
  for (int line = 0; line < 3; ++line) {
    const double y = kBottom - (kBottom - kTop) * line / 2;
    dict.each("GRID")
        .text("Y", tenths(y))
        .text("Y_TEXT", tenths(y + 4))
        .number("LABEL", top_value * line / 2);
  }
}

void fill_chart(const Dict& dict, const std::vector<views::MonthBar>& months) {
  const Text& words = dict.words();
  std::int64_t most = 2;
  for (const views::MonthBar& month : months) most = std::max(most, month.count);
  const std::int64_t top_value = round_up(most);
  fill_grid(dict, top_value);

  std::string spoken;
  const double step =
      (kRight - kLeft) / static_cast<double>(std::max<std::size_t>(months.size(), 1));
  for (std::size_t i = 0; i < months.size(); ++i) {
    const views::MonthBar& month = months[i];
    const double middle = kLeft + step * (static_cast<double>(i) + 0.5);
    const double height = (kBottom - kTop) *
                          static_cast<double>(std::max<std::int64_t>(month.count, 0)) /
                          static_cast<double>(top_value);
    dict.each("BAR")
        .text("X", tenths(middle - kBarWidth / 2))
        .text("X_TEXT", tenths(middle))
        .text("Y", tenths(kBottom - height))
        .text("Y_TEXT", tenths(kBottom - height - 6))
        .text("HEIGHT", tenths(height))
        .text("LABEL", words.month(month.month))
        .text("MONTH", words.month_and_year(month.month))
        .number("COUNT", month.count)
        .number("PEOPLE_COUNT", month.people)
        .show_if(month.first_run, "HOT");
    if (!spoken.empty()) spoken += ", ";
    spoken += words.with("{} in {}", words.number(month.count), words.month(month.month));
  }
  dict.text("CHART_TEXT", words.with("Forecast: {}", spoken));
}

}  // namespace

void fill_person_panel(const Dict& dict, const views::PersonPanel& panel) {
  dict.person("PERSON", panel.person).show_if(panel.person.page.empty(), "PERSON_WITHOUT_PAGE");
  if (panel.since) dict.text("SINCE", dict.words().month_and_year(*panel.since));
  dict.show_if(panel.frozen, "IS_FROZEN").show_if(panel.hidden, "IS_HIDDEN");
  dict.texts("EMAILS", "EMAIL", panel.emails).texts("PHONES", "PHONE", panel.phones);
  dict.show_if(panel.has_phone, "HAS_PHONE").url("SHOW_PHONE_URL", panel.show_phone);
  dict.show_if(panel.has_phone && panel.phones.empty(), "PHONE_IS_HIDDEN");
  dict.text("BOUNCES", panel.bounces).url("LIFT_BOUNCES_URL", panel.lift_bounces);
  dict.text("COMPANY", panel.company).text("PERSON_LANGUAGE", name_of_language(panel.language));
  for (const views::ConsentLine& consent : panel.consents) {
    dict.each("CONSENT").text("PURPOSE", consent.purpose).text("STATE", consent.state);
  }
  dict.show_if(!panel.consents.empty(), "HAS_CONSENTS");
  const bool can_unhide = panel.hidden && !panel.erase_url.empty();
  dict.url("UNHIDE_URL", can_unhide
                             ? url_for("/people/{id}/unhide", {std::to_string(panel.person.seed)})
                             : Url{});
  dict.url("EXPORT_URL", panel.export_url).url("ERASE_PERSON_URL", panel.erase_url);
}

void fill_retention_panel(const Dict& dict, const views::Retention& retention, const Url& hold) {
  dict.retention(retention).url("PANEL_HOLD_URL", hold);
  const bool can_hold = !hold.empty() && retention.kind != views::Retention::Kind::on_hold &&
                        retention.kind != views::Retention::Kind::erased;
  dict.show_if(can_hold, "PANEL_CAN_HOLD");
}

void fill_kept_reasons(const Dict& dict, const std::vector<views::KeptReason>& reasons) {
  for (const views::KeptReason& reason : reasons) {
    dict.each("KEPT_REASON_LINE")
        .text("KEPT_REASON", reason.reason)
        .text("KEPT_NUMBER", reason.count);
  }
  dict.show_if(!reasons.empty(), "HAS_KEPT_REASONS");
}

std::string tickets_and_people(const Text& words, std::int64_t tickets, std::int64_t people) {
  return words.number(tickets) + " " + words(tickets == 1 ? "ticket" : "tickets") + ", " +
         words.number(people) + " " + words(people == 1 ? "person" : "people");
}

// Tickets and people of all months: people go later than their tickets, and the bars are of
// tickets.
void fill_year(const Dict& dict, const std::vector<views::MonthBar>& months) {
  std::int64_t tickets = 0;
  std::int64_t people = 0;
  for (const views::MonthBar& month : months) {
    tickets += month.count;
    people += month.people;
  }
  if (months.empty()) return;
  const Text& words = dict.words();
  dict.text("YEAR_SUM", words.with("In all: {}.", tickets_and_people(words, tickets, people)));
}

void fill_rule_preview(const Dict& dict, const views::RulePreview& preview) {
  const Text& words = dict.words();
  if (!preview.errors.empty()) dict.text("PREVIEW_ERROR", preview.errors.front().message);
  dict.text("WARNING", preview.warning);
  dict.number("TICKETS", preview.tickets)
      .number("PEOPLE", preview.people)
      .number("KEPT_COUNT", preview.kept);
  dict.show_if(preview.is_estimate && preview.can_be_counted, "CAN_COUNT");
  fill_chart(dict, preview.months);
  fill_year(dict, preview.months);
  for (const views::SampleTicket& sample : preview.sample) {
    dict.each("SAMPLE")
        .text("SAMPLE_SUBJECT", sample.subject)
        .url("SAMPLE_URL", sample.url)
        .text("SAMPLE_AGE", words.with("due since {}", words.short_date(sample.since)));
  }
  dict.show_if(!preview.sample.empty(), "HAS_SAMPLES");
  fill_kept_reasons(dict, preview.kept_reasons);
  dict.text(
      "LOOKED_AT",
      preview.is_estimate
          ? words.plural("Estimated from {} ticket", "Estimated from {} tickets", preview.looked_at)
          : words.plural("Counted over {} ticket", "Counted over {} tickets", preview.looked_at));
}

void fill_progress(const Dict& dict, std::int64_t done, std::int64_t total,
                   std::optional<int> minutes_left) {
  const Text& words = dict.words();
  const std::int64_t percent =
      total <= 0 ? 0 : std::clamp<std::int64_t>(done * 100 / total, 0, 100);
  dict.digits("PERCENT", percent);
  dict.text("PERCENT_TEXT", words.with("{} percent done", words.number(percent)));
  std::string text = words.with("{} of {} done", words.number(done), words.number(total));
  if (minutes_left)
    text += ", " + words.plural("about {} min left", "about {} min left", *minutes_left);
  dict.text("PROGRESS_TEXT", text);
}

}  // namespace lethe::web
