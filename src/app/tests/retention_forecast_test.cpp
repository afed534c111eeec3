// The promise of the forecast, kept over a year of nightly runs in worlds nobody chose.
#include <boost/json.hpp>
#include <random>

#include "app_fixture.h"
#include "lethe/app/endings.h"
#include "lethe/app/holds.h"
#include "lethe/app/people.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"

namespace lethe::app::testing {
namespace {

namespace json = boost::json;
namespace rt = core::retention;

constexpr int kWorlds = 200;
constexpr Days kYear{365};

// What the worlds really did, so that a poor generator cannot make the property vacuous.
struct Exercised {
  std::int64_t tickets = 0, people = 0, worlds_with_erasures = 0;
};

class RandomWorld {
 public:
  explicit RandomWorld(unsigned seed) : dice_(seed) {
    for (const char* name : {"Camping", "Billing"}) {
      groups_.push_back(at_.named(ports::NamedKind::group, name));
    }
    types_.push_back(at_.named(ports::NamedKind::type, "Incident"));
    tags_.push_back(at_.named(ports::NamedKind::tag, "vip"));
    agent_ = at_.agent("agent@example.com");
    make_people();
    make_settings();
  }

  AppFixture& at() { return at_; }

  // Every night for a year; only nights on which somebody is due can do anything, and a few others.
  std::vector<rt::Period> live(std::span<const Instant> ends, Exercised& exercised) {
    std::vector<rt::Period> periods;
    for (const Instant end : ends) periods.push_back({.ends = end});
    for (Instant night = kStart; night <= ends.back(); night += Days{1}) {
      at_.clock.set(night);
      if (!anybody_due(night) && !one_in(60)) continue;
      const auto run = expect(run_retention(at_.app(), {.confirm = RunOrder::Confirm::yes}));
      CAPTURE(run.detail);
      REQUIRE(run.state == ports::RunState::done);
      auto& period = *std::ranges::lower_bound(periods, night, {}, &rt::Period::ends);
      period.tickets += static_cast<std::uint64_t>(run.tickets);
      period.people_erased += static_cast<std::uint64_t>(run.people);
      exercised.tickets += run.tickets;
      exercised.people += run.people;
    }
    return periods;
  }

