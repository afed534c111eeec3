#include "lethe/app/retention.h"

#include <algorithm>
#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/holds.h"
#include "lethe/app/import_tickets.h"
#include "lethe/app/people.h"
#include "lethe/app/retention_settings.h"

namespace lethe::app::testing {
namespace {

namespace json = boost::json;
namespace rt = core::retention;
using ports::RunState;

json::object rule_of_days(int days) { return {{"name", "old ones"}, {"days", days}}; }

core::TicketId closed_ticket(AppFixture& at, std::string_view requester) {
  const auto ticket = at.ticket(requester);
  at.set_status(ticket, "closed");
  return ticket;
}

ports::RunRow run(AppFixture& at) { return expect(run_retention(at.app(), {})); }

TicketRetention verdict(AppFixture& at, core::TicketId ticket) {
  std::optional<TicketRetention> verdict;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.tickets().find(ticket));
    LETHE_TRY(verdict, retention_of_ticket(at.app(), tx, row));
    return {};
  }));
  return *verdict;
}

ExceptionsView exceptions(AppFixture& at) {
  ExceptionsView view;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(view, view_exceptions(at.app(), tx));
    return {};
  }));
  return view;
}

std::vector<rt::Rule> rules(AppFixture& at) {
  std::vector<rt::Rule> rules;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(rules, list_rules(tx));
    return {};
  }));
  return rules;
}

TEST_CASE("a closed ticket goes at the second its days end, and not one second before") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(30)));
  const auto ticket = closed_ticket(at, "ann@example.org");
  CHECK(verdict(at, ticket).verdict == "too_young");
  CHECK(verdict(at, ticket).due_at == kStart + Days{30});
  at.clock.set(kStart + Days{30} - Seconds{1});
  CHECK(run(at).tickets == 0);
  CHECK_FALSE(at.row(ticket).erased);
  at.clock.set(kStart + Days{30});
  CHECK(verdict(at, ticket).verdict == "due");
  const auto done = run(at);
  CHECK(done.state == RunState::done);
  CHECK(done.tickets == 1);
  CHECK(at.row(ticket).erased);
  CHECK(verdict(at, ticket).verdict == "erased");
}

TEST_CASE("an erasure by rule names the rule, its version and the run, and has a certificate") {
  AppFixture at;
  const auto rule = expect(create_rule(at.app(), rule_of_days(1)));
  expect(change_rule(at.app(), rule.id(), rule_of_days(2)));
  const auto ticket = closed_ticket(at, "ann@example.org");
  const auto person = at.person("ann@example.org");
  at.clock.advance(Days{2});
  const auto done = run(at);
  std::vector<ports::ErasureRow> erasures;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(erasures, tx.retention().erasures_of_run(done.id));
    return {};
  }));
  REQUIRE(erasures.size() == 1);
  CHECK(erasures[0].rule == rule.id());
  CHECK(erasures[0].rule_version == 2);
  CHECK(erasures[0].person == person);
  CHECK(erasures[0].tickets == std::vector{ticket});
  CHECK(erasures[0].certificate.has_value());
}

TEST_CASE("an open ticket is not touched by the rule of its age") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  const auto ticket = at.ticket("ann@example.org");
  at.clock.advance(Days{400});
  CHECK(run(at).tickets == 0);
  CHECK(verdict(at, ticket).verdict == "open_ticket");
}

TEST_CASE("a solved ticket is foreseen to close, and then to go") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(10)));
  const auto ticket = at.ticket("ann@example.org");
  at.set_status(ticket, "solved");
  const Instant ends[] = {kStart + Days{16}, kStart + Days{17}};
  const auto periods = expect(forecast_until(at.app(), ends));
  CHECK(periods[0].tickets == 0);
  CHECK(periods[1].tickets == 1);
  at.clock.set(kStart + Days{16});
  CHECK(run(at).tickets == 0);
  // Nobody ran the job that closes solved tickets: the verdict does not depend on it.
  at.clock.set(kStart + Days{17});
  CHECK(run(at).tickets == 1);
}

