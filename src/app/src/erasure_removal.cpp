#include "erasure_removal.h"

#include <set>

#include "lethe/base/fault.h"
#include "lethe/ports/notices.h"
#include "lethe/ports/threading.h"
#include "move_messages.h"
#include "retention_marks.h"
#include "sealed_files.h"

namespace lethe::app {
namespace {

// What stays of a ticket: group, type, managed tags, times (DESIGN section 4).
Status make_shell(ports::Writing& tx, ports::TicketRow ticket, ports::ErasureMode mode) {
  LETHE_CHECK(tx.messages().remove_content_of(ticket.id));
  LETHE_CHECK(tx.outbox().remove_for_ticket(ticket.id));
  LETHE_CHECK(tx.tickets().remove_free_tags(ticket.id));
  LETHE_CHECK(ports::threading(tx).remove_proposals(ticket.id));
  ticket.erased = true;
  ticket.requester.reset();
  ticket.subject.reset();
  ticket.last_message.reset();
  ticket.follows.reset();
  ticket.message_count = 0;
  if (mode == ports::ErasureMode::erase) ticket.assignee.reset();
  return tx.tickets().update(ticket);
}

Status remove_part_in_others(ports::Writing& tx, const ports::ErasureRow& row,
                             const ErasureReach& reach) {
  for (const core::MessageId message : reach.messages) {
    LETHE_CHECK(tx.messages().remove_message(message));
  }
  LETHE_CHECK(tx.messages().remove_traces_of(row.person));
  for (const core::TicketId touched : reach.touched) {
    LETHE_CHECK(tx.tickets().remove_participant(touched, row.person));
    LETHE_TRY(auto ticket, tx.tickets().find(touched));
    LETHE_CHECK(recount(ticket, tx));
    LETHE_CHECK(tx.tickets().update(ticket));
  }
  return {};
}

// Everybody who takes part in tickets that become shells, but for the person of the erasure.
Result<std::set<core::PersonId>> others_in(const ports::Reading& tx, const ports::ErasureRow& row,
                                           const ErasureReach& reach) {
  std::set<core::PersonId> others;
  for (const ports::TicketRow& ticket : reach.whole) {
    LETHE_TRY(const auto participants, tx.tickets().participants(ticket.id));
    for (const auto& participant : participants) others.insert(participant.person);
  }
  others.erase(row.person);
  return others;
}

// Their names were chosen by the agent and say what they like.
Status remove_tokens_of(ports::Writing& tx, core::AgentId agent) {
  LETHE_TRY(const auto tokens, tx.agents().tokens());
  for (const ports::TokenRow& token : tokens) {
    if (token.agent == agent) LETHE_CHECK(tx.agents().remove_token(token.id));
  }
  return {};
}

// "Former agent": the account stays as a reference that nothing explains.
Status remove_person(ports::Writing& tx, const ports::ErasureRow& row) {
  const auto person = tx.people().find(row.person);
  if (person && person->agent) {
    LETHE_TRY(auto agent, tx.agents().find(*person->agent));
    agent.state = ports::AgentState::deactivated;
    agent.password_hash.reset();
    LETHE_CHECK(tx.agents().update(agent));
    LETHE_CHECK(tx.agents().remove_links_of(agent.id));
    LETHE_CHECK(remove_tokens_of(tx, agent.id));
    LETHE_CHECK(tx.agents().remove_second_step(agent.id));
    LETHE_CHECK(ports::notices(tx).remove(agent.id));
  }
  LETHE_CHECK(tx.outbox().remove_for_person(row.person));
  LETHE_CHECK(tx.index_queue().remove_of_person(row.person));
  return tx.people().remove(row.person);
}

}  // namespace

Status remove_blobs(App& app, const ErasureReach& reach) {
  if (LETHE_LEFT_OUT("erasure.blobs")) return {};
  for (const auto& file : reach.attachments) LETHE_CHECK(remove_blob_of(app, file.file));
  for (const auto& copy : reach.raw_copies) LETHE_CHECK(remove_blob_of(app, copy.file));
  return {};
}

Status remove_rows_of(App& app, ports::Writing& tx, const ports::ErasureRow& row,
                      const ErasureReach& reach) {
  if (LETHE_LEFT_OUT("erasure.rows")) return {};
  LETHE_TRY(const auto others, others_in(tx, row, reach));
  for (const ports::TicketRow& ticket : reach.whole) {
    LETHE_CHECK(make_shell(tx, ticket, row.mode));
  }
  for (const auto& copy : reach.raw_copies) {
    LETHE_CHECK(tx.messages().remove_raw_copy(copy.message));
  }
  for (const core::PersonId other : others) {
    LETHE_CHECK(part_gone(tx, other, app.clock.now()));
  }
  switch (row.scope) {
    case ports::ErasureScope::person:
      LETHE_CHECK(remove_part_in_others(tx, row, reach));
      return remove_person(tx, row);
    case ports::ErasureScope::ticket:
      return tickets_gone(tx, row.person, row.rule ? GoneBy::rule : GoneBy::request,
                          app.clock.now());
    case ports::ErasureScope::attachments:
      for (const auto& file : reach.attachments) {
        LETHE_CHECK(tx.messages().remove_attachment(file.id));
      }
      return {};
    case ports::ErasureScope::raw:
    case ports::ErasureScope::redaction:
      return {};
  }
  return {};
}

}  // namespace lethe::app
