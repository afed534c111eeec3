// Retention: what is due for a person at an instant, and why the rest stays.
//
// Source: GDPR art. 5(1)(e), storage limitation; docs/retention.md, decision
// tables DT-1 to DT-4. No I/O and no clock here: the caller passes `now`, so the
// same call serves the nightly run, the preview and the forecast, which is how
// their answers agree. All bounds are inclusive: what is 30 days old to the
// second is due under 30 days.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lethe/core/retention_facts.h"

namespace lethe::core::retention {

enum class Reason {
  // The person, in the order in which they win.
  disabled,
  hold,
  exception_tag,
  exception_email,
  exception_company,
  exception_agent,
  open_ticket,
  too_young,
  no_rule,
  is_agent,
  no_tickets,
  keep_contact,
  contact_delay,
  grace,      // hidden, and the days until erasure run
  unsettled,  // an open ticket in spam or trash changed less than 30 days ago
  // Single tickets only.
  resolved_not_closed,   // solved, and solved does not count as closed
  other_ticket_open,     // a rule takes it once the person's other tickets are closed
  other_ticket_differs,  // a rule of mode `all` takes it, but not another ticket
  spam,
  trash,
};
// As in the API and in docs/retention.md: "open_ticket", "exception:tag".
[[nodiscard]] std::string_view name_of(Reason reason) noexcept;

// The verdict on a person; every variant carries what the audit log prints.
struct EraseTickets {
  RuleId rule;
  int rule_version = 1;
  Anchor anchor = Anchor::closed;
  std::vector<TicketId> tickets;  // ascending, never empty
  Instant due;                    // the earliest of them
};
enum class ContactCause { tickets_gone, grace_over, orphan };
struct RemoveContact {
  Deletion deletion = Deletion::erase;
  ContactCause cause = ContactCause::tickets_gone;
  Instant due;
};
struct Kept {
  Reason reason = Reason::no_rule;
  std::optional<Instant> until;  // when time alone will end it, if it will
  std::optional<RuleId> rule;    // the rule behind `until`
};
using Verdict = std::variant<EraseTickets, RemoveContact, Kept>;

// Judges `person` at `now`. Total: everybody gets a verdict. The first
// qualifying rule in list order acts, alone.
[[nodiscard]] Verdict judge(const Settings& settings, const PersonFacts& person, Instant now);

// The earliest instant at which judge() finds something to do, unless facts or
// settings change before; empty when time alone never will. It may lie in the
// past. It does not look at the switch, so that turning it needs no new reading.
[[nodiscard]] std::optional<Instant> next_review_at(const Settings& settings,
                                                    const PersonFacts& person);

// Why each ticket goes or stays (API `Ticket.retention`, RET-46).
struct TicketVerdict {
  TicketId ticket;
  std::optional<Reason> kept;  // empty: due
  std::optional<RuleId> rule;  // that takes it, or will
  std::optional<Instant> due;  // unless something changes
};
// In the order of person.tickets. A ticket that judge() lists is due here; one
// that is due here and not listed waits for another rule to finish.
[[nodiscard]] std::vector<TicketVerdict> judge_tickets(const Settings& settings,
                                                       const PersonFacts& person, Instant now);
// "due" or the reason.
[[nodiscard]] std::string_view name_of(const TicketVerdict& verdict) noexcept;

// True when a ticket of theirs is live: neither in spam nor in trash, or archived.
[[nodiscard]] bool has_live_ticket(const PersonFacts& person) noexcept;

// "none too_young", "tickets:1,2 R1", "contact_hard", "contact_soft".
[[nodiscard]] std::string to_string(const Verdict& verdict);

}  // namespace lethe::core::retention