TEST_CASE(
    "a solved ticket that closes by itself was updated then, whether or not the job came by") {
  AppFixture at;
  expect(
      create_rule(at.app(), json::object{{"name", "idle"}, {"days", 10}, {"anchor", "updated"}}));
  const auto ticket = at.ticket("ann@example.org");
  at.set_status(ticket, "solved");
  const Instant ends[] = {kStart + Days{16}, kStart + Days{17}};
  const auto periods = expect(forecast_until(at.app(), ends));
  CHECK(periods[0].tickets == 0);
  CHECK(periods[1].tickets == 1);
  at.clock.set(kStart + Days{8});
  CHECK(verdict(at, ticket).due_at == kStart + Days{17});
  CHECK(expect(close_solved_tickets(at.app())) == 1);
  CHECK(verdict(at, ticket).due_at == kStart + Days{17});
}

TEST_CASE("the contact goes when the delay after the last ticket has passed") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  expect(change_policy(at.app(), json::object{{"delay_days", 30}, {"deletion", "erase"}}));
  closed_ticket(at, "ann@example.org");
  const auto person = at.person("ann@example.org");
  at.clock.advance(Days{1});
  CHECK(run(at).people == 0);
  CHECK(at.person_exists(person));
  at.clock.advance(Days{30} - Seconds{1});
  CHECK(run(at).people == 0);
  at.clock.advance(Seconds{1});
  CHECK(run(at).people == 1);
  CHECK_FALSE(at.person_exists(person));
}

TEST_CASE("a hidden contact is erased after the grace, unless a mail of theirs comes first") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  expect(change_policy(at.app(),
                       json::object{{"delay_days", 0}, {"deletion", "hide"}, {"grace_days", 7}}));
  for (const char* address : {"ann@example.org", "bob@example.org"}) closed_ticket(at, address);
  const auto ann = at.person("ann@example.org");
  const auto bob = at.person("bob@example.org");
  at.clock.advance(Days{1});
  const auto hidden = run(at);
  CHECK(hidden.tickets == 2);
  CHECK(hidden.people == 2);
  CHECK(at.person_exists(ann));
  at.clock.advance(Days{6});
  at.ticket("bob@example.org", "Hello again");
  at.clock.advance(Days{1});
  CHECK(run(at).people == 1);
  CHECK_FALSE(at.person_exists(ann));
  REQUIRE(at.person_exists(bob));
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.people().find(bob));
    CHECK_FALSE(row.hidden);
    CHECK_FALSE(row.tickets_erased_at.has_value());
    return {};
  }));
}

TEST_CASE("whoever nothing refers to goes after the orphan days, and not one second before") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org");
  const auto person = at.person("ann@example.org");
  const ErasureOrder order{
      .scope = ports::ErasureScope::ticket, .person = person, .tickets = {ticket}};
  const core::ErasureId ids[] = {expect(approve_erasure(at.app(), order))};
  expect(run_erasures(at.app(), ids));
  at.clock.advance(Days{30} - Seconds{1});
  CHECK(run(at).people == 0);
  at.clock.advance(Seconds{1});
  CHECK(run(at).people == 1);
  CHECK_FALSE(at.person_exists(person));
}

TEST_CASE("an excepted address protects a person who has not written yet") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  const auto saved =
      expect(replace_exceptions(at.app(), json::object{{"emails", {"vip@example.org"}}}));
  CHECK(saved.lists.emails == std::vector<std::string>{"vip@example.org"});
  CHECK_FALSE(at.lies_in_clear("vip@example"));
  at.clock.advance(Days{100});
  CHECK(run(at).people == 0);
  const auto ticket = closed_ticket(at, "VIP@example.org");
  at.clock.advance(Days{100});
  CHECK(run(at).tickets == 0);
  CHECK(verdict(at, ticket).verdict == "exception:email");
  expect(replace_exceptions(at.app(), json::object{{"emails", json::array{}}}));
  CHECK(run(at).tickets == 1);
}

