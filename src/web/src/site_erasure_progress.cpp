// Erasures while they run, their list, and taking one back in its time of grace.
#include <algorithm>
#include <array>

#include "lethe/app/erasure.h"
#include "lethe/app/retention_settings.h"
#include "refusals.h"
#include "site_erasure.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

using ports::ErasureScope;
using ports::ErasureState;
using Progress = views::ErasureProgress;

constexpr std::array<std::string_view, 8> kSteps{
    marked("Nothing new is taken in for it"),
    marked("Waiting mails are cancelled"),
    marked("Its words leave the search index"),
    marked("Rows and files are removed"),
    marked("The keys are destroyed and the root is turned"),
    marked("The second copy of the keys confirms"),
    marked("It is written into the log"),
    marked("The certificate is made")};

Progress::State state_of(const ports::ErasureRow& row) {
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

std::string what_words(const Text& words, const ports::ErasureRow& row) {
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

Answer progress_page(Visit& visit) {
  visit.page.shell.place = Place::erasures;
  LETHE_TRY(const auto id, path_id<core::ErasureId>(visit.request));
  LETHE_TRY(const auto row, read_from<ports::ErasureRow>(visit.app, [&](const auto& tx) {
              return tx.retention().erasure(id);
            }));
  const Text& words = visit.words();
  Progress view;
  view.id = id.to_string();
  view.title = words.with("Erasing: {}", what_words(words, row));
  view.state = state_of(row);
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
  view.erases_at = row.grace_until;
  if (!row.detail.empty()) view.waiting_for = refusal_words(words, row.detail);
  const bool can_cancel = row.state == ErasureState::grace || row.state == ErasureState::approved;
  if (can_cancel) view.cancel = url_for("/erasures/{id}/cancel", {view.id});
  if (row.certificate)
    view.certificate = url_for("/certificates/{id}", {row.certificate->to_string()});
  view.self = url_for("/erasures/{id}", {view.id});
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

Result<views::Erasures> erasures_view(Visit& visit, const ports::Reading& tx) {
  constexpr int kShown = 50;
  LETHE_TRY(auto rows, tx.retention().erasures_open());
  std::ranges::reverse(rows);
  LETHE_TRY(const auto certificates, tx.retention().certificates(std::nullopt, kShown));
  for (const auto& certificate : certificates) {
    auto row = tx.retention().erasure(certificate.erasure);
    if (row) rows.push_back(std::move(*row));
  }
  LETHE_TRY(const auto rules, app::list_rules(tx));
  views::Erasures view;
  for (const auto& row : rows) {
    const auto who = row.approved_by ? app::agent_in_few_words(visit.app, tx, *row.approved_by)
                                     : Result<app::Who>{app::Who{0, visit.words()("a rule"), ""}};
    view.rows.push_back({row.id.to_string(), what_words(visit.words(), row),
                         policy_words(visit.words(), row, rules), who ? who->name : "",
                         state_of(row), row.erased_live_at.value_or(row.created_at),
                         url_for("/erasures/{id}", {row.id.to_string()})});
  }
  view.paging = {
      view.rows.empty() ? 0 : 1, std::ssize(view.rows), std::ssize(view.rows), false, {}, {}};
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
