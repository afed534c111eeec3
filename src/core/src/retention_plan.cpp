#include "lethe/core/retention_plan.h"

#include <algorithm>

#include "retention_steps.h"

namespace lethe::core::retention {
namespace {

Mode mode_of(const Settings& settings, RuleId id) {
  const auto rule = std::ranges::find(settings.rules, id, &Rule::id);
  return rule == settings.rules.end() ? Mode::all : rule->mode();
}

// Takes the tickets of every rule that may act in this run out of `person`; `verdict` is theirs.
void take_tickets(const Settings& settings, PersonFacts& person, Verdict verdict, Instant now,
                  Plan& out) {
  while (const auto* step = std::get_if<EraseTickets>(&verdict)) {
    out.tickets.push_back(*step);
    person = after(std::move(person), *step, now);
    if (!has_live_ticket(person)) break;
    // A rule of mode all or any has acted for this person; what another one
    // would make of the rest is for the next run (A12).
    if (mode_of(settings, out.tickets.back().rule) != Mode::each) break;
    verdict = judge_by_rules(settings, person, now, RuleScope::mode_each_only);
  }
}

// What is left to say of them once no rule acts any more.
void add_rest(const Settings& settings, const Verdict& verdict, Instant now, Plan& out) {
  const auto* kept = std::get_if<Kept>(&verdict);
  out.rest = kept != nullptr ? *kept : Kept{Reason::too_young, now, std::nullopt};
  if (const auto* step = std::get_if<RemoveContact>(&verdict)) out.contact = *step;
  if (out.contact && out.contact->deletion == Deletion::hide) {
    out.rest = {Reason::grace, now + settings.policy.spec().grace, std::nullopt};
  }
}

}  // namespace

Plan plan(const Settings& settings, const PersonFacts& person, Instant now) {
  Plan out;
  // Most people are kept: they are judged once, and copied only when tickets go.
  const Verdict verdict = judge(settings, person, now);
  if (!std::holds_alternative<EraseTickets>(verdict)) {
    add_rest(settings, verdict, now, out);
    return out;
  }
  PersonFacts left = person;
  take_tickets(settings, left, verdict, now, out);
  add_rest(settings, judge(settings, left, now), now, out);
  return out;
}

PersonFacts after(PersonFacts person, const EraseTickets& step, Instant now) {
  std::erase_if(person.tickets, [&](const TicketFacts& ticket) {
    return std::ranges::binary_search(step.tickets, ticket.id);
  });
  if (!has_live_ticket(person)) person.tickets_deleted_at = now;
  return person;
}

std::optional<PersonFacts> after(PersonFacts person, const RemoveContact& step, Instant now) {
  if (step.deletion == Deletion::erase) return std::nullopt;
  person.hidden_at = now;
  return person;
}

std::optional<PersonFacts> after(PersonFacts person, const Plan& done, Instant now) {
  for (const EraseTickets& step : done.tickets) person = after(std::move(person), step, now);
  if (!done.contact) return person;
  return after(std::move(person), *done.contact, now);
}

}  // namespace lethe::core::retention