TEST_CASE("an exception by tag wants a known tag, and says so when it is not") {
  AppFixture at;
  at.named(ports::NamedKind::tag, "VIP");
  const auto view =
      expect(replace_exceptions(at.app(), json::object{{"contact_tags", {" vip , typo"}}}));
  REQUIRE(view.warnings.size() == 1);
  CHECK(view.warnings[0].find("typo") != std::string::npos);
  CHECK(exceptions(at).lists.contact_tags == std::vector<std::string>{"vip", "typo"});
}

TEST_CASE("whoever was handled by an excepted agent stays, also after the agent was replaced") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  const auto smith = at.agent("smith@example.com");
  const auto jones = at.agent("jones@example.com");
  expect(replace_exceptions(at.app(), json::object{{"agents", {"smith@example.com"}}}));
  const auto ticket = at.ticket("ann@example.org");
  expect(change_ticket(at.app(), ticket, {.assignee = std::optional{smith}}, smith));
  expect(change_ticket(at.app(), ticket, {.assignee = std::optional{jones}}, smith));
  at.set_status(ticket, "closed");
  at.clock.advance(Days{30});
  CHECK(run(at).tickets == 0);
  CHECK(verdict(at, ticket).verdict == "exception:agent");
}

TEST_CASE("an excepted company is read from the sealed profile") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  const auto ticket = closed_ticket(at, "ann@example.org");
  const auto person = at.person("ann@example.org");
  expect(at.app().store.write([&](ports::Writing& tx) {
    return save_profile(at.app(), tx, person, {.company = "ACME Ltd"}, at.clock.now());
  }));
  expect(replace_exceptions(at.app(), json::object{{"companies", {"acme ltd"}}}));
  CHECK_FALSE(at.lies_in_clear("acme ltd"));
  at.clock.advance(Days{30});
  CHECK(run(at).tickets == 0);
  CHECK(verdict(at, ticket).verdict == "exception:company");
}

TEST_CASE("rules keep their order: a position moves one and the others close up") {
  AppFixture at;
  const auto a = expect(create_rule(at.app(), json::object{{"name", "a"}, {"days", 1}}));
  const auto b = expect(create_rule(at.app(), json::object{{"name", "b"}, {"days", 2}}));
  const auto c =
      expect(create_rule(at.app(), json::object{{"name", "c"}, {"days", 3}, {"position", 1}}));
  const auto names = [&] {
    std::string names;
    int position = 1;
    for (const rt::Rule& rule : rules(at)) {
      CHECK(rule.spec().position == position++);
      names += rule.spec().name;
    }
    return names;
  };
  CHECK(names() == "cab");
  const auto moved = expect(change_rule(at.app(), c.id(), json::object{{"position", 99}}, 1));
  CHECK(moved.version() == 2);
  CHECK(names() == "abc");
  CHECK(change_rule(at.app(), c.id(), json::object{{"days", 4}}, 1).error().code == Errc::conflict);
  expect(remove_rule(at.app(), a.id()));
  CHECK(names() == "bc");
  CHECK(remove_rule(at.app(), a.id()).error().code == Errc::not_found);
  CHECK(b.version() == 1);
}

TEST_CASE("the eleventh rule is refused, a disabled one counts") {
  AppFixture at;
  for (int i = 0; i < 10; ++i) {
    expect(create_rule(at.app(), json::object{{"days", 5}, {"enabled", i % 2 == 0}}));
  }
  const auto eleventh = create_rule(at.app(), json::object{{"days", 5}});
  REQUIRE_FALSE(eleventh.has_value());
  CHECK(eleventh.error().field == "rules");
  CHECK(rules(at).size() == 10);
}

