#include "retention_steps.h"

#include <algorithm>

namespace lethe::core::retention {
namespace {

bool is_protected_by_agent(const Exceptions& exceptions, const PersonFacts& person) {
  if (exceptions.agents.empty() && exceptions.emails.empty()) return false;
  return std::ranges::any_of(person.tickets, [&](const TicketFacts& ticket) {
    return contains_any(exceptions.agents, ticket.agents) ||
           contains_any(exceptions.emails, ticket.agents);
  });
}

bool takes_part(const Rule& rule, RuleScope scope) {
  return rule.enabled() && (scope == RuleScope::every_rule || rule.mode() == Mode::each);
}

// Mode each: the first of the tickets to come of age.
std::optional<Instant> first_ticket_due(const Settings& settings, const Rule& rule,
                                        const PersonFacts& person) {
  std::optional<Instant> first;
  for (const TicketFacts& ticket : person.tickets) {
    if (!is_live(ticket) || !is_closed(ticket, settings) || !matches(rule, ticket)) continue;
    const Instant due = due_after(anchor_of(rule.anchor(), ticket), rule.age());
    first = std::min(first.value_or(due), due);
  }
  return first;
}

// Modes any and all: one clock for everything the person has, the latest (A3).
std::optional<Instant> all_tickets_due(const Settings& settings, const Rule& rule,
                                       const PersonFacts& person) {
  std::size_t total = 0;
  std::size_t matching = 0;
  Instant latest = Instant::min();
  for (const TicketFacts& ticket : person.tickets) {
    if (!is_live(ticket)) continue;
    if (!is_closed(ticket, settings)) return std::nullopt;
    ++total;
    if (matches(rule, ticket)) ++matching;
    latest = std::max(latest, anchor_of(rule.anchor(), ticket));
  }
  // "All of none" is no match (A21), and neither is "any of none".
  if (matching == 0 || (rule.mode() == Mode::all && matching < total)) return std::nullopt;
  return due_after(latest, rule.age());
}

std::vector<TicketId> tickets_taken(const Settings& settings, const Rule& rule,
                                    const PersonFacts& person, Instant now) {
  std::vector<TicketId> taken;
  for (const TicketFacts& ticket : person.tickets) {
    if (!is_live(ticket) || !is_closed(ticket, settings) || !matches(rule, ticket)) continue;
    const bool young =
        rule.mode() == Mode::each && now < due_after(anchor_of(rule.anchor(), ticket), rule.age());
    if (!young) taken.push_back(ticket.id);
  }
  std::ranges::sort(taken);
  return taken;
}

}  // namespace

bool is_live(const TicketFacts& ticket) noexcept {
  return ticket.archived || (!ticket.spam && !ticket.trashed);
}

bool is_closed(const TicketFacts& ticket, const Settings& settings) noexcept {
  return ticket.archived || ticket.status == TicketStatus::closed ||
         (ticket.status == TicketStatus::solved && settings.resolved_is_closed);
}

bool has_open_ticket(const Settings& settings, const PersonFacts& person) noexcept {
  return std::ranges::any_of(person.tickets, [&](const TicketFacts& ticket) {
    return is_live(ticket) && !is_closed(ticket, settings);
  });
}

bool matches(const Rule& rule, const TicketFacts& ticket) noexcept {
  const RuleSpec& spec = rule.spec();
  return !ticket.held && spec.groups.takes(ticket.group) && spec.types.takes(ticket.type) &&
         spec.tags.takes_any(ticket.tags);
}

Instant anchor_of(Anchor anchor, const TicketFacts& ticket) noexcept {
  const Instant closed = ticket.closed.value_or(ticket.status_updated.value_or(ticket.updated));
  const Instant reopened = ticket.reopened.value_or(Instant::min());
  switch (anchor) {
    case Anchor::closed:
      return closed;
    case Anchor::created:
      return std::max(ticket.created, reopened);
    case Anchor::updated:
      return ticket.updated;
    // A ticket on which the customer never wrote counts from its closing.
    case Anchor::last_customer_message:
      return std::max(ticket.last_customer_message.value_or(closed), reopened);
  }
  return closed;
}

std::optional<Reason> protection(const Settings& settings, const PersonFacts& person) {
  const Exceptions& exceptions = settings.exceptions;
  if (person.held) return Reason::hold;
  if (contains_any(exceptions.tags, person.tags)) return Reason::exception_tag;
  if (contains_any(exceptions.emails, person.identities)) return Reason::exception_email;
  if (contains_any(exceptions.companies, person.companies)) return Reason::exception_company;
  if (is_protected_by_agent(exceptions, person)) return Reason::exception_agent;
  return std::nullopt;
}

std::optional<Instant> rule_acts_at(const Settings& settings, const Rule& rule,
                                    const PersonFacts& person) {
  if (!rule.enabled()) return std::nullopt;
  return rule.mode() == Mode::each ? first_ticket_due(settings, rule, person)
                                   : all_tickets_due(settings, rule, person);
}

Verdict judge_by_rules(const Settings& settings, const PersonFacts& person, Instant now,
                       RuleScope scope) {
  Kept kept{Reason::no_rule, std::nullopt, std::nullopt};
  for (const Rule& rule : settings.rules) {
    if (!takes_part(rule, scope)) continue;
    const auto due = rule_acts_at(settings, rule, person);
    if (!due) continue;
    if (now >= *due) {
      return EraseTickets{rule.id(), rule.version(), rule.anchor(),
                          tickets_taken(settings, rule, person, now), *due};
    }
    if (!kept.until || *due < *kept.until) kept = {Reason::too_young, due, rule.id()};
  }
  if (has_open_ticket(settings, person)) kept.reason = Reason::open_ticket;
  return kept;
}

}  // namespace lethe::core::retention
