// Random worlds in which something happens: small vocabularies, and times close
// to the bounds, because uniform worlds are nearly all "no rule".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "lethe/core/retention_world.h"

namespace lethe::core::retention::generator {

inline constexpr Instant kNow = instant_of(100 * 86'400);

class Worlds {
 public:
  explicit Worlds(std::uint64_t seed) : engine_(seed) {}

  // Modes a rule may have, how many rules, and whether people are protected.
  struct Shape {
    std::vector<Mode> modes{Mode::each, Mode::all, Mode::any};
    int rules_max = 3;
    int protected_percent = 15;
  };

  World make(const Shape& shape) {
    World world;
    world.now = kNow;
    Settings& settings = world.settings;
    settings.enabled = !percent(3);
    settings.resolved_is_closed = percent(25);
    settings.policy = *make_policy({.keep_contact = percent(20),
                                    .deletion = percent(50) ? Deletion::erase : Deletion::hide,
                                    .delay = Days{30 * below(4)}});
    settings.rules = rules(shape);
    world.person = person();
    if (percent(shape.protected_percent)) protect(world);
    return world;
  }

  int below(int bound) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(bound)); }
  bool percent(int chance) { return below(100) < chance; }

  // Around `middle`: exactly there, one second beside it, or days away.
  Instant near(Instant middle) {
    switch (below(4)) {
      case 0:
        return middle;
      case 1:
        return middle + Seconds{below(3) - 1};
      case 2:
        return middle + Days{below(5) - 2};
      default:
        return middle - Days{below(80)};
    }
  }

  TicketFacts ticket(int id) {
    TicketFacts facts{.id = TicketId::of(id)};
    facts.status = percent(75) ? TicketStatus::closed : any_status();
    facts.archived = percent(5);
    facts.spam = percent(6);
    facts.trashed = percent(6);
    facts.group = one_of({"G", "G", "G", "H", ""});
    facts.type = one_of({"Q", "Q", "Q", "I", ""});
    for (const char* tag : {"x", "y"}) {
      if (percent(40)) facts.tags.emplace_back(tag);
    }
    facts.created = kNow - Days{30 + below(70)};
    facts.updated = near(kNow - Days{10 * (1 + below(4))});
    facts.closed = maybe(80);
    facts.status_updated = maybe(50);
    facts.reopened = maybe(10);
    facts.last_customer_message = maybe(50);
    facts.agents.push_back(MatchKey::of(percent(90) ? "b@x" : "a@x"));
    return facts;
  }

 private:
  TicketStatus any_status() { return *status_of_foreign_number(2 + below(4)); }
  std::optional<std::string> one_of(std::initializer_list<const char*> names) {
    const std::string name = names.begin()[below(static_cast<int>(names.size()))];
    return name.empty() ? std::nullopt : std::optional{name};
  }
  std::optional<Instant> maybe(int chance) {
    if (!percent(chance)) return std::nullopt;
    return near(kNow - Days{10 * (1 + below(4))});
  }
  Filter filter(std::initializer_list<const char*> names, int star_percent) {
    if (percent(star_percent)) return Filter::everything();
    std::vector<std::string> chosen;
    for (const char* name : names) {
      if (percent(70)) chosen.emplace_back(name);
    }
    return Filter::one_of(std::move(chosen));
  }

  RuleList rules(const Shape& shape) {
    std::vector<Rule> made;
    const int count = 1 + below(shape.rules_max);
    for (int i = 1; i <= count; ++i) {
      RuleSpec spec{.id = RuleId::of(i)};
      spec.enabled = percent(92);
      spec.groups = filter({"G", "H"}, 60);
      spec.types = filter({"Q", "I"}, 60);
      spec.tags = filter({"x", "y"}, 75);
      spec.anchor = static_cast<Anchor>(below(4));
      spec.age = percent(95) ? Age{Days{10 * (1 + below(4))}} : Age{CalendarYears{1}};
      spec.mode =
          shape.modes.at(static_cast<std::size_t>(below(static_cast<int>(shape.modes.size()))));
      spec.position = i;
      made.push_back(*make_rule(spec));
    }
    return *make_rule_list(std::move(made));
  }

  PersonFacts person() {
    PersonFacts facts;
    facts.is_agent = percent(10);
    facts.identities.push_back(MatchKey::of("p@x"));
    facts.tags.push_back(MatchKey::of("silver"));
    facts.companies.push_back(MatchKey::of_number(7));
    const int count = below(5);
    for (int i = 1; i <= count; ++i) facts.tickets.push_back(ticket(i));
    if (percent(60)) facts.tickets_deleted_at = near(kNow - Days{30 * below(4)});
    if (facts.tickets_deleted_at && percent(15)) facts.hidden_at = near(kNow - Days{30});
    if (count == 0 && percent(40)) facts.unreferenced_since = near(kNow - Days{30});
    return facts;
  }

  void protect(World& world) {
    Exceptions& exceptions = world.settings.exceptions;
    switch (below(5)) {
      case 0:
        world.person.held = true;
        break;
      case 1:
        exceptions.tags.push_back(MatchKey::of("silver"));
        break;
      case 2:
        exceptions.emails.push_back(MatchKey::of(percent(50) ? "p@x" : "a@x"));
        break;
      case 3:
        exceptions.companies.push_back(MatchKey::of_number(7));
        break;
      default:
        exceptions.agents.push_back(MatchKey::of(percent(50) ? "a@x" : "b@x"));
        break;
    }
  }

  std::mt19937_64 engine_;
};

}  // namespace lethe::core::retention::generator