TEST_CASE("a new rule names an age: what erases has none by default") {
  AppFixture at;
  const auto ageless = create_rule(at.app(), json::object{{"name", "x"}});
  REQUIRE_FALSE(ageless.has_value());
  CHECK(ageless.error().code == Errc::invalid_argument);
  CHECK(ageless.error().field == "days");
  // What is wrong with the words it does name is said first.
  CHECK(create_rule(at.app(), json::object{{"nmae", "x"}}).error().field == "nmae");
  CHECK_FALSE(create_rule(at.app(), json::array{}).has_value());
  CHECK(rules(at).empty());
  const auto rule = expect(create_rule(at.app(), json::object{{"name", "x"}, {"days", 30}}));
  CHECK(change_rule(at.app(), rule.id(), json::object{{"name", "y"}}).has_value());
}

TEST_CASE("a run in the future is refused, and one that is switched off") {
  AppFixture at;
  const auto future = run_retention(at.app(), {.at = kStart + Seconds{1}});
  REQUIRE_FALSE(future.has_value());
  CHECK(future.error().field == "at");
  CHECK(run_retention(at.app(), {.at = kStart}).has_value());
  expect(set_retention_enabled(at.app(), false));
  CHECK(run_retention(at.app(), {}).error().code == Errc::conflict);
}

TEST_CASE("much more than was confirmed waits for a confirmation; a little more does not") {
  AppFixture at;
  const auto make = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      closed_ticket(at, "p" + std::to_string(i) + "@example.org");
    }
  };
  expect(create_rule(at.app(), rule_of_days(1)));
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  CHECK(run(at).state == RunState::done);  // nothing was due: 0 are confirmed from here on
  make(0, 49);
  at.clock.advance(Days{1});
  CHECK(run(at).tickets == 49);
  make(100, 150);
  at.clock.advance(Days{1});
  const auto waits = run(at);
  CHECK(waits.state == RunState::needs_confirmation);
  CHECK(waits.tickets == 50);
  CHECK(at.person_exists(at.person("p100@example.org")));
  for (const RunFigure other : {RunFigure{49, 0}, RunFigure{51, 0}, RunFigure{50, 1}}) {
    CHECK(confirm_run(at.app(), waits.id, other).error().code == Errc::conflict);
  }
  CHECK(run(at).state == RunState::needs_confirmation);  // nothing was confirmed by them
  const auto done = expect(confirm_run(at.app(), waits.id, RunFigure{50, 0}));
  CHECK(done.state == RunState::done);
  CHECK(done.tickets == 50);
  CHECK(confirm_run(at.app(), waits.id).error().code == Errc::conflict);
  // 50 are confirmed now: 99 pass, being 49 more.
  make(200, 299);
  at.clock.advance(Days{1});
  CHECK(run(at).tickets == 99);
}

TEST_CASE("old tickets that are imported after a rule was confirmed were not part of its figure") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(30)));
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  at.clock.advance(Days{60});
  for (int i = 0; i < 60; ++i) {
    const json::object ticket{{"requester", {{"email", "p" + std::to_string(i) + "@example.org"}}},
                              {"created_at", to_rfc3339(kStart - Days{100})},
                              {"closed_at", to_rfc3339(kStart - Days{90})},
                              {"text", "an old question"},
                              {"messages", json::array{}}};
    expect(import_ticket(at.app(), json::serialize(json::object{{"ticket", ticket}})));
  }
  const auto waits = run(at);
  CHECK(waits.state == RunState::needs_confirmation);
  CHECK(waits.tickets == 60);
  // The same tickets are known to whoever changes a rule now.
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  CHECK(run(at).tickets == 60);
}

TEST_CASE("what became due while the switch was off asks once") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(5)));
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  for (int i = 0; i < 60; ++i) closed_ticket(at, "p" + std::to_string(i) + "@example.org");
  at.clock.advance(Days{4});
  expect(set_retention_enabled(at.app(), false));
  at.clock.advance(Days{4});
  expect(set_retention_enabled(at.app(), true));
  CHECK(run(at).state == RunState::needs_confirmation);
  const auto done = expect(run_retention(at.app(), {.confirm = RunOrder::Confirm::yes}));
  CHECK(done.tickets == 60);
}