 private:
  int up_to(int most) { return std::uniform_int_distribution{0, most}(dice_); }
  bool one_in(int n) { return up_to(n - 1) == 0; }
  template <class T>
  T pick(std::vector<T> from) {
    return from[static_cast<std::size_t>(up_to(static_cast<int>(from.size()) - 1))];
  }
  // Up to `days` ago, to the second.
  Instant ago(int days) { return kStart - Seconds{up_to(days * 86'400)}; }

  void make_people() {
    const int people = 2 + up_to(3);
    for (int i = 0; i < people; ++i) {
      const auto address =
          expect(core::EmailAddress::parse("p" + std::to_string(i) + "@example.org"));
      expect(at_.app().store.write([&](ports::Writing& tx) -> Status {
        LETHE_TRY(const auto id, find_or_create_person(at_.app(), tx, address, "", ago(300)));
        people_.push_back(id);
        if (one_in(8)) return tx.people().set_tags(id, {core::TagId::of(tags_[0])});
        return {};
      }));
    }
    for (const core::PersonId person : people_) {
      for (int tickets = up_to(3); tickets > 0; --tickets) make_ticket(person);
    }
    for (const core::PersonId person : people_) {
      if (one_in(8)) hold(person);
      if (one_in(15)) expect(set_frozen(at_.app(), person, Frozen::yes));
    }
  }

  core::TicketState state() {
    const Instant created = ago(400);
    core::TicketState state = core::new_ticket(created);
    const Instant later = created + Seconds{up_to(static_cast<int>((kStart - created).count()))};
    if (one_in(3)) state.last_customer_message = created;
    if (one_in(5)) state = core::with_status(state, core::TicketStatus::pending, later, {});
    if (one_in(4)) state = core::with_status(state, core::TicketStatus::solved, later, {});
    if (!one_in(3)) state = core::with_status(state, core::TicketStatus::closed, later, {});
    if (one_in(10)) state = core::flagged(state, core::TicketFlag::spam);
    if (one_in(15)) state = core::flagged(state, core::TicketFlag::trash);
    return state;
  }

  void make_ticket(core::PersonId requester) {
    ports::TicketRow ticket{.id = at_.app().ids.make<core::TicketId>(),
                            .requester = requester,
                            .assignee = std::nullopt,
                            .group = std::nullopt,
                            .type = std::nullopt,
                            .state = state(),
                            .updated_at = ago(30),
                            .last_message = std::nullopt,
                            .subject = std::nullopt,
                            .follows = std::nullopt};
    if (!one_in(3)) ticket.group = core::GroupId::of(pick(groups_));
    if (one_in(2)) ticket.type = core::TypeId::of(types_[0]);
    if (one_in(8)) ticket.assignee = agent_;
    expect(at_.app().store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(ticket.number, tx.tickets().take_number());
      LETHE_CHECK(tx.tickets().insert(ticket));
      LETHE_CHECK(
          tx.tickets().add_participant({ticket.id, requester, ports::ParticipantRole::requester}));
      if (one_in(5)) LETHE_CHECK(tx.tickets().add_handler(ticket.id, *agent_));
      if (one_in(3)) LETHE_CHECK(tx.tickets().set_tags(ticket.id, {core::TagId::of(tags_[0])}));
      if (!one_in(2)) return {};
      return tx.tickets().add_participant({ticket.id, pick(people_), ports::ParticipantRole::cc});
    }));
    if (one_in(10)) hold_ticket(ticket.id);
  }

  std::optional<Instant> hold_end() {
    return one_in(3) ? std::nullopt : std::optional{kStart + Seconds{1 + up_to(200 * 86'400)}};
  }
  void hold(core::PersonId person) {
    expect(place_hold(at_.app(), {.person = person,
                                  .ticket = std::nullopt,
                                  .ground = "art-17-3-e",
                                  .reason = "a claim",
                                  .by = *agent_,
                                  .until = hold_end()}));
  }
  void hold_ticket(core::TicketId ticket) {
    expect(place_hold(at_.app(), {.person = std::nullopt,
                                  .ticket = ticket,
                                  .ground = "art-17-3-b",
                                  .reason = "",
                                  .by = *agent_,
                                  .until = hold_end()}));
  }

  json::value filter(const char* name) {
    if (one_in(2)) return "*";
    json::array list;
    list.emplace_back(name);
    return list;
  }

  void make_rule() {
    const bool native = !one_in(3);
    json::object rule{{"name", "a rule"}};
    rule["profile"] = native ? "native" : "compatible";
    rule["groups"] = filter("Camping");
    rule["types"] = filter("Incident");
    rule["tags"] = one_in(3) ? filter("vip") : json::value("*");
    rule["anchor"] = pick<std::string>({"closed", "closed", "created", "updated"});
    if (native && one_in(5)) rule["anchor"] = "last_customer_message";
    rule["mode"] = native ? pick<std::string>({"each", "each", "all", "any"})
                          : pick<std::string>({"all", "any"});
    rule["enabled"] = !one_in(10);
    if (native && one_in(8)) {
      rule["calendar_years"] = 1;
    } else {
      rule["days"] = 1 + up_to(400);
    }
    expect(create_rule(at_.app(), rule));
  }

  void make_settings() {
    App& app = at_.app();
    for (int rules = 1 + up_to(2); rules > 0; --rules) make_rule();
    json::object policy{{"keep_contact", one_in(4)},
                        {"deletion", pick<std::string>({"hide", "erase"})},
                        {"delay_days", pick<std::int64_t>({0, 30, 60, 90})},
                        {"grace_days", 7 + up_to(83)}};
    expect(change_policy(app, policy));
    expect(change_endings(
        app, {.close_solved_after = Days{one_in(3) ? 0 : up_to(20)},
              .resolved_is_closed = one_in(3),
              .orphan_after = one_in(4) ? std::nullopt : std::optional{Days{1 + up_to(60)}}}));
    json::object exceptions;
    if (one_in(3)) exceptions["contact_tags"] = json::array{"VIP"};
    if (one_in(4)) exceptions["emails"] = json::array{"p0@example.org"};
    if (one_in(5)) exceptions["agents"] = json::array{"agent@example.com"};
    expect(replace_exceptions(app, exceptions));
  }

  bool anybody_due(Instant night) {
    bool due = false;
    expect(at_.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto persons, tx.people().due_for_review(night, 1));
      due = !persons.empty();
      return {};
    }));
    return due;
  }

  std::mt19937 dice_;
  AppFixture at_;
  std::vector<std::int64_t> groups_, types_, tags_;
  std::vector<core::PersonId> people_;
  std::optional<core::AgentId> agent_;
};

// Hidden and erased persons together, as a run counts them.
std::vector<rt::Period> with_one_count_of_people(std::vector<rt::Period> periods) {
  for (rt::Period& period : periods) {
    period.people_erased += period.people_hidden;
    period.people_hidden = 0;
  }
  return periods;
}

TEST_CASE("the forecast of a year is what the runs of that year do, in any world") {
  Exercised exercised;
  std::vector<Instant> ends{kStart};
  for (Days day{30}; day <= kYear; day += Days{30}) ends.push_back(kStart + day);
  for (unsigned seed = 0; seed < kWorlds; ++seed) {
    CAPTURE(seed);
    RandomWorld world{seed};
    const auto foreseen = with_one_count_of_people(expect(forecast_until(world.at().app(), ends)));
    const auto shown = expect(preview(world.at().app(), {}));
    const auto months = expect(preview(world.at().app(), {.samples = 0, .months = 6})).months;
    CHECK(months == expect(forecast(world.at().app(), 6)));
    const auto before = exercised.tickets + exercised.people;
    const auto happened = world.live(ends, exercised);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      CAPTURE(i);
      CHECK(happened[i].tickets == foreseen[i].tickets);
      CHECK(happened[i].people_erased == foreseen[i].people_erased);
    }
    CHECK(shown.now.tickets == static_cast<std::int64_t>(happened[0].tickets));
    exercised.worlds_with_erasures += exercised.tickets + exercised.people > before;
  }
  MESSAGE("tickets ", exercised.tickets, ", people ", exercised.people, " in ",
          exercised.worlds_with_erasures, " of ", kWorlds, " worlds");
  CHECK(exercised.tickets > kWorlds / 2);
  CHECK(exercised.people > kWorlds / 2);
  CHECK(exercised.worlds_with_erasures > kWorlds / 2);
}

}  // namespace
}  // namespace lethe::app::testing
