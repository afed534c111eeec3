// The run: counts what is due, asks when that is more than was confirmed, and orders the erasures
// in batches. Each batch judges its persons again right before it acts (RET-22).
#include <algorithm>
#include <mutex>

#include "json.h"
#include "lethe/app/erasure.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/base/fault.h"
#include "lethe/ports/bulk.h"
#include "retention_walk.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;
using ports::RunRow;
using ports::RunState;

const FaultPointName kOrdered{"retention.ordered"};
const FaultPointName kBatchDone{"retention.batch_done"};

constexpr int kEverybody = std::numeric_limits<int>::max();
constexpr std::size_t kPersonsPerStep = 1'000;

// One run at a time in this process.
std::mutex& running() {
  static std::mutex mutex;
  return mutex;
}

std::int64_t tickets_in(const rt::Plan& plan, const rt::PersonFacts& person) {
  if (plan.contact && plan.contact->deletion == rt::Deletion::erase) {
    return static_cast<std::int64_t>(person.tickets.size());
  }
  std::int64_t tickets = 0;
  for (const rt::EraseTickets& step : plan.tickets) {
    tickets += static_cast<std::int64_t>(step.tickets.size());
  }
  return tickets;
}

std::int64_t items_in(const rt::Plan& plan, const rt::PersonFacts& person) {
  return tickets_in(plan, person) + (plan.contact ? 1 : 0);
}