TEST_CASE("the switch stops a run between two batches") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  for (int i = 0; i < 120; ++i) closed_ticket(at, "p" + std::to_string(i) + "@example.org");
  at.clock.advance(Days{1});
  int batches = 0;
  RunOrder order{.confirm = RunOrder::Confirm::yes};
  order.progress = [&](const ports::RunRow&) {
    ++batches;
    expect(set_retention_enabled(at.app(), false));
  };
  const auto stopped = expect(run_retention(at.app(), order));
  CHECK(batches == 1);
  CHECK(stopped.state == RunState::stopped);
  CHECK(stopped.tickets == 100);
  expect(set_retention_enabled(at.app(), true));
  CHECK(expect(run_retention(at.app(), {.confirm = RunOrder::Confirm::yes})).tickets == 20);
}

TEST_CASE("what a crash left of a run is finished by the next one, once") {
  AppFixture at;
  const auto rule = expect(create_rule(at.app(), rule_of_days(1)));
  const auto ordered = closed_ticket(at, "ann@example.org");
  const auto not_yet = closed_ticket(at, "bob@example.org");
  at.clock.advance(Days{1});
  // As after a crash: the run is on record, one of its two erasures is ordered, none has begun.
  const ports::RunRow crashed{.id = at.app().ids.make<core::RunId>(),
                              .at = at.clock.now(),
                              .started_at = at.clock.now(),
                              .finished_at = std::nullopt};
  expect(
      at.app().store.write([&](ports::Writing& tx) { return tx.retention().save_run(crashed); }));
  ErasureOrder order{.scope = ports::ErasureScope::ticket,
                     .person = at.person("ann@example.org"),
                     .tickets = {ordered},
                     .reason = "retention"};
  order.rule = rule.id();
  order.run = crashed.id;
  expect(approve_erasure(at.app(), order));
  at.restart();
  const auto next = run(at);
  CHECK(next.state == RunState::done);
  CHECK(next.tickets == 1);
  CHECK(at.row(ordered).erased);
  CHECK(at.row(not_yet).erased);
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.retention().run(crashed.id));
    CHECK(row.state == RunState::stopped);
    LETHE_TRY(const auto certificates, tx.retention().certificates(std::nullopt, 10));
    CHECK(certificates.size() == 2);
    return {};
  }));
}

TEST_CASE("a run reads only persons whose time has come") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(30)));
  closed_ticket(at, "ann@example.org");
  CHECK(run(at).examined == 1);
  CHECK(run(at).examined == 0);
  at.clock.advance(Days{10});
  CHECK(run(at).examined == 0);
  at.clock.advance(Days{20});
  CHECK(run(at).examined == 1);
}

TEST_CASE("what a rule would do is shown before it is saved, and why the rest stays") {
  AppFixture at;
  const auto young = closed_ticket(at, "ann@example.org");
  const auto open = at.ticket("bob@example.org");
  at.clock.advance(Days{10});
  const auto old = rt::changed_rule({.id = core::RuleId::of(1)}, rule_of_days(10));
  const auto before = expect(preview(at.app(), {}));
  CHECK(before.now.items() == 0);
  const auto shown = expect(preview(at.app(), {.rule = *old}));
  CHECK(shown.now.tickets == 1);
  CHECK_FALSE(shown.estimate);
  REQUIRE(shown.goes.size() == 1);
  CHECK(shown.goes[0].ticket == young);
  CHECK(shown.stays_because.at("open_ticket") == 1);
  CHECK(rules(at).empty());
  CHECK_FALSE(at.row(young).erased);
  CHECK_FALSE(at.row(open).erased);
  // After 30 days of runs the contact has gone as well: policy erase, delay 30.
  CHECK(shown.in_30_days.people_erased == 1);
}

