// Properties P1..P11 of docs/retention.md, and ours. A property is
// exercised by a world only when it has something to forbid there; each test
// prints how often that was and fails below the floor.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "lethe/core/forecast.h"
#include "retention_generator.h"
#include "retention_oracle.h"

using namespace lethe;
using namespace lethe::core;
using namespace lethe::core::retention;
using generator::kNow;
using generator::Worlds;

namespace {

constexpr int kFloor = 1'000;
constexpr int kAttempts = 400'000;
const std::vector<Mode> kTogether{Mode::any, Mode::all};
const Worlds::Shape kAnything{};

// Runs `exercise` on random worlds until it returned true kFloor times; it
// returns false where the property has nothing to say.
void property(const char* name, const Worlds::Shape& shape,
              const std::function<bool(World&, Worlds&)>& exercise) {
  Worlds worlds{20'260'801};
  int exercised = 0;
  int seen = 0;
  for (; seen < kAttempts && exercised < kFloor; ++seen) {
    World world = worlds.make(shape);
    if (exercise(world, worlds)) ++exercised;
  }
  MESSAGE(std::string{name} << ": exercised " << exercised << " of " << seen << " worlds");
  CHECK(exercised >= kFloor);
}

Verdict verdict(const World& world) { return judge(world.settings, world.person, world.now); }
bool acts(const Verdict& verdict) { return !std::holds_alternative<Kept>(verdict); }
std::vector<TicketId> taken(const Verdict& verdict) {
  const auto* step = std::get_if<EraseTickets>(&verdict);
  return step != nullptr ? step->tickets : std::vector<TicketId>{};
}
bool takes_tickets(const Verdict& verdict) { return std::holds_alternative<EraseTickets>(verdict); }
bool removes_contact(const Verdict& verdict) {
  return std::holds_alternative<RemoveContact>(verdict);
}

bool open_and_live(const World& world, const TicketFacts& ticket) {
  const bool closed = ticket.archived || ticket.status == TicketStatus::closed ||
                      (world.settings.resolved_is_closed && ticket.status == TicketStatus::solved);
  return !closed && !ticket.spam && !ticket.trashed;
}

World with_rules(World world, const std::function<void(RuleSpec&)>& change) {
  std::vector<Rule> rules;
  for (const Rule& rule : world.settings.rules) {
    RuleSpec spec = rule.spec();
    change(spec);
    rules.push_back(*make_rule(std::move(spec)));
  }
  world.settings.rules = *make_rule_list(std::move(rules));
  return world;
}

TicketFacts new_ticket_of(const World& world, TicketStatus status) {
  TicketFacts ticket{.id = TicketId::of(99)};
  ticket.status = status;
  ticket.created = ticket.updated = world.now;
  if (status == TicketStatus::closed) ticket.closed = world.now;
  return ticket;
}

}  // namespace

TEST_CASE("the engine and the second reading of the tables agree on random worlds") {
  int by_kind[3] = {0, 0, 0};
  Worlds worlds{7};
  for (int i = 0; i < 60'000; ++i) {
    World world = worlds.make(kAnything);
    world.person.hidden_at.reset();  // ours, not in the tables
    world.settings.orphan_after.reset();
    CAPTURE(i);
    const Verdict found = verdict(world);
    REQUIRE(to_string(found) == oracle::verdict(world));
    ++by_kind[found.index()];
  }
  MESSAGE("compared: " << by_kind[0] << " with tickets, " << by_kind[1] << " contacts, "
                       << by_kind[2] << " kept");
  CHECK(std::ranges::min(by_kind) >= kFloor);
}

TEST_CASE("P1: modes any and all take nothing while a live ticket is open") {
  property("P1", {.modes = kTogether}, [](World& world, Worlds&) {
    World without = world;
    std::erase_if(without.person.tickets,
                  [&](const TicketFacts& ticket) { return open_and_live(world, ticket); });
    if (without.person.tickets.size() == world.person.tickets.size() || !acts(verdict(without))) {
      return false;
    }
    REQUIRE_FALSE(acts(verdict(world)));
    return true;
  });
}

TEST_CASE("P2: nothing happens to the exempt, and agents are never removed") {
  property("P2 exempt", {.protected_percent = 100}, [](World& world, Worlds&) {
    World bare = world;
    bare.person.held = false;
    bare.settings.exceptions = {};
    const std::string before = to_string(verdict(world));
    const bool exempt = before == "none hold" || before.starts_with("none exception:");
    if (!exempt || !acts(verdict(bare))) return false;
    REQUIRE(plan(world.settings, world.person, world.now).empty());
    return true;
  });
  property("P2 agents", kAnything, [](World& world, Worlds&) {
    world.person.is_agent = false;
    if (!removes_contact(verdict(world))) return false;
    world.person.is_agent = true;
    REQUIRE_FALSE(acts(verdict(world)));
    return true;
  });
}