// By the milliseconds that an id begins with.
bool made_after(core::TicketId id, Instant at) {
  constexpr int kRandomBits = 21;
  return instant_of((id.value() >> kRandomBits) / 1'000) > at;
}

const char* reason_of(rt::ContactCause cause) {
  switch (cause) {
    case rt::ContactCause::tickets_gone:
      return "contact-policy";
    case rt::ContactCause::grace_over:
      return "grace-over";
    case rt::ContactCause::orphan:
      return "orphan";
  }
  return "contact-policy";
}

class Run {
 public:
  Run(App& app, const RunOrder& order)
      : app_(app),
        order_(order),
        at_(order.at.value_or(app.clock.now())),
        row_{.id = app.ids.make<core::RunId>(), .at = at_, .started_at = app.clock.now()} {}

  Result<RunRow> run() {
    LETHE_CHECK(resume_others());
    LETHE_CHECK(save());
    LETHE_CHECK(count());
    LETHE_TRY(const bool go, may_go_on());
    if (go) LETHE_CHECK(act());
    return row_;
  }

 private:
  Status save() {
    return app_.store.write([&](ports::Writing& tx) { return tx.retention().save_run(row_); });
  }

  Status finish(RunState state, std::string detail) {
    row_.state = state;
    row_.detail = std::move(detail);
    row_.finished_at = app_.clock.now();
    return save();
  }

  // One that is refused (RET-22) is no failure of the run, even when it is the last of a batch.
  Status erase(std::span<const core::ErasureId> ids) {
    const Status erased = run_erasures(app_, ids);
    return !erased && erased.error().code == Errc::conflict ? Status{} : erased;
  }

  // What a crash left of a former run: its erasures are finished, the run itself is over.
  Status resume_others() {
    std::vector<RunRow> left;
    std::vector<core::ErasureId> open;
    LETHE_CHECK(app_.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(auto runs, tx.retention().runs(20));
      for (RunRow& run : runs) {
        if (run.state == RunState::running) left.push_back(std::move(run));
      }
      LETHE_TRY(const auto erasures, tx.retention().erasures_open());
      for (const ports::ErasureRow& row : erasures) {
        if (row.run) open.push_back(row.id);
      }
      return {};
    }));
    for (std::span<const core::ErasureId> rest{open}; !rest.empty();) {
      const auto batch = rest.first(std::min(kErasuresPerBatch, rest.size()));
      LETHE_CHECK(erase(batch));
      rest = rest.subspan(batch.size());
    }
    return app_.store.write([&](ports::Writing& tx) -> Status {
      for (RunRow& run : left) {
        run.state = RunState::stopped;
        run.finished_at = app_.clock.now();
        run.detail = "interrupted; the next run went on";
        LETHE_CHECK(tx.retention().save_run(run));
      }
      return {};
    });
  }

  // First pass: everybody due is judged; those with nothing to do get their next date.
  Status count() {
    std::vector<core::PersonId> persons;
    LETHE_CHECK(app_.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(persons, tx.people().due_for_review(at_, kEverybody));
      LETHE_TRY(confirmed_, read_confirmed(tx));
      return {};
    }));
    std::vector<RetentionRecord> settled;
    const auto visit = [&](const rt::Settings& settings, RetentionRecord&& person) -> Status {
      const rt::Plan plan = rt::plan(settings, person.facts, at_);
      row_.examined += 1;
      if (confirmed_.as_of) known_ += items_due_at(settings, person, *confirmed_.as_of);
      if (plan.empty()) {
        settled.push_back(std::move(person));
        return {};
      }
      due_.push_back(person.row.id);
      row_.tickets += tickets_in(plan, person.facts);
      row_.people += plan.contact ? 1 : 0;
      return {};
    };
    for (std::span<const core::PersonId> rest{persons}; !rest.empty();) {
      const auto step = rest.first(std::min(kPersonsPerStep, rest.size()));
      LETHE_CHECK(walk(app_, at_, step, visit));
      LETHE_CHECK(date_next_looks(settled));
      settled.clear();
      rest = rest.subspan(step.size());
    }
    return {};
  }

  // What was shown to whoever confirmed at `at`: a ticket that came later, however old an import
  // makes it, was not.
  static std::int64_t items_due_at(const rt::Settings& settings, const RetentionRecord& person,
                                   Instant at) {
    const auto later = [at](const rt::TicketFacts& ticket) { return made_after(ticket.id, at); };
    if (std::ranges::none_of(person.facts.tickets, later)) {
      return items_in(rt::plan(settings, person.facts, at), person.facts);
    }
    rt::PersonFacts then = person.facts;
    std::erase_if(then.tickets, later);
    return items_in(rt::plan(settings, then, at), then);
  }

  // Facts are read again inside the transaction: what changed since must not be overlooked.
  Status date_next_looks(const std::vector<RetentionRecord>& persons) {
    if (persons.empty()) return {};
    return app_.store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(const auto reader, RetentionReader::begin(app_, tx));
      std::vector<core::PersonId> ids;
      for (const RetentionRecord& person : persons) ids.push_back(person.row.id);
      LETHE_TRY(const auto records, reader.read_all(ids, at_));
      std::vector<ports::ReviewRow> found;
      for (const RetentionRecord& record : records) {
        const auto review = review_of(reader.settings(), record);
        const bool known = review.next_review_at == record.row.next_review_at &&
                           review.unreferenced_since == record.row.unreferenced_since;
        if (!known) found.push_back(review);
      }
      return ports::bulk(tx).set_reviews(found);
    });
  }

  [[nodiscard]] ports::ReviewRow review_of(const rt::Settings& settings,
                                           const RetentionRecord& record) const {
    ports::ReviewRow review{.person = record.row.id,
                            .next_review_at = next_look(settings, record),
                            .unreferenced_since = std::nullopt};
    if (!record.referred_to) {
      review.unreferenced_since = record.row.unreferenced_since.value_or(at_);
    }
    return review;
  }

  // RET-38. The first run ever, and one the operator asks for with the figure before them, go on.
  Result<bool> may_go_on() {
    const std::int64_t items = row_.people + row_.tickets;
    const bool told = order_.confirm == RunOrder::Confirm::yes;
    const bool first = !confirmed_.items && !confirmed_.as_of;
    const std::int64_t known = told || first ? items : confirmed_.items.value_or(known_);
    const bool much = (items - known) * 100 > known * kUnconfirmedPercent &&
                      items - known >= kUnconfirmedItemsMin;
    if (much) {
      LETHE_CHECK(finish(
          RunState::needs_confirmation,
          std::to_string(items) + " items are due, " + std::to_string(known) + " were confirmed"));
      return false;
    }
    if (told || !confirmed_.items) {
      LETHE_CHECK(app_.store.write([&](ports::Writing& tx) {
        return write_confirmed(tx, {.items = known, .as_of = std::nullopt});
      }));
    }
    return true;
  }

  // Second pass: batch by batch, each judged again and stopped by the switch.
  Status act() {
    row_.people = 0;
    row_.tickets = 0;
    for (std::span<const core::PersonId> rest{due_}; !rest.empty();) {
      LETHE_TRY(const bool on, is_on());
      if (!on) return finish(RunState::stopped, "switched off");
      const auto batch = rest.first(std::min(kErasuresPerBatch, rest.size()));
      if (const Status done = act_on(batch); !done) {
        LETHE_CHECK(finish(RunState::stopped, done.error().detail));
        return {};
      }
      LETHE_CHECK(save());
      if (order_.progress) order_.progress(row_);
      app_.events.publish({ports::EventKind::work, std::nullopt, std::nullopt});
      LETHE_FAULT_POINT("retention.batch_done");
      rest = rest.subspan(batch.size());
    }
    return finish(RunState::done, {});
  }

  Result<bool> is_on() {
    bool on = false;
    LETHE_CHECK(app_.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto settings, read_retention_settings(app_, tx));
      on = settings.enabled;
      return {};
    }));
    return on;
  }

  Status act_on(std::span<const core::PersonId> persons) {
    std::vector<ErasureOrder> orders;
    std::vector<RetentionRecord> examined;
    LETHE_CHECK(walk(app_, at_, persons,
                     [&](const rt::Settings& settings, RetentionRecord&& person) -> Status {
                       add_orders(rt::plan(settings, person.facts, at_), person, orders);
                       examined.push_back(std::move(person));
                       return {};
                     }));
    std::vector<core::ErasureId> ids;
    // A hold came, or the same is being erased: that one is judged again next time.
    LETHE_TRY(const auto approved, approve_erasures(app_, orders));
    for (std::size_t n = 0; n < orders.size(); ++n) {
      if (!approved[n]) continue;
      const bool hides = orders[n].mode == ports::ErasureMode::hide;
      if (hides) row_.people += 1;
      if (!hides) ids.push_back(*approved[n]);
    }
    LETHE_FAULT_POINT("retention.ordered");
    const Status erased = ids.empty() ? Status{} : erase(ids);
    LETHE_CHECK(add_up(ids));
    LETHE_CHECK(erased);
    return date_next_looks(examined);
  }

  // The erasure of a person takes the tickets along, so it stands for them.
  void add_orders(const rt::Plan& plan, const RetentionRecord& person,
                  std::vector<ErasureOrder>& orders) const {
    ErasureOrder order{.person = person.row.id, .tickets = {}, .reason = "retention"};
    order.run = row_.id;
    if (plan.contact && plan.contact->deletion == rt::Deletion::erase) {
      order.scope = ports::ErasureScope::person;
      order.reason = reason_of(plan.contact->cause);
      if (!plan.tickets.empty()) name_rule(order, plan.tickets.front());
      orders.push_back(std::move(order));
      return;
    }
    for (const rt::EraseTickets& step : plan.tickets) {
      ErasureOrder tickets = order;
      tickets.scope = ports::ErasureScope::ticket;
      tickets.tickets = step.tickets;
      name_rule(tickets, step);
      orders.push_back(std::move(tickets));
    }
    if (!plan.contact) return;
    order.mode = ports::ErasureMode::hide;
    order.reason = reason_of(plan.contact->cause);
    orders.push_back(std::move(order));
  }

  static void name_rule(ErasureOrder& order, const rt::EraseTickets& step) {
    order.rule = step.rule;
    order.rule_version = step.rule_version;
  }

  Status add_up(const std::vector<core::ErasureId>& ids) {
    return app_.store.read([&](const ports::Reading& tx) -> Status {
      for (const core::ErasureId id : ids) {
        LETHE_TRY(const auto row, tx.retention().erasure(id));
        if (row.state != ports::ErasureState::done) continue;
        const auto counts = parse_object(row.counts);
        row_.people += number_of(counts, "persons");
        row_.tickets += number_of(counts, "tickets");
      }
      return {};
    });
  }

  App& app_;
  const RunOrder& order_;
  Instant at_;
  RunRow row_;
  std::vector<core::PersonId> due_;
  Confirmed confirmed_;
  std::int64_t known_ = 0;  // items due when the settings were last confirmed
};

}  // namespace

