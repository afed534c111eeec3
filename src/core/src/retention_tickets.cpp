// Why each ticket of a person goes or stays.
#include <algorithm>

#include "retention_steps.h"

namespace lethe::core::retention {
namespace {

// What stands between one ticket and one rule that is enabled.
struct Prospect {
  std::optional<Reason> obstacle;
  std::optional<Instant> due;
};

bool every_live_ticket_matches(const Rule& rule, const PersonFacts& person) {
  return std::ranges::all_of(person.tickets, [&](const TicketFacts& ticket) {
    return !is_live(ticket) || matches(rule, ticket);
  });
}

// Precondition: the ticket is live and closed.
Prospect prospect_of(const Settings& settings, const Rule& rule, const PersonFacts& person,
                     const TicketFacts& ticket) {
  if (!matches(rule, ticket)) return {Reason::no_rule, std::nullopt};
  if (rule.mode() == Mode::each) {
    return {std::nullopt, due_after(anchor_of(rule.anchor(), ticket), rule.age())};
  }
  if (has_open_ticket(settings, person)) return {Reason::other_ticket_open, std::nullopt};
  if (rule.mode() == Mode::all && !every_live_ticket_matches(rule, person)) {
    return {Reason::other_ticket_differs, std::nullopt};
  }
  return {std::nullopt, rule_acts_at(settings, rule, person)};
}

// The most useful thing to tell: an obstacle the reader can remove beats "no rule".
Reason clearer(Reason known, Reason other) { return known == Reason::no_rule ? other : known; }

TicketVerdict judge_closed(const Settings& settings, const PersonFacts& person,
                           const TicketFacts& ticket, Instant now) {
  TicketVerdict verdict{ticket.id, Reason::no_rule, std::nullopt, std::nullopt};
  for (const Rule& rule : settings.rules) {
    if (!rule.enabled()) continue;
    const Prospect prospect = prospect_of(settings, rule, person, ticket);
    if (!prospect.due) {
      if (!verdict.due) {
        verdict.kept = clearer(*verdict.kept, prospect.obstacle.value_or(Reason::no_rule));
      }
      continue;
    }
    if (now >= *prospect.due) return {ticket.id, std::nullopt, rule.id(), prospect.due};
    if (!verdict.due || *prospect.due < *verdict.due) {
      verdict = {ticket.id, Reason::too_young, rule.id(), prospect.due};
    }
  }
  return verdict;
}

TicketVerdict judge_ticket(const Settings& settings, const PersonFacts& person,
                           const TicketFacts& ticket, Instant now) {
  const auto kept = [&](Reason reason) {
    return TicketVerdict{ticket.id, reason, std::nullopt, std::nullopt};
  };
  if (ticket.held) return kept(Reason::hold);
  if (!is_live(ticket)) return kept(ticket.trashed ? Reason::trash : Reason::spam);
  if (is_closed(ticket, settings)) return judge_closed(settings, person, ticket, now);
  return kept(ticket.status == TicketStatus::solved ? Reason::resolved_not_closed
                                                    : Reason::open_ticket);
}

}  // namespace

std::vector<TicketVerdict> judge_tickets(const Settings& settings, const PersonFacts& person,
                                         Instant now) {
  const auto protecting =
      settings.enabled ? protection(settings, person) : std::optional{Reason::disabled};
  std::vector<TicketVerdict> verdicts;
  verdicts.reserve(person.tickets.size());
  for (const TicketFacts& ticket : person.tickets) {
    verdicts.push_back(protecting ? TicketVerdict{ticket.id, protecting, std::nullopt, std::nullopt}
                                  : judge_ticket(settings, person, ticket, now));
  }
  return verdicts;
}

std::string_view name_of(const TicketVerdict& verdict) noexcept {
  return verdict.kept ? name_of(*verdict.kept) : "due";
}

}  // namespace lethe::core::retention
