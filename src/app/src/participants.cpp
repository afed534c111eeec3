#include "lethe/app/participants.h"

#include <algorithm>

#include "ticket_parts.h"

namespace lethe::app {
namespace {

Status cancel_copies(ports::Writing& tx, core::TicketId ticket, core::PersonId person) {
  LETHE_TRY(auto mails, tx.outbox().of_ticket(ticket));
  for (ports::OutgoingRow& mail : mails) {
    const bool waits = mail.person == person && mail.state == ports::OutgoingState::queued;
    if (!waits) continue;
    mail.state = ports::OutgoingState::cancelled;
    mail.payload.reset();
    LETHE_CHECK(tx.outbox().update(mail));
  }
  return {};
}

Status remove(App& app, ports::Writing& tx, core::TicketId id, core::PersonId person,
              core::AgentId by) {
  LETHE_TRY(auto ticket, changeable_ticket(tx, id));
  LETHE_TRY(const auto participants, tx.tickets().participants(id));
  const bool is_copied = std::ranges::any_of(participants, [&](const ports::ParticipantRow& row) {
    return row.person == person && row.role == ports::ParticipantRole::cc;
  });
  if (!is_copied) return fail(Errc::not_found, "this person is not on Cc of the ticket");
  LETHE_CHECK(tx.tickets().remove_participant(id, person));
  LETHE_CHECK(cancel_copies(tx, id, person));
  LETHE_CHECK(add_event(app, tx, id, by, "cc_removed"));
  ticket.updated_at = app.clock.now();
  LETHE_CHECK(tx.tickets().update(ticket));
  return tx.people().set_next_review(person, app.clock.now());
}

}  // namespace

Status remove_from_cc(App& app, core::TicketId ticket, core::PersonId person, core::AgentId by) {
  LETHE_CHECK(
      app.store.write([&](ports::Writing& tx) { return remove(app, tx, ticket, person, by); }));
  app.events.publish({ports::EventKind::ticket_changed, ticket, by});
  return {};
}

}  // namespace lethe::app
