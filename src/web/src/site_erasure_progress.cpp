// Erasures while they run, their list, and taking one back in its time of grace.
#include <algorithm>
#include <array>

#include "lethe/app/erasure.h"
#include "lethe/app/retention_settings.h"
#include "lethe/base/text.h"
#include "refusals.h"
#include "site_erasure.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

using ports::ErasureScope;
using ports::ErasureState;
using Progress = views::ErasureProgress;

constexpr int kPageRows = 50;
constexpr std::string_view kUnderWay = "open";

constexpr std::array<std::string_view, 8> kSteps{
    marked("Nothing new is taken in for it"),
    marked("Waiting mails are cancelled"),
    marked("Its words leave the search index"),
    marked("Rows and files are removed"),
    marked("The keys are destroyed and the root is turned"),
    marked("The second copy of the keys confirms"),
    marked("It is written into the log"),
    marked("The certificate is made")};

// A hiding stands until the person is brought back, by hand or by a new ticket, or is erased.
Progress::State state_of_hiding(const ports::Reading& tx, const ports::ErasureRow& row) {
  if (row.state != ErasureState::done) return Progress::State::cancelled;
  const auto person = tx.people().find(row.person);
  if (!person) return Progress::State::done;
  return person->hidden ? Progress::State::hidden : Progress::State::cancelled;
}

Progress::State state_of(const ports::Reading& tx, const ports::ErasureRow& row) {
  if (row.mode == ports::ErasureMode::hide) return state_of_hiding(tx, row);
  switch (row.state) {
    case ErasureState::grace:
      return Progress::State::grace;
    case ErasureState::done:
      return Progress::State::done;
    case ErasureState::refused:
      return Progress::State::refused;
    case ErasureState::cancelled:
      return Progress::State::cancelled;
    default:
      return row.detail.empty() ? Progress::State::running : Progress::State::waiting;
  }
}

std::string scope_words(const Text& words, const ports::ErasureRow& row) {
  const auto tickets = std::ssize(row.tickets);
  switch (row.scope) {
    case ErasureScope::person:
      return words("1 person");
    case ErasureScope::ticket:
      return words.plural("1 ticket", "{} tickets", tickets);
    case ErasureScope::attachments:
      return words("files");
    case ErasureScope::raw:
      return words("original mails");
    case ErasureScope::redaction:
      return words("a redacted passage");
  }
  return {};
}

void fill_steps(const Text& words, Progress& view, const ports::ErasureRow& row) {
  view.total = static_cast<std::int64_t>(kSteps.size());
  view.done = row.state == ErasureState::done ? view.total : static_cast<std::int64_t>(row.step);
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    const auto at = static_cast<std::size_t>(view.done);
    const auto step = i < at ? views::ErasureStep::State::done
                      : i == at && view.state == Progress::State::running
                          ? views::ErasureStep::State::now
                          : views::ErasureStep::State::to_come;
    view.steps.push_back({step, words(kSteps[i]), ""});
  }
}

Result<Progress> progress_view(Visit& visit, const ports::Reading& tx, core::ErasureId id) {
  LETHE_TRY(const auto row, tx.retention().erasure(id));
  const Text& words = visit.words();
  const bool hides = row.mode == ports::ErasureMode::hide;
  Progress view;
  view.id = id.to_string();
  view.title = hides ? words.with("Hiding: {}", scope_words(words, row))
                     : words.with("Erasing: {}", scope_words(words, row));
  view.state = state_of(tx, row);
  if (!hides) fill_steps(words, view, row);
  view.erases_at = row.grace_until;
  if (!row.detail.empty()) view.waiting_for = refusal_words(words, row.detail);
  const bool can_cancel = row.state == ErasureState::grace || row.state == ErasureState::approved ||
                          view.state == Progress::State::hidden;
  if (can_cancel) view.cancel = url_for("/erasures/{id}/cancel", {view.id});
  if (row.certificate)
    view.certificate = url_for("/certificates/{id}", {row.certificate->to_string()});
  view.self = url_for("/erasures/{id}", {view.id});
  return view;
}

Answer progress_page(Visit& visit) {
  visit.page.shell.place = Place::erasures;
  LETHE_TRY(const auto id, path_id<core::ErasureId>(visit.request));
  LETHE_TRY(const auto view, read_from<Progress>(visit.app, [&](const auto& tx) {
              return progress_view(visit, tx, id);
            }));
  return show(visit, view);
}

