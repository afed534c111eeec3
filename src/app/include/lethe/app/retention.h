// Forgetting by rule: what is due and why the rest stays, what will go, and
// the run that does it (docs/retention.md, RET-20..46).
//
// Verdict, preview, forecast and run read the same facts and call the same
// core::retention::plan(), so what one says the other does (RET-36). Facts
// are rows: nothing of a person is opened for them, but the profile when
// companies are excepted.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/app/endings.h"
#include "lethe/core/forecast.h"
#include "lethe/core/retention_plan.h"

namespace lethe::app {

// One person as the judge sees them at the clock's time. Errors: not_found.
[[nodiscard]] Result<core::retention::PersonFacts> facts_of(App& app, const ports::Reading& tx,
                                                            core::PersonId person);

// What the API and the ticket page say of one ticket.
struct TicketRetention {
  std::string verdict;  // "due" or the reason, as in docs/retention.md
  std::optional<core::RuleId> rule;
  std::optional<Instant> due_at;
};

// Verdicts for a page of tickets: settings are read once, each requester once, and all of them
// together when they are named before.
// Must not outlive `tx`.
class TicketVerdicts {
 public:
  [[nodiscard]] static Result<TicketVerdicts> begin(App& app, const ports::Reading& tx);
  TicketVerdicts(TicketVerdicts&&) noexcept;
  ~TicketVerdicts();
  [[nodiscard]] Status read_ahead(std::span<const core::PersonId> requesters);
  // A shell has the verdict "erased" and no date.
  [[nodiscard]] Result<TicketRetention> of(const ports::TicketRow& ticket);

 private:
  struct Inside;
  explicit TicketVerdicts(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};
[[nodiscard]] Result<TicketRetention> retention_of_ticket(App& app, const ports::Reading& tx,
                                                          const ports::TicketRow& ticket);

// --- Preview (RET-35, RET-46) ---

struct RetentionCounts {
  std::int64_t tickets = 0;
  std::int64_t people_hidden = 0;
  std::int64_t people_erased = 0;
  [[nodiscard]] std::int64_t items() const noexcept {
    return tickets + people_hidden + people_erased;
  }
};

struct PreviewItem {
  core::PersonId person;
  std::optional<core::TicketId> ticket;  // empty: the contact
  std::int64_t number = 0;               // of the ticket
  std::string verdict;                   // "due", "hide", "erase", or why it stays
  std::optional<core::RuleId> rule;
  std::optional<Instant> due_at;
};

struct PreviewOrder {
  // Beside the stored ones, or in the place of the one with its id.
  std::optional<core::retention::Rule> rule;
  // In the place of the stored ones.
  std::optional<core::retention::Policy> policy = {};
  std::optional<core::retention::Exceptions> exceptions = {};
  std::optional<Endings> endings = {};
  std::optional<Instant> at;  // default: now; may lie in the future
  enum class Depth { quick, exact } depth = Depth::exact;
  std::size_t samples = 20;
  int months = 0;  // 0..120: also what the nightly runs will do in each of them
};

struct Preview {
  Instant at;
  bool estimate = false;  // counts are scaled from kPreviewSample persons
  std::int64_t people_examined = 0;
  RetentionCounts now, in_30_days, in_90_days;        // cumulative
  std::vector<core::retention::Period> months;        // by calendar month from `at`, not cumulative
  std::vector<PreviewItem> goes, stays;               // samples
  std::map<std::string, std::int64_t> stays_because;  // tickets and contacts by reason
};

// Person ids are random, so the first ones are a fair sample.
inline constexpr int kPreviewSample = 1'000;
// Errors: those of make_rule_list() (an eleventh rule), out_of_range (months).
[[nodiscard]] Result<Preview> preview(App& app, const PreviewOrder& order);

// --- Forecast ---

// What the nightly runs will do by the end of this month and of the following ones, if nothing
// changes. What time alone changes is part of it: solved tickets close, holds end, the last ticket
// in which a person only took part goes. `months` 1..120. Errors: out_of_range, field months.
[[nodiscard]] Result<std::vector<core::retention::Period>> forecast(App& app, int months);
// The same for any ends, which ascend and do not lie in the past.
[[nodiscard]] Result<std::vector<core::retention::Period>> forecast_until(
    App& app, std::span<const Instant> ends);

// --- Runs ---

struct RunOrder {
  std::optional<Instant> at;  // default: now. The future is refused
  // The operator has seen the figure and wants it done.
  enum class Confirm : bool { no, yes } confirm = Confirm::no;
  std::function<void(const ports::RunRow&)> progress;  // after each batch
};

// Reads only persons whose next_review_at has come. `needs_confirmation`: nothing was done; people
// and tickets say what would go. `stopped`: switched off half way, or storage failed; the next run
// goes on. Errors: out_of_range (future), conflict (switched off), busy (another run).
[[nodiscard]] Result<ports::RunRow> run_retention(App& app, const RunOrder& order);
// What a run that waits says would go, as whoever confirms it has read it.
struct RunFigure {
  std::int64_t tickets = 0;
  std::int64_t people = 0;
};
// Confirms the figure of a run that waits and starts a new one, which waits again when much more
// has become due meanwhile. Errors: not_found, conflict (it does not wait, or `seen` is another
// figure; nothing is confirmed then).
[[nodiscard]] Result<ports::RunRow> confirm_run(App& app, core::RunId run,
                                                std::optional<RunFigure> seen = {});

inline constexpr std::size_t kErasuresPerBatch = 100;
inline constexpr std::int64_t kUnconfirmedItemsMin = 50;
inline constexpr std::int64_t kUnconfirmedPercent = 20;

}  // namespace lethe::app