Result<RunRow> run_retention(App& app, const RunOrder& order) {
  if (order.at && *order.at > app.clock.now()) {
    return fail(Errc::out_of_range, "a run erases now; the future is for the forecast", "at");
  }
  const std::unique_lock alone{running(), std::try_to_lock};
  if (!alone.owns_lock()) return fail(Errc::busy, "another run is going on");
  bool on = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, read_retention_settings(app, tx));
    on = settings.enabled;
    return {};
  }));
  if (!on) return fail(Errc::conflict, "retention is switched off");
  return Run{app, order}.run();
}

Result<RunRow> confirm_run(App& app, core::RunId run, std::optional<RunFigure> seen) {
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(RunRow row, tx.retention().run(run));
    if (row.state != RunState::needs_confirmation) {
      return fail(Errc::conflict, "this run does not wait for a confirmation");
    }
    if (seen && (seen->tickets != row.tickets || seen->people != row.people)) {
      return fail(Errc::conflict, "the run has another figure; read it again");
    }
    LETHE_CHECK(write_confirmed(tx, {.items = row.people + row.tickets, .as_of = std::nullopt}));
    row.state = RunState::stopped;
    row.detail = "confirmed";
    row.people = 0;
    row.tickets = 0;
    return tx.retention().save_run(row);
  }));
  return run_retention(app, {.at = std::nullopt, .confirm = RunOrder::Confirm::no, .progress = {}});
}

}  // namespace lethe::app