TEST_CASE("a preview of other days counts what is due by then") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(60)));
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  closed_ticket(at, "ann@example.org");
  const auto today = expect(preview(at.app(), {}));
  CHECK(today.now.tickets == 0);
  CHECK(today.in_30_days.tickets == 0);
  CHECK(today.in_90_days.tickets == 1);
  CHECK(expect(preview(at.app(), {.at = kStart + Days{60}})).now.tickets == 1);
}

TEST_CASE("a preview counts everybody once and samples them in the order of their ids") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(10)));
  for (int n = 0; n < 40; ++n) closed_ticket(at, "p" + std::to_string(n) + "@example.org");
  at.clock.advance(Days{10});
  const auto shown = expect(preview(at.app(), {.samples = 7}));
  CHECK(shown.now.tickets == 40);
  CHECK(shown.people_examined >= 40);
  REQUIRE(shown.goes.size() == 7);
  CHECK(std::ranges::is_sorted(shown.goes, {}, &PreviewItem::person));
  CHECK(expect(preview(at.app(), {.samples = 1'000})).goes.size() == 40);
}

TEST_CASE("tagging a ticket does not move the clock of its last update") {
  AppFixture at;
  json::object rule = rule_of_days(30);
  rule["anchor"] = "updated";
  expect(create_rule(at.app(), rule));
  const auto ticket = closed_ticket(at, "ann@example.org");
  at.clock.advance(Days{20});
  expect(
      change_ticket(at.app(), ticket, {.tags = std::vector<std::string>{"later"}}, std::nullopt));
  at.clock.advance(Days{10});
  CHECK(run(at).tickets == 1);
}

TEST_CASE("a hold that came after the plan refuses its erasure and no other of the batch") {
  AppFixture at;
  const auto agent = at.agent("boss@example.com");
  const auto ann = at.ticket("ann@example.org");
  const auto bob = at.ticket("bob@example.org");
  const auto order = [&](core::TicketId ticket, const char* address) {
    return ErasureOrder{
        .scope = ports::ErasureScope::ticket, .person = at.person(address), .tickets = {ticket}};
  };
  const core::ErasureId ids[] = {expect(approve_erasure(at.app(), order(ann, "ann@example.org"))),
                                 expect(approve_erasure(at.app(), order(bob, "bob@example.org")))};
  expect(place_hold(at.app(), {.person = at.person("ann@example.org"),
                               .ticket = std::nullopt,
                               .ground = "art-17-3-e",
                               .reason = "court",
                               .by = agent}));
  expect(run_erasures(at.app(), ids));
  CHECK_FALSE(at.row(ann).erased);
  CHECK(at.row(bob).erased);
}

// A run that has ordered the erasure of ann, whose only ticket is due, and begins it now.
struct OrderedErasure {
  explicit OrderedErasure(ports::ErasureScope scope) {
    expect(create_rule(at.app(), rule_of_days(1)));
    expect(change_policy(at.app(), json::object{{"delay_days", 0}, {"deletion", "erase"}}));
    old = closed_ticket(at, "ann@example.org");
    at.clock.advance(Days{1});
    const ports::RunRow run{
        .id = at.app().ids.make<core::RunId>(), .at = at.clock.now(), .started_at = at.clock.now()};
    expect(at.app().store.write([&](ports::Writing& tx) { return tx.retention().save_run(run); }));
    ErasureOrder order{.scope = scope, .person = at.person("ann@example.org"), .tickets = {}};
    if (scope == ports::ErasureScope::ticket) order.tickets = {*old};
    order.run = run.id;
    id = expect(approve_erasure(at.app(), order));
  }
  ports::ErasureState begin() {
    const core::ErasureId ids[] = {*id};
    static_cast<void>(run_erasures(at.app(), ids));
    ports::ErasureState state = ports::ErasureState::approved;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto row, tx.retention().erasure(*id));
      state = row.state;
      return {};
    }));
    return state;
  }

  AppFixture at;
  std::optional<core::TicketId> old;
  std::optional<core::ErasureId> id;
};