TEST_CASE("P3: what one rule takes now it also takes later") {
  property("P3", {.rules_max = 1}, [](World& world, Worlds& worlds) {
    const Verdict now = verdict(world);
    if (!acts(now)) return false;
    world.now += Seconds{worlds.below(86'400 * 400)};
    const Verdict later = verdict(world);
    REQUIRE(later.index() == now.index());
    REQUIRE(std::ranges::includes(taken(later), taken(now)));
    return true;
  });
}

TEST_CASE("P4: modes any and all are cancelled by a new open ticket") {
  property("P4", {.modes = kTogether}, [](World& world, Worlds&) {
    if (!acts(verdict(world))) return false;
    world.person.tickets.push_back(new_ticket_of(world, TicketStatus::open));
    REQUIRE(to_string(verdict(world)) == "none open_ticket");
    return true;
  });
}

TEST_CASE("P5: a ticket opened and closed just now restarts the clock of modes any and all") {
  property("P5", {.modes = kTogether}, [](World& world, Worlds&) {
    if (!acts(verdict(world))) return false;
    world.person.tickets.push_back(new_ticket_of(world, TicketStatus::closed));
    REQUIRE_FALSE(acts(verdict(world)));
    return true;
  });
}

TEST_CASE("P6: mode all takes no ticket that mode any would leave") {
  property("P6", {.modes = kTogether, .rules_max = 1}, [](World& world, Worlds&) {
    const auto all = taken(verdict(with_rules(world, [](RuleSpec& r) { r.mode = Mode::all; })));
    const auto any = taken(verdict(with_rules(world, [](RuleSpec& r) { r.mode = Mode::any; })));
    if (all.empty()) return false;
    REQUIRE(std::ranges::includes(any, all));
    return true;
  });
}

TEST_CASE("P7: the acting rule needs no other rule") {
  property("P7", {.rules_max = 4, .protected_percent = 0}, [](World& world, Worlds&) {
    const Verdict before = verdict(world);
    if (!takes_tickets(before) || world.settings.rules.size() < 2) return false;
    const RuleId acting = std::get<EraseTickets>(before).rule;
    const World alone = with_rules(world, [&](RuleSpec& r) { r.enabled = r.id == acting; });
    REQUIRE(to_string(verdict(alone)) == to_string(before));
    return true;
  });
}

TEST_CASE("P8: only closed tickets that are live or archived are listed") {
  property("P8", kAnything, [](World& world, Worlds&) {
    const auto listed = taken(verdict(world));
    if (listed.empty() || listed.size() == world.person.tickets.size()) return false;
    for (const TicketFacts& ticket : world.person.tickets) {
      if (!std::ranges::binary_search(listed, ticket.id)) continue;
      REQUIRE_FALSE(open_and_live(world, ticket));
      REQUIRE((ticket.archived || (!ticket.spam && !ticket.trashed)));
    }
    return true;
  });
}

TEST_CASE("P9: a contact goes only without live or archived tickets and when not kept") {
  property("P9", kAnything, [](World& world, Worlds&) {
    if (!removes_contact(verdict(world))) return false;
    REQUIRE_FALSE(world.settings.policy.spec().keep_contact);
    for (const TicketFacts& ticket : world.person.tickets) {
      REQUIRE_FALSE(ticket.archived);
      REQUIRE((ticket.spam || ticket.trashed));
    }
    return true;
  });
}

TEST_CASE("P10: the switch stops everything") {
  property("P10", kAnything, [](World& world, Worlds&) {
    if (!acts(verdict(world))) return false;
    world.settings.enabled = false;
    REQUIRE(to_string(verdict(world)) == "none disabled");
    REQUIRE(plan(world.settings, world.person, world.now).empty());
    return true;
  });
}

TEST_CASE("P11: a longer age never takes more") {
  property("P11", {.rules_max = 1}, [](World& world, Worlds& worlds) {
    const Days more{1 + worlds.below(30)};
    const auto now = taken(verdict(world));
    if (now.empty()) return false;
    const auto longer = taken(verdict(with_rules(world, [&](RuleSpec& r) {
      if (auto* days = std::get_if<Days>(&r.age)) *days += more;
    })));
    REQUIRE(std::ranges::includes(now, longer));
    return true;
  });
}

TEST_CASE("nothing is due before the next review, and something is at it") {
  property("review", kAnything, [](World& world, Worlds& worlds) {
    world.settings.enabled = true;
    const auto review = next_review_at(world.settings, world.person);
    if (!review) return false;
    for (const int back : {1, 1 + worlds.below(86'400), 1 + worlds.below(86'400 * 50)}) {
      REQUIRE_FALSE(acts(judge(world.settings, world.person, *review - Seconds{back})));
    }
    REQUIRE(acts(judge(world.settings, world.person, *review)));
    return true;
  });
}

TEST_CASE("nobody without a next review is ever due") {
  property("no review", kAnything, [](World& world, Worlds& worlds) {
    world.settings.enabled = true;
    if (next_review_at(world.settings, world.person)) return false;
    world.now = kNow + Days{worlds.below(5'000)};
    REQUIRE_FALSE(acts(verdict(world)));
    return true;
  });
}

TEST_CASE("a kept person's date is the next review") {
  property("until", kAnything, [](World& world, Worlds&) {
    const Verdict now = verdict(world);
    const auto* kept = std::get_if<Kept>(&now);
    if (kept == nullptr || !kept->until) return false;
    REQUIRE(kept->until == next_review_at(world.settings, world.person));
    REQUIRE(*kept->until > world.now);
    return true;
  });
}

TEST_CASE(
    "the verdicts on single tickets name every ticket that is listed, and the date it was due") {
  property("tickets", {.protected_percent = 3}, [](World& world, Worlds&) {
    const Verdict whole = verdict(world);
    const auto listed = taken(whole);
    const auto each = judge_tickets(world.settings, world.person, world.now);
    REQUIRE(each.size() == world.person.tickets.size());
    for (const TicketVerdict& one : each) {
      REQUIRE(one.kept.has_value() == (name_of(one) != "due"));
      if (std::ranges::binary_search(listed, one.ticket)) REQUIRE_FALSE(one.kept);
      if (one.kept == Reason::too_young) REQUIRE(one.due > world.now);
      if (!one.kept) REQUIRE(one.due <= world.now);
    }
    const bool any_due = std::ranges::any_of(each, [](const TicketVerdict& v) { return !v.kept; });
    REQUIRE(any_due == takes_tickets(whole));
    return !listed.empty();
  });
}

TEST_CASE(
    "a plan begins with the verdict, and nothing is left to do at the same instant but for another "
    "rule") {
  property("plan", kAnything, [](World& world, Worlds&) {
    const Verdict first = verdict(world);
    const Plan whole = plan(world.settings, world.person, world.now);
    REQUIRE(whole.empty() == !acts(first));
    if (whole.empty()) return false;
    if (takes_tickets(first)) REQUIRE(whole.tickets.front().tickets == taken(first));
    if (removes_contact(first)) REQUIRE(whole.contact.has_value());
    const auto left = after(world.person, whole, world.now);
    if (!left) return true;
    REQUIRE_FALSE(removes_contact(judge(world.settings, *left, world.now)));
    return true;
  });
}

TEST_CASE("the forecast of a year is what a year of nightly runs does") {
  std::uint64_t people = 0;
  std::uint64_t tickets = 0;
  property("forecast", kAnything, [&](World& world, Worlds& worlds) {
    const Instant from = kNow - Days{worlds.below(60)} + Seconds{worlds.below(86'400)};
    const auto ends = month_ends(from, 12);
    const auto told = forecast(world.settings, std::span{&world.person, 1}, from, ends);
    std::vector<Period> done;
    for (const Instant end : ends) done.push_back({end});
    std::optional<PersonFacts> current = world.person;
    std::size_t month = 0;
    for (Instant night = from; current && night <= ends.back(); night += Days{1}) {
      while (night > ends[month]) ++month;
      const Plan tonight = plan(world.settings, *current, night);
      const auto before = current->tickets.size();
      current = after(std::move(*current), tonight, night);
      done[month].tickets += before - (current ? current->tickets.size() : 0);
      if (!tonight.contact) continue;
      ++(tonight.contact->deletion == Deletion::hide ? done[month].people_hidden
                                                     : done[month].people_erased);
    }
    REQUIRE(told == done);
    std::uint64_t sum = 0;
    for (const Period& period : told) {
      people += period.people_erased + period.people_hidden;
      tickets += period.tickets;
      sum += period.tickets + period.people_erased + period.people_hidden;
    }
    return sum > 0;
  });
  MESSAGE("forecast: " << people << " people, " << tickets << " tickets");
  CHECK(people >= kFloor / 4);
  CHECK(tickets >= kFloor / 4);
}
