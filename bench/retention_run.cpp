// Claim: a retention run over 10,000,000 tickets with nothing due takes at most 1 s; its cost grows
// with what is due, since each person's next look is indexed.
//
// Half of the persons are young; the others are older than every rule but protected: their tickets
// stand in groups without a rule, they are excepted by tag, on hold, or have one open ticket under
// rules of mode `all`. Four tickets each. The first run looks at everybody and dates their next
// look (printed, no target); the second one is the claim.
//
// LETHE_BENCH_TICKETS.
#include <boost/json.hpp>
#include <chrono>

#include "lethe/app/holds.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/sign_in.h"
#include "support/report.h"
#include "world/bench_world.h"

namespace {

using namespace lethe;
using namespace lethe::bench;

constexpr int kTicketsEach = 4;
constexpr std::int64_t kGroupPersons = 2'000;

// The five kinds of persons with nothing due.
enum class Kind { young, other_group, excepted, held, one_open };
Kind kind_of(std::int64_t person) {
  return person % 2 == 0 ? Kind::young : static_cast<Kind>(1 + person / 2 % 4);
}

struct Names {
  std::int64_t ruled = 0, other = 0, tag = 0;
  std::optional<core::AgentId> agent;
};

Names make_names(app::App& app) {
  Names names{.ruled = app.ids.next(), .other = app.ids.next(), .tag = app.ids.next()};
  must(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.catalog().save_named({names.ruled, ports::NamedKind::group, "ruled"}));
    LETHE_CHECK(tx.catalog().save_named({names.other, ports::NamedKind::group, "other"}));
    return tx.catalog().save_named({names.tag, ports::NamedKind::tag, "vip"});
  }));
  names.agent = must(app::agent_at(app, must(core::EmailAddress::parse(kAgent))));
  for (int n = 0; n < kGroups; ++n) {
    std::ignore = must(app::create_rule(app, boost::json::object{{"name", "rule"},
                                                                 {"groups", {"ruled"}},
                                                                 {"anchor", "closed"},
                                                                 {"mode", "all"},
                                                                 {"days", 200 + 30 * n},
                                                                 {"enabled", true}}));
  }
  std::ignore = must(app::replace_exceptions(
      app, boost::json::object{{"contact_tags", boost::json::array{"vip"}}}));
  return names;
}

Status add_person(app::App& app, ports::Writing& tx, const Names& names, std::int64_t number) {
  const Kind kind = kind_of(number);
  const Instant at = app.clock.now() - Days{kind == Kind::young ? 20 : 900};
  const auto id = app.ids.make_person();
  LETHE_CHECK(
      tx.people().insert({.id = id, .created_at = at, .updated_at = at, .next_review_at = at}));
  if (kind == Kind::excepted) LETHE_CHECK(tx.people().set_tags(id, {core::TagId::of(names.tag)}));
  if (kind == Kind::held) {
    LETHE_CHECK(tx.retention().insert_hold({.id = app.ids.make<core::HoldId>(),
                                            .person = id,
                                            .ground = "art-17-3-e",
                                            .by = *names.agent,
                                            .created_at = at}));
  }
  for (int n = 0; n < kTicketsEach; ++n) {
    ports::TicketRow row{
        .id = app.ids.make<core::TicketId>(),
        .requester = id,
        .group = core::GroupId::of(kind == Kind::other_group ? names.other : names.ruled),
        .state = core::new_ticket(at),
        .updated_at = at};
    const bool open = kind == Kind::one_open && n == 0;
    if (!open) row.state = core::with_status(row.state, core::TicketStatus::closed, at, {});
    LETHE_TRY(row.number, tx.tickets().take_number());
    LETHE_CHECK(tx.tickets().insert(row));
    LETHE_CHECK(tx.tickets().add_participant({row.id, id, ports::ParticipantRole::requester}));
  }
  return {};
}

void fill(app::App& app, std::int64_t persons) {
  const Names names = make_names(app);
  for (std::int64_t first = 0; first < persons; first += kGroupPersons) {
    must(app.store.write([&](ports::Writing& tx) -> Status {
      for (std::int64_t n = first; n < std::min(persons, first + kGroupPersons); ++n) {
        LETHE_CHECK(add_person(app, tx, names, n));
      }
      return {};
    }));
  }
}

double seconds_of_run(app::App& app, ports::RunRow& row) {
  const auto began = std::chrono::steady_clock::now();
  row = must(app::run_retention(app, {}));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

int main() {
  Report report;
  const std::int64_t tickets = size_of_run("LETHE_BENCH_TICKETS", 10'000'000, 20'000);
  const auto world =
      open_world({.name = "run-" + std::to_string(tickets), .words = WorldPlan::Words::none});
  app::App& app = world->app();
  std::int64_t there = 0;
  must(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(there, tx.people().count());
    return {};
  }));
  if (there == 0) fill(app, tickets / kTicketsEach);
  ports::RunRow row{.id = app.ids.make<core::RunId>()};
  const double first = seconds_of_run(app, row);
  if (row.people + row.tickets != 0) give_up("something was due in a world where nothing is");
  report.note("first run: everybody is looked at", first, "s");
  report.note("  persons examined", static_cast<double>(row.examined), "");
  const double second = seconds_of_run(app, row);
  report.note("  persons examined by the second run", static_cast<double>(row.examined), "");
  report.at_most("run with nothing due", second, 1, "s");
  return report.exit_code();
}
