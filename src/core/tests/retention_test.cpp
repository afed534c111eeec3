#include "lethe/core/retention.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "lethe/core/forecast.h"

using namespace lethe;
using namespace lethe::core;
using namespace lethe::core::retention;

namespace {

constexpr Instant kNow = instant_of(1'700'000'000);
constexpr Seconds kOne{1};

RuleSpec rule(std::int64_t id, std::int64_t days, Mode mode = Mode::each) {
  return {.id = RuleId::of(id), .age = Days{days}, .mode = mode, .position = static_cast<int>(id)};
}
Settings with(std::vector<RuleSpec> specs, PolicySpec policy = {}) {
  std::vector<Rule> rules;
  for (RuleSpec& spec : specs) rules.push_back(*make_rule(std::move(spec)));
  Settings settings;
  settings.rules = *make_rule_list(std::move(rules));
  settings.policy = *make_policy(policy);
  return settings;
}
TicketFacts closed_ago(std::int64_t id, Seconds ago) {
  TicketFacts ticket{.id = TicketId::of(id)};
  ticket.status = TicketStatus::closed;
  ticket.created = kNow - Days{1000};
  ticket.closed = ticket.updated = kNow - ago;
  return ticket;
}
TicketFacts open_ticket(std::int64_t id) {
  TicketFacts ticket{.id = TicketId::of(id)};
  ticket.created = ticket.updated = kNow - Days{1000};
  return ticket;
}
PersonFacts having(std::vector<TicketFacts> tickets) {
  PersonFacts person;
  person.tickets = std::move(tickets);
  return person;
}
PersonFacts emptied(Instant at) {
  PersonFacts person;
  person.tickets_deleted_at = at;
  return person;
}
std::string told(const Settings& settings, const PersonFacts& person, Instant now = kNow) {
  return to_string(judge(settings, person, now));
}
Kept kept(const Settings& settings, const PersonFacts& person, Instant now = kNow) {
  const Verdict verdict = judge(settings, person, now);
  REQUIRE(std::holds_alternative<Kept>(verdict));
  return std::get<Kept>(verdict);
}
std::string why(const Settings& settings, const PersonFacts& person, std::int64_t ticket) {
  const auto verdicts = judge_tickets(settings, person, kNow);
  const auto found = std::ranges::find(verdicts, TicketId::of(ticket), &TicketVerdict::ticket);
  return found == verdicts.end() ? "missing" : std::string{name_of(*found)};
}

}  // namespace

TEST_CASE("a ticket is due at the second its keep ends, and not one second before") {
  for (const Mode mode : {Mode::each, Mode::all, Mode::any}) {
    const Settings settings = with({rule(1, 30, mode)});
    CHECK(told(settings, having({closed_ago(1, Days{30})})) == "tickets:1 R1");
    CHECK(told(settings, having({closed_ago(1, Days{30} - kOne)})) == "none too_young");
  }
}

TEST_CASE("a verdict carries what the log prints") {
  RuleSpec spec = rule(4, 30, Mode::any);
  spec.version = 7;
  spec.anchor = Anchor::updated;
  const Verdict verdict =
      judge(with({spec}), having({closed_ago(9, Days{40}), closed_ago(2, Days{35})}), kNow);
  REQUIRE(std::holds_alternative<EraseTickets>(verdict));
  const auto& step = std::get<EraseTickets>(verdict);
  CHECK(step.rule == RuleId::of(4));
  CHECK(step.rule_version == 7);
  CHECK(step.anchor == Anchor::updated);
  CHECK(step.tickets == std::vector{TicketId::of(2), TicketId::of(9)});
  CHECK(step.due == kNow - Days{5});
}

TEST_CASE("a young ticket says until when and by which rule, the soonest of several") {
  const Kept wait = kept(with({rule(1, 90), rule(2, 60)}), having({closed_ago(1, Days{50})}));
  CHECK(wait.reason == Reason::too_young);
  CHECK(wait.until == kNow + Days{10});
  CHECK(wait.rule == RuleId::of(2));
}

TEST_CASE("beside an open ticket mode each still says when the next closed one goes") {
  const Kept wait = kept(with({rule(1, 60)}), having({closed_ago(1, Days{50}), open_ticket(2)}));
  CHECK(wait.reason == Reason::open_ticket);
  CHECK(wait.until == kNow + Days{10});
  CHECK_FALSE(
      kept(with({rule(1, 60, Mode::all)}), having({closed_ago(1, Days{50}), open_ticket(2)}))
          .until);
}

TEST_CASE("a date in the future is never old enough") {
  for (const Anchor anchor :
       {Anchor::closed, Anchor::created, Anchor::updated, Anchor::last_customer_message}) {
    for (const Age& age : {Age{Days{1}}, Age{CalendarYears{1}}}) {
      RuleSpec spec = rule(1, 1);
      spec.anchor = anchor;
      spec.age = age;
      TicketFacts ticket = closed_ago(1, Days{-1});
      ticket.created = ticket.updated = kNow + kOne;
      ticket.last_customer_message = kNow + kOne;
      CHECK(told(with({spec}), having({ticket})) == "none too_young");
    }
  }
}

TEST_CASE(
    "a ticket counts from the customer's last message, from its closing when there is none, and "
    "anew after reopening") {
  RuleSpec spec = rule(1, 30);
  spec.anchor = Anchor::last_customer_message;
  TicketFacts ticket = closed_ago(1, Days{10});
  CHECK(told(with({spec}), having({ticket})) == "none too_young");
  ticket.last_customer_message = kNow - Days{30};
  CHECK(told(with({spec}), having({ticket})) == "tickets:1 R1");
  ticket.reopened = kNow - Days{20};
  CHECK(told(with({spec}), having({ticket})) == "none too_young");
}

TEST_CASE("a disabled rule does nothing and gives no date") {
  RuleSpec spec = rule(1, 30);
  spec.enabled = false;
  CHECK(told(with({spec}), having({closed_ago(1, Days{40})})) == "none no_rule");
  CHECK_FALSE(next_review_at(with({spec}), having({closed_ago(1, Days{40})})));
}

TEST_CASE("the next review does not depend on the switch") {
  Settings settings = with({rule(1, 30)});
  settings.enabled = false;
  CHECK(next_review_at(settings, having({closed_ago(1, Days{10})})) == kNow + Days{20});
}

TEST_CASE("a hold on one ticket keeps that ticket and its person, not the others") {
  TicketFacts held = closed_ago(1, Days{400});
  held.held = true;
  const TicketFacts other = closed_ago(2, Days{400});
  CHECK(told(with({rule(1, 30)}), having({held, other})) == "tickets:2 R1");
  CHECK(told(with({rule(1, 30, Mode::any)}), having({held, other})) == "tickets:2 R1");
  CHECK(told(with({rule(1, 30, Mode::all)}), having({held, other})) == "none no_rule");
  CHECK(why(with({rule(1, 30)}), having({held}), 1) == "hold");
  PersonFacts person = emptied(kNow - Days{400});
  held.spam = true;
  person.tickets = {held};
  CHECK(told(with({}), person) == "none hold");
  CHECK_FALSE(next_review_at(with({}), person));
}

TEST_CASE("an archived ticket keeps its person whatever flag it has") {
  TicketFacts archived = closed_ago(1, Days{5});
  archived.archived = true;
  archived.trashed = true;
  PersonFacts person = emptied(kNow - Days{400});
  person.tickets = {archived};
  CHECK(told(with({rule(1, 30)}), person) == "none too_young");
}

TEST_CASE("a contact goes when the delay since the last ticket ends, to the second") {
  for (const int delay : {0, 30, 60, 90}) {
    const Settings settings = with({}, {.delay = Days{delay}});
    CHECK(told(settings, emptied(kNow - Days{delay})) == "contact_hard");
    CHECK(told(settings, emptied(kNow - Days{delay} + kOne)) == "none contact_delay");
    CHECK(kept(settings, emptied(kNow - Days{delay} + kOne)).until == kNow + kOne);
  }
}

TEST_CASE("an open ticket in spam blocks a permanent deletion for thirty days after its change") {
  PersonFacts person = emptied(kNow - Days{400});
  TicketFacts spam = open_ticket(1);
  spam.spam = true;
  spam.updated = kNow - Days{30};
  person.tickets = {spam};
  CHECK(told(with({}), person) == "contact_hard");
  person.tickets.front().updated += kOne;
  CHECK(told(with({}), person) == "none unsettled");
  CHECK(next_review_at(with({}), person) == kNow + kOne);
  person.tickets.front().status = TicketStatus::closed;
  CHECK(told(with({}), person) == "contact_hard");
}

TEST_CASE(
    "a hidden contact is erased after the grace period and neither hidden twice nor earlier") {
  const Settings settings = with({}, {.deletion = Deletion::hide, .grace = Days{7}});
  PersonFacts person = emptied(kNow - Days{100});
  CHECK(told(settings, person) == "contact_soft");
  person.hidden_at = kNow - Days{7} + kOne;
  CHECK(told(settings, person) == "none grace");
  person.hidden_at = kNow - Days{7};
  CHECK(told(settings, person) == "contact_hard");
  CHECK(told(with({}, {.keep_contact = true}), person) == "none keep_contact");
}

TEST_CASE("a policy made permanent later does not shorten the grace of who is hidden") {
  PersonFacts person = emptied(kNow - Days{100});
  person.hidden_at = kNow - Days{1};
  CHECK(told(with({}, {.deletion = Deletion::erase}), person) == "none grace");
}

TEST_CASE("a person whom nothing refers to is erased after the orphan days, and only then") {
  PersonFacts person;
  person.unreferenced_since = kNow - Days{30};
  Settings settings = with({});
  CHECK(told(settings, person) == "contact_hard");
  person.unreferenced_since = kNow - Days{30} + kOne;
  CHECK(told(settings, person) == "none no_tickets");
  CHECK(next_review_at(settings, person) == kNow + kOne);
  settings.orphan_after.reset();
  CHECK_FALSE(next_review_at(settings, person));
  CHECK(told(with({}, {.keep_contact = true}), person) == "none keep_contact");
}

TEST_CASE("an agent, a held or excepted person and one with a ticket in spam are no orphans") {
  PersonFacts person;
  person.unreferenced_since = kNow - Days{300};
  Settings settings = with({});
  PersonFacts agent = person;
  agent.is_agent = true;
  CHECK(told(settings, agent) == "none is_agent");
  PersonFacts held = person;
  held.held = true;
  CHECK(told(settings, held) == "none hold");
  PersonFacts spammed = person;
  spammed.tickets = {open_ticket(1)};
  spammed.tickets.front().spam = true;
  CHECK(told(settings, spammed) == "none no_tickets");
  person.identities = {MatchKey::of("17")};
  settings.exceptions.emails = {MatchKey::of("17")};
  CHECK(told(settings, person) == "none exception:email");
}

TEST_CASE("every ticket says why it stays") {
  TicketFacts solved = open_ticket(2);
  solved.status = TicketStatus::solved;
  TicketFacts spam = open_ticket(3);
  spam.spam = true;
  TicketFacts trash = closed_ago(4, Days{400});
  trash.trashed = trash.spam = true;
  const PersonFacts person = having(
      {open_ticket(1), solved, spam, trash, closed_ago(5, Days{400}), closed_ago(6, Days{20})});
  const Settings each = with({rule(1, 30)});
  CHECK(why(each, person, 1) == "open_ticket");
  CHECK(why(each, person, 2) == "resolved_not_closed");
  CHECK(why(each, person, 3) == "spam");
  CHECK(why(each, person, 4) == "trash");
  CHECK(why(each, person, 5) == "due");
  CHECK(why(each, person, 6) == "too_young");
  CHECK(why(with({rule(1, 30, Mode::all)}), person, 5) == "other_ticket_open");
  CHECK(why(with({}), person, 5) == "no_rule");
  PersonFacts held = person;
  held.held = true;
  CHECK(why(each, held, 5) == "hold");
}

TEST_CASE("a ticket held back by another one of a different group says so, and by no date") {
  RuleSpec spec = rule(1, 30, Mode::all);
  spec.groups = Filter::one_of({"G"});
  TicketFacts in_group = closed_ago(1, Days{400});
  in_group.group = "G";
  const PersonFacts person = having({in_group, closed_ago(2, Days{400})});
  CHECK(why(with({spec}), person, 1) == "other_ticket_differs");
  CHECK(why(with({spec}), person, 2) == "no_rule");
}

TEST_CASE("a ticket that several rules will take shows the first date to come") {
  const auto verdicts = judge_tickets(with({rule(1, 60), rule(2, 40), rule(3, 50)}),
                                      having({closed_ago(1, Days{20})}), kNow);
  CHECK(verdicts.front().due == kNow + Days{20});
  CHECK(verdicts.front().rule == RuleId::of(2));
}

TEST_CASE(
    "a plan takes tickets by every rule of mode each, and the contact at once when no delay runs") {
  RuleSpec first = rule(1, 30);
  first.groups = Filter::one_of({"A"});
  TicketFacts in_a = closed_ago(1, Days{400});
  in_a.group = "A";
  const PersonFacts person = having({in_a, closed_ago(2, Days{400})});
  const Plan whole = plan(with({first, rule(2, 60)}, {.delay = Days{0}}), person, kNow);
  REQUIRE(whole.tickets.size() == 2);
  CHECK(whole.tickets[0].rule == RuleId::of(1));
  CHECK(whole.tickets[1].rule == RuleId::of(2));
  REQUIRE(whole.contact);
  CHECK(whole.contact->deletion == Deletion::erase);
  CHECK_FALSE(after(person, whole, kNow));
}

TEST_CASE("after a rule of mode any no other rule acts in the same run") {
  RuleSpec first = rule(1, 30, Mode::any);
  first.groups = Filter::one_of({"A"});
  TicketFacts in_a = closed_ago(1, Days{400});
  in_a.group = "A";
  const PersonFacts person = having({in_a, closed_ago(2, Days{400})});
  const Settings settings = with({first, rule(2, 60, Mode::all), rule(3, 60, Mode::each)});
  const Plan tonight = plan(settings, person, kNow);
  REQUIRE(tonight.tickets.size() == 1);
  CHECK(tonight.tickets.front().tickets == std::vector{TicketId::of(1)});
  const auto left = after(person, tonight, kNow);
  REQUIRE(left);
  CHECK_FALSE(left->tickets_deleted_at);
  CHECK(plan(settings, *left, kNow + Days{1}).tickets.front().rule == RuleId::of(2));
}

TEST_CASE("with a delay the contact waits from the run that took the last ticket") {
  const Settings settings = with({rule(1, 30)}, {.delay = Days{30}});
  const Plan tonight = plan(settings, having({closed_ago(1, Days{400})}), kNow);
  CHECK_FALSE(tonight.contact);
  CHECK(tonight.rest.reason == Reason::contact_delay);
  CHECK(tonight.rest.until == kNow + Days{30});
}

TEST_CASE("what a forecast of now, thirty and ninety days shows") {
  const Settings settings =
      with({rule(1, 30)}, {.deletion = Deletion::hide, .delay = Days{30}, .grace = Days{30}});
  const std::vector<PersonFacts> people{having({closed_ago(1, Days{30}), closed_ago(2, Days{10})}),
                                        having({open_ticket(3)})};
  const std::vector<Instant> ends{kNow, kNow + Days{30}, kNow + Days{90}};
  const auto periods = forecast(settings, people, kNow, ends);
  REQUIRE(periods.size() == 3);
  CHECK(periods[0] == Period{ends[0], 1, 0, 0});
  CHECK(periods[1] == Period{ends[1], 1, 0, 0});
  CHECK(periods[2] == Period{ends[2], 0, 1, 1});
}

TEST_CASE("a disabled desk forecasts nothing") {
  Settings settings = with({rule(1, 30)});
  settings.enabled = false;
  const std::vector<PersonFacts> people{having({closed_ago(1, Days{400})})};
  const auto ends = month_ends(kNow, 12);
  for (const Period& period : forecast(settings, people, kNow, ends)) CHECK(period.tickets == 0);
}

TEST_CASE("months end with their last second, February of a leap year too") {
  const auto ends = month_ends(std::chrono::sys_days{std::chrono::year{2024} / 1 / 31}, 14);
  REQUIRE(ends.size() == 14);
  CHECK(to_rfc3339(ends[0]) == "2024-01-31T23:59:59Z");
  CHECK(to_rfc3339(ends[1]) == "2024-02-29T23:59:59Z");
  CHECK(to_rfc3339(ends[11]) == "2024-12-31T23:59:59Z");
  CHECK(to_rfc3339(ends[13]) == "2025-02-28T23:59:59Z");
}