TEST_CASE(
    "a mail that comes between the plan of a run and its erasure is not erased with the person") {
  OrderedErasure ordered{ports::ErasureScope::person};
  const auto fresh = ordered.at.ticket("ann@example.org", "A new question");
  CHECK(ordered.begin() == ports::ErasureState::refused);
  CHECK_FALSE(ordered.at.row(fresh).erased);
  CHECK(ordered.at.person_exists(ordered.at.person("ann@example.org")));
  // The next run takes what is due and leaves what came.
  CHECK(run(ordered.at).tickets == 1);
  CHECK(ordered.at.row(*ordered.old).erased);
  CHECK_FALSE(ordered.at.row(fresh).erased);
}

TEST_CASE("nothing in between: the person goes as planned") {
  OrderedErasure ordered{ports::ErasureScope::person};
  CHECK(ordered.begin() == ports::ErasureState::done);
}

TEST_CASE("a ticket that is reopened between the plan of a run and its erasure stays") {
  OrderedErasure ordered{ports::ErasureScope::ticket};
  ordered.at.set_status(*ordered.old, "open");
  CHECK(ordered.begin() == ports::ErasureState::refused);
  CHECK_FALSE(ordered.at.row(*ordered.old).erased);
}

TEST_CASE("an erasure left by a crash that is no longer due does not stop the next run") {
  OrderedErasure ordered{ports::ErasureScope::ticket};
  ordered.at.set_status(*ordered.old, "open");
  const auto other = closed_ticket(ordered.at, "bob@example.org");
  ordered.at.clock.advance(Days{1});
  const auto next = run(ordered.at);
  CHECK(next.state == RunState::done);
  CHECK(next.tickets == 1);
  CHECK(ordered.at.row(other).erased);
  CHECK_FALSE(ordered.at.row(*ordered.old).erased);
}

TEST_CASE("an exception that is set between the plan of a run and its erasure protects") {
  OrderedErasure ordered{ports::ErasureScope::person};
  expect(replace_exceptions(ordered.at.app(),
                            json::object{{"emails", json::array{"ann@example.org"}}}));
  CHECK(ordered.begin() == ports::ErasureState::refused);
  CHECK_FALSE(ordered.at.row(*ordered.old).erased);
}

TEST_CASE("a person to whom a mail comes after the plan of a run is not hidden by it") {
  AppFixture at;
  expect(create_rule(at.app(), rule_of_days(1)));
  expect(change_policy(at.app(), json::object{{"delay_days", 0}, {"deletion", "hide"}}));
  closed_ticket(at, "ann@example.org");
  at.clock.advance(Days{1});
  const ports::RunRow run_row{
      .id = at.app().ids.make<core::RunId>(), .at = at.clock.now(), .started_at = at.clock.now()};
  expect(
      at.app().store.write([&](ports::Writing& tx) { return tx.retention().save_run(run_row); }));
  ErasureOrder order{.mode = ports::ErasureMode::hide, .person = at.person("ann@example.org")};
  order.run = run_row.id;
  at.ticket("ann@example.org", "A new question");
  const auto refused = approve_erasure(at.app(), order);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::conflict);
}

TEST_CASE("years of the calendar and a forecast by months agree") {
  AppFixture at;
  expect(create_rule(at.app(), json::object{{"name", "y"}, {"calendar_years", 1}}));
  expect(change_policy(at.app(), json::object{{"keep_contact", true}}));
  closed_ticket(at, "ann@example.org");  // in January 2026: kept until the end of 2027
  const auto months = expect(forecast(at.app(), 25));
  for (std::size_t i = 0; i < months.size(); ++i) CHECK(months[i].tickets == (i == 24 ? 1U : 0U));
  CHECK(forecast(at.app(), 0).error().field == "months");
  CHECK(forecast(at.app(), 121).error().field == "months");
}

}  // namespace
}  // namespace lethe::app::testing
