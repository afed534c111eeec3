#include "lethe/core/retention.h"

#include <algorithm>
#include <type_traits>

#include "retention_steps.h"

namespace lethe::core::retention {
namespace {

constexpr Days kUnsettled{30};  // A9

// A removal that waits for two instants: its own, and that of tickets in spam
// or trash which it would take along.
struct Removal {
  RemoveContact step;
  Reason waiting = Reason::contact_delay;
  Instant settled = Instant::min();

  [[nodiscard]] Instant acts_at() const noexcept { return std::max(step.due, settled); }
};
using ContactProspect = std::variant<Removal, Kept>;

Kept kept_for(Reason reason) { return {reason, std::nullopt, std::nullopt}; }

Instant settled_at(const Settings& settings, const PersonFacts& person) {
  Instant settled = Instant::min();
  for (const TicketFacts& ticket : person.tickets) {
    if (is_live(ticket) || is_closed(ticket, settings)) continue;
    settled = std::max(settled, ticket.updated + kUnsettled);
  }
  return settled;
}

ContactProspect removal(const Settings& settings, const PersonFacts& person, RemoveContact step,
                        Reason waiting) {
  if (step.deletion == Deletion::hide) return Removal{step, waiting};
  if (std::ranges::any_of(person.tickets, &TicketFacts::held)) return kept_for(Reason::hold);
  return Removal{step, waiting, settled_at(settings, person)};
}

ContactProspect orphan_prospect(const Settings& settings, const PersonFacts& person) {
  if (!settings.orphan_after || !person.unreferenced_since || !person.tickets.empty()) {
    return kept_for(Reason::no_tickets);
  }
  if (settings.policy.spec().keep_contact) return kept_for(Reason::keep_contact);
  const Instant due = *person.unreferenced_since + *settings.orphan_after;
  return removal(settings, person, {Deletion::erase, ContactCause::orphan, due},
                 Reason::no_tickets);
}

// DT-4. Precondition: no live ticket and no protection.
ContactProspect contact_prospect(const Settings& settings, const PersonFacts& person) {
  const PolicySpec& policy = settings.policy.spec();
  if (person.is_agent) return kept_for(Reason::is_agent);
  if (!person.tickets_deleted_at) return orphan_prospect(settings, person);
  if (policy.keep_contact) return kept_for(Reason::keep_contact);
  // Once hidden, later changes of delay or kind leave them alone (RET-17).
  if (person.hidden_at) {
    const Instant due = *person.hidden_at + policy.grace;
    return removal(settings, person, {Deletion::erase, ContactCause::grace_over, due},
                   Reason::grace);
  }
  const Instant due = *person.tickets_deleted_at + policy.delay;
  return removal(settings, person, {policy.deletion, ContactCause::tickets_gone, due},
                 Reason::contact_delay);
}

Verdict judge_contact(const Settings& settings, const PersonFacts& person, Instant now) {
  const ContactProspect prospect = contact_prospect(settings, person);
  if (const auto* kept = std::get_if<Kept>(&prospect)) return *kept;
  const auto& planned = std::get<Removal>(prospect);
  if (now < planned.step.due) return Kept{planned.waiting, planned.acts_at(), std::nullopt};
  if (now < planned.settled) return Kept{Reason::unsettled, planned.settled, std::nullopt};
  return planned.step;
}

std::optional<Instant> first_rule_acts_at(const Settings& settings, const PersonFacts& person) {
  std::optional<Instant> first;
  for (const Rule& rule : settings.rules) {
    const auto due = rule_acts_at(settings, rule, person);
    if (due) first = std::min(first.value_or(*due), *due);
  }
  return first;
}

std::string listed(const EraseTickets& step) {
  std::string out = "tickets:";
  for (const TicketId id : step.tickets) {
    if (out.back() != ':') out += ',';
    out += id.to_string();
  }
  return out + " R" + step.rule.to_string();
}

}  // namespace

bool has_live_ticket(const PersonFacts& person) noexcept {
  return std::ranges::any_of(person.tickets, is_live);
}

Verdict judge(const Settings& settings, const PersonFacts& person, Instant now) {
  if (!settings.enabled) return kept_for(Reason::disabled);
  if (const auto reason = protection(settings, person)) return kept_for(*reason);
  if (!has_live_ticket(person)) return judge_contact(settings, person, now);
  return judge_by_rules(settings, person, now, RuleScope::every_rule);
}

std::optional<Instant> next_review_at(const Settings& settings, const PersonFacts& person) {
  if (protection(settings, person)) return std::nullopt;
  if (has_live_ticket(person)) return first_rule_acts_at(settings, person);
  const ContactProspect prospect = contact_prospect(settings, person);
  const auto* planned = std::get_if<Removal>(&prospect);
  return planned != nullptr ? std::optional{planned->acts_at()} : std::nullopt;
}

std::string_view name_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::disabled:
      return "disabled";
    case Reason::hold:
      return "hold";
    case Reason::exception_tag:
      return "exception:tag";
    case Reason::exception_email:
      return "exception:email";
    case Reason::exception_company:
      return "exception:company";
    case Reason::exception_agent:
      return "exception:agent";
    case Reason::open_ticket:
      return "open_ticket";
    case Reason::too_young:
      return "too_young";
    case Reason::no_rule:
      return "no_rule";
    case Reason::is_agent:
      return "is_agent";
    case Reason::no_tickets:
      return "no_tickets";
    case Reason::keep_contact:
      return "keep_contact";
    case Reason::contact_delay:
      return "contact_delay";
    case Reason::grace:
      return "grace";
    case Reason::unsettled:
      return "unsettled";
    case Reason::resolved_not_closed:
      return "resolved_not_closed";
    case Reason::other_ticket_open:
      return "other_ticket_open";
    case Reason::other_ticket_differs:
      return "other_ticket_differs";
    case Reason::spam:
      return "spam";
    case Reason::trash:
      return "trash";
  }
  return "no_rule";
}

std::string to_string(const Verdict& verdict) {
  return std::visit(
      [](const auto& v) -> std::string {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, EraseTickets>) {
          return listed(v);
        } else if constexpr (std::is_same_v<V, RemoveContact>) {
          return v.deletion == Deletion::erase ? "contact_hard" : "contact_soft";
        } else {
          return "none " + std::string{name_of(v.reason)};
        }
      },
      verdict);
}

}  // namespace lethe::core::retention