Answer cancel(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::ErasureId>(visit.request));
  LETHE_CHECK(app::cancel_erasure(visit.app, id));
  return go_to(url_for("/erasures/{id}", {id.to_string()}), "erasure-cancelled");
}

std::string policy_words(const Text& words, const ports::ErasureRow& row,
                         std::span<const core::retention::Rule> rules) {
  if (!row.rule) return cause_words(words, row.reason, rules);
  const std::string version = std::to_string(row.rule_version);
  return cause_words(words, "rule " + row.rule->to_string() + " version " + version, rules);
}

// One more than a page shows when it is not the last.
Result<std::vector<ports::ErasureRow>> rows_before(const ports::Reading& tx, bool under_way,
                                                   std::optional<core::ErasureId> before) {
  if (!under_way) return tx.retention().erasures(before, kPageRows + 1);
  LETHE_TRY(auto rows, tx.retention().erasures_open());
  std::ranges::reverse(rows);
  std::erase_if(rows, [&](const ports::ErasureRow& row) { return before && row.id >= *before; });
  if (std::ssize(rows) > kPageRows) rows.erase(rows.begin() + kPageRows + 1, rows.end());
  return rows;
}

// Takes the row off that only says that there are more; nobody counts all of them.
views::Paging paging_of(const Fields& query, const Fields& filter, bool goes_on,
                        std::vector<ports::ErasureRow>& rows) {
  const std::int64_t first =
      goes_on ? std::max(std::int64_t{1}, parse_id_digits(query.get("from")).value_or(1)) : 1;
  views::Paging paging{.total_is_unknown = goes_on || std::ssize(rows) > kPageRows};
  if (goes_on) paging.previous = url_for("/erasures", {}, filter);
  if (std::ssize(rows) > kPageRows) {
    rows.pop_back();
    Fields fields = filter;
    fields.add("before", rows.back().id.to_string());
    fields.add("from", std::to_string(first + kPageRows));
    paging.next = url_for("/erasures", {}, fields);
  }
  if (rows.empty()) return paging;
  paging.first = first;
  paging.last = paging.total = first + std::ssize(rows) - 1;
  return paging;
}

views::ErasureRow row_view(Visit& visit, const ports::Reading& tx, const ports::ErasureRow& row,
                           std::span<const core::retention::Rule> rules) {
  const Text& words = visit.words();
  const auto who = row.approved_by ? app::agent_in_few_words(visit.app, tx, *row.approved_by)
                                   : Result<app::Who>{app::Who{0, words("a rule"), ""}};
  const std::string scope = scope_words(words, row);
  const bool hides = row.mode == ports::ErasureMode::hide;
  return {row.id.to_string(),
          hides ? words.with("Hiding: {}", scope) : scope,
          policy_words(words, row, rules),
          who ? who->name : "",
          state_of(tx, row),
          row.erased_live_at.value_or(row.created_at),
          url_for("/erasures/{id}", {row.id.to_string()})};
}

Result<views::Erasures> erasures_view(Visit& visit, const ports::Reading& tx) {
  const Fields& query = visit.request.query();
  std::optional<core::ErasureId> before;
  if (const auto id = core::ErasureId::parse(query.get("before"))) before = *id;
  views::Erasures view;
  view.is_filtered = query.get("state") == kUnderWay;
  view.states = {{"", visit.words()("All"), !view.is_filtered},
                 {std::string{kUnderWay}, visit.words()("Not finished"), view.is_filtered}};
  LETHE_TRY(auto rows, rows_before(tx, view.is_filtered, before));
  Fields filter;
  if (view.is_filtered) filter.add("state", std::string{kUnderWay});
  view.paging = paging_of(query, filter, before.has_value(), rows);
  LETHE_TRY(const auto rules, app::list_rules(tx));
  for (const auto& row : rows) view.rows.push_back(row_view(visit, tx, row, rules));
  return view;
}

Answer erasures_page(Visit& visit) {
  visit.page.shell.place = Place::erasures;
  LETHE_TRY(const auto view, read_from<views::Erasures>(visit.app, [&](const auto& tx) {
              return erasures_view(visit, tx);
            }));
  return show(visit, view);
}

}  // namespace

void add_progress_routes(SiteRoutes& routes) {
  constexpr auto kOfficer = ports::Role::privacy_officer;
  routes.page("/erasures", kOfficer, erasures_page);
  routes.page("/erasures/{id}", kOfficer, progress_page);
  routes.form("/erasures/{id}/cancel", kOfficer, cancel);
}

}  // namespace lethe::web
