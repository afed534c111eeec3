// The three worked examples of docs/retention.md, with a turned clock:
// every night of a year is run, and the nights on which something goes are noted.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "lethe/core/retention_plan.h"

using namespace lethe;
using namespace lethe::core;
using namespace lethe::core::retention;

namespace {

constexpr Instant kStart = instant_of(1'750'000'000);

Instant day(int number) { return kStart + Days{number}; }

TicketFacts ticket(std::int64_t id, const char* group, const char* type, int created, int closed) {
  TicketFacts facts{.id = TicketId::of(id), .status = TicketStatus::closed};
  facts.group = group;
  facts.type = type;
  facts.created = day(created);
  facts.closed = facts.updated = day(closed);
  return facts;
}
TicketFacts still_open(TicketFacts facts) {
  facts.status = TicketStatus::open;
  facts.closed.reset();
  return facts;
}

// What happened to one person: the day after kStart on which each thing did.
struct Story {
  std::map<std::int64_t, int> ticket_gone{};
  std::optional<int> hidden{};
  std::optional<int> erased{};
};

Story year_of(const Settings& settings, PersonFacts person) {
  Story story;
  for (int night = 0; night < 366; ++night) {
    const Plan done = plan(settings, person, day(night));
    for (const auto& step : done.tickets) {
      for (const TicketId id : step.tickets) story.ticket_gone.emplace(id.value(), night);
    }
    if (done.contact)
      (done.contact->deletion == Deletion::hide ? story.hidden : story.erased) = night;
    const auto left = after(person, done, day(night));
    if (!left) break;
    person = *left;
  }
  return story;
}

Settings desk(RuleSpec spec, PolicySpec policy) {
  spec.profile = Profile::compatible;
  spec.mode = Mode::all;
  Settings settings;
  settings.rules = *make_rule_list({*make_rule(std::move(spec))});
  settings.policy = *make_policy(policy);
  settings.orphan_after.reset();
  return settings;
}

PersonFacts person(std::vector<TicketFacts> tickets) {
  PersonFacts facts;
  facts.tickets = std::move(tickets);
  return facts;
}

}  // namespace

TEST_CASE("example 1: inactive contacts go with their tickets after the delay, a VIP never does") {
  for (const Anchor anchor : {Anchor::created, Anchor::closed}) {
    for (const int delay : {0, 30, 60, 90}) {
      CAPTURE(delay);
      Settings settings = desk({.id = RuleId::of(1),
                                .groups = Filter::one_of({"Escalations"}),
                                .types = Filter::one_of({"Question"}),
                                .anchor = anchor,
                                .age = Days{180}},
                               {.deletion = Deletion::erase, .delay = Days{delay}});
      const std::vector<std::string> vip{"VIP"};
      settings.exceptions.tags = typed_keys(vip);
      const int due = anchor == Anchor::created ? 180 : 190;
      PersonFacts contact = person({ticket(1, "Escalations", "Question", 0, 10)});
      const Story story = year_of(settings, contact);
      CHECK(story.ticket_gone.at(1) == due);
      CHECK(story.erased == due + delay);
      contact.tags.push_back(MatchKey::of("vip"));
      const Story protected_story = year_of(settings, contact);
      CHECK(protected_story.ticket_gone.empty());
      CHECK_FALSE(protected_story.erased);
    }
  }
}

TEST_CASE(
    "example 2: contacts of a group are hidden first, and one with a case of the protected agent "
    "stays") {
  for (const Anchor anchor : {Anchor::created, Anchor::closed}) {
    Settings settings = desk({.id = RuleId::of(1),
                              .groups = Filter::one_of({"Camping"}),
                              .anchor = anchor,
                              .age = Days{90}},
                             {.deletion = Deletion::hide, .delay = Days{30}, .grace = Days{30}});
    const std::vector<std::string> member{"Member@Desk.example"};
    settings.exceptions.agents = typed_address_keys(member);
    const int due = anchor == Anchor::created ? 90 : 95;
    PersonFacts contact =
        person({ticket(1, "Camping", "Question", 0, 5), ticket(2, "Camping", "Incident", 0, 4)});
    const Story story = year_of(settings, contact);
    CHECK(story.ticket_gone.at(1) == due);
    CHECK(story.ticket_gone.at(2) == due);
    CHECK(story.hidden == due + 30);
    CHECK(story.erased == due + 60);
    contact.tickets[1].agents.push_back(MatchKey::of_address("member@desk.example"));
    const Story protected_story = year_of(settings, contact);
    CHECK(protected_story.ticket_gone.empty());
    CHECK_FALSE(protected_story.hidden);
  }
}

TEST_CASE(
    "example 3: closed incidents go after sixty days, a contact with an open ticket is untouched") {
  for (const int delay : {0, 30}) {
    const Settings settings = desk({.id = RuleId::of(1),
                                    .types = Filter::one_of({"Incident"}),
                                    .anchor = Anchor::closed,
                                    .age = Days{60}},
                                   {.deletion = Deletion::erase, .delay = Days{delay}});
    const TicketFacts old = ticket(1, "Any", "Incident", 0, 3);
    const Story story = year_of(settings, person({old}));
    CHECK(story.ticket_gone.at(1) == 63);
    CHECK(story.erased == 63 + delay);
    const Story untouched =
        year_of(settings, person({old, still_open(ticket(2, "Any", "Incident", 1, 1))}));
    CHECK(untouched.ticket_gone.empty());
    CHECK_FALSE(untouched.erased);
  }
}

TEST_CASE("a contact whose new ticket came while waiting starts over when that is gone") {
  const Settings settings = desk({.id = RuleId::of(1), .age = Days{60}},
                                 {.deletion = Deletion::erase, .delay = Days{30}});
  PersonFacts contact = person({ticket(5, "Any", "Question", 20, 30)});
  contact.tickets_deleted_at = day(0);
  const Story story = year_of(settings, contact);
  CHECK(story.ticket_gone.at(5) == 90);
  CHECK(story.erased == 120);
}
