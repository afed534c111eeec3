// Merging, splitting, and their undo.
#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/threading.h"
#include "move_messages.h"
#include "move_notes.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

using ports::MoveKind;
using ports::MoveRow;

constexpr int kMergesDeepMax = 100;

// A ticket whose messages may come or go.
Result<ports::TicketRow> movable(App& app, const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(auto ticket, live_ticket(tx, id));
  LETHE_CHECK(refuse_merged(tx, ticket));
  LETHE_CHECK(refuse_if_held(tx, *ticket.requester, id, app.clock.now()));
  return ticket;
}

// What people wrote; events stay where they happened.
Result<std::vector<core::MessageId>> words_of(const ports::Reading& tx, core::TicketId ticket) {
  LETHE_TRY(const auto rows, tx.messages().of_ticket(ticket));
  std::vector<core::MessageId> ids;
  for (const ports::MessageRow& row : rows) {
    if (row.person) ids.push_back(row.id);
  }
  return ids;
}

// Count, last message and when lists and clients see the change. No clock of retention.
Status refresh(App& app, ports::Writing& tx, core::TicketId id, bool shown) {
  LETHE_TRY(auto ticket, tx.tickets().find(id));
  LETHE_CHECK(recount(ticket, tx));
  if (shown) ticket.updated_at = app.clock.now();
  LETHE_CHECK(tx.tickets().update(ticket));
  return ticket.requester ? tx.people().set_next_review(*ticket.requester, app.clock.now())
                          : Status{};
}

Status set_trashed(ports::Writing& tx, core::TicketId id, bool trashed) {
  LETHE_TRY(auto ticket, tx.tickets().find(id));
  ticket.state = trashed ? core::flagged(ticket.state, core::TicketFlag::trash)
                         : core::unflagged(ticket.state, core::TicketFlag::trash);
  return tx.tickets().update(ticket);
}

Status merge(App& app, ports::Writing& tx, core::TicketId from, core::TicketId into,
             std::optional<core::AgentId> by) {
  LETHE_TRY(const auto source, movable(app, tx, from));
  LETHE_TRY(const auto target, movable(app, tx, into));
  LETHE_TRY(const auto words, words_of(tx, from));
  LETHE_TRY(const Instant noted, noted_activity(tx, from));
  LETHE_TRY(auto moved, move_messages(app, tx, from, into, words));
  LETHE_CHECK(join_participants(tx, from, into));
  // Out of every list and count from the move on, wherever it was before.
  LETHE_CHECK(set_trashed(tx, from, false));
  LETHE_CHECK(ports::threading(tx).save_move(
      {.id = app.ids.next(),
       .from = from,
       .to = into,
       .kind = MoveKind::merge,
       .messages = std::move(moved),
       .former = to_former({.trashed = source.state.trashed, .last_activity = noted}),
       .by = by,
       .at = app.clock.now()}));
  LETHE_CHECK(set_trashed(tx, from, true));
  LETHE_CHECK(add_event(app, tx, from, by, "merged_into " + std::to_string(target.number)));
  LETHE_CHECK(add_event(app, tx, into, by, "merged " + std::to_string(source.number)));
  LETHE_CHECK(refresh(app, tx, from, false));
  return refresh(app, tx, into, true);
}

Result<core::TicketId> unmerge(App& app, ports::Writing& tx, core::TicketId from,
                               std::optional<core::AgentId> by) {
  LETHE_TRY(auto source, live_ticket(tx, from));
  LETHE_TRY(auto done, ports::threading(tx).merge_of(from));
  if (!done) return fail(Errc::not_found, "the ticket is not merged");
  LETHE_TRY(const core::TicketId holder, current_ticket(tx, done->to));
  LETHE_TRY(const auto target, live_ticket(tx, holder));
  LETHE_CHECK(refuse_if_held(tx, *source.requester, from, app.clock.now()));
  LETHE_CHECK(refuse_if_held(tx, *target.requester, holder, app.clock.now()));
  LETHE_CHECK(move_messages(app, tx, holder, from, done->messages));
  LETHE_TRY(const auto participants, tx.tickets().participants(from));
  std::vector<core::PersonId> came;
  for (const auto& participant : participants) came.push_back(participant.person);
  LETHE_CHECK(prune_participants(tx, holder, came));
  // Before the move ends: the counts take it in again where it belongs.
  LETHE_CHECK(set_trashed(tx, from, false));
  done->undone = true;
  LETHE_CHECK(ports::threading(tx).save_move(*done));
  if (note_in(done->former).trashed) LETHE_CHECK(set_trashed(tx, from, true));
  LETHE_CHECK(add_event(app, tx, from, by, "unmerged " + std::to_string(target.number)));
  LETHE_CHECK(add_event(app, tx, holder, by, "unmerged " + std::to_string(source.number)));
  LETHE_CHECK(refresh(app, tx, from, true));
  LETHE_CHECK(refresh(app, tx, holder, true));
  return holder;
}

// The subject line of the first message, else that of the ticket it comes from.
Result<std::string> subject_for(App& app, const ports::TicketRow& from,
                                const ports::MessageRow& first) {
  LETHE_TRY(const Plaintext headers,
            open(app, body_key(*first.person, from.id),
                 place(cell::kHeaders, first.id.value(), first.cell_version), first.headers));
  std::string subject = text_of(parse_object(headers.reveal()), "subject");
  if (!subject.empty()) return subject;
  LETHE_TRY(const Plaintext old,
            open(app, body_key(*from.requester, from.id),
                 place(cell::kSubject, from.id.value(), from.cell_version), from.subject));
  return std::string{old.reveal()};
}

// With the state of the ticket it comes from, and with the clocks that this had of its own or by a
// merge: a split moves none.
Result<ports::TicketRow> insert_part(App& app, ports::Writing& tx, const ports::TicketRow& from,
                                     const ports::MessageRow& first, core::TicketId id) {
  LETHE_TRY(auto state, state_with_merged(tx, from.id, from.state));
  // Empty means a closing that is to come; the ticket's own row must say when the customer wrote.
  if (!state.last_customer_message) {
    state.last_customer_message = from.state.last_customer_message;
  }
  ports::TicketRow part{.id = id,
                        .requester = first.person,
                        .assignee = from.assignee,
                        .group = from.group,
                        .type = from.type,
                        .state = state,
                        .channel = from.channel,
                        .updated_at = app.clock.now(),
                        .follows = from.id,
                        .acknowledged = true};
  LETHE_TRY(std::string subject, subject_for(app, from, first));
  LETHE_TRY(part.number, tx.tickets().take_number());
  LETHE_TRY(part.subject,
            seal(app, body_key(*first.person, id), place(cell::kSubject, id.value()), subject));
  wipe(subject);
  LETHE_CHECK(tx.tickets().insert(part));
  LETHE_CHECK(tx.tickets().add_participant({id, *first.person, ports::ParticipantRole::requester}));
  LETHE_TRY(const auto tags, tx.tickets().tags(from.id));
  LETHE_CHECK(tx.tickets().set_tags(id, tags));
  LETHE_CHECK(tx.index_queue().push({ports::DocumentKind::ticket, id.value()}, *first.person));
  return part;
}

// The message that names the new ticket's requester: the first of a customer, else the first.
Result<ports::MessageRow> first_of(const ports::Reading& tx, core::TicketId from,
                                   const std::vector<core::MessageId>& chosen) {
  LETHE_TRY(auto rows, tx.messages().of_ticket(from));
  const auto is_chosen = [&](const ports::MessageRow& row) {
    return row.person && std::ranges::find(chosen, row.id) != chosen.end();
  };
  const auto words =
      std::ranges::count_if(rows, [](const auto& row) { return row.person.has_value(); });
  const auto taken = std::ranges::count_if(rows, is_chosen);
  if (taken == 0 || taken != static_cast<std::ptrdiff_t>(chosen.size())) {
    return fail(Errc::invalid_argument, "choose messages of this ticket", "messages");
  }
  if (taken == words) {
    return fail(Errc::invalid_argument, "one message must stay in the ticket", "messages");
  }
  auto first = std::ranges::find_if(rows, [&](const ports::MessageRow& row) {
    return is_chosen(row) && row.kind == ports::MessageKind::customer;
  });
  if (first == rows.end()) first = std::ranges::find_if(rows, is_chosen);
  return std::move(*first);
}

Status split(App& app, ports::Writing& tx, core::TicketId from_id, core::TicketId id,
             const std::vector<core::MessageId>& messages, std::optional<core::AgentId> by) {
  LETHE_TRY(const auto from, movable(app, tx, from_id));
  LETHE_TRY(const auto first, first_of(tx, from_id, messages));
  LETHE_TRY(const auto part, insert_part(app, tx, from, first, id));
  LETHE_TRY(const auto before, tx.tickets().participants(from_id));
  LETHE_TRY(const Instant last, last_words(tx, from_id));
  LETHE_TRY(auto moved, move_messages(app, tx, from_id, id, messages));
  LETHE_CHECK(join_participants(tx, from_id, id));
  std::vector<core::PersonId> people;
  for (const auto& participant : before) people.push_back(participant.person);
  LETHE_CHECK(prune_participants(tx, id, people));
  LETHE_CHECK(prune_participants(tx, from_id, people));
  LETHE_CHECK(ports::threading(tx).save_move({.id = app.ids.next(),
                                              .from = from_id,
                                              .to = id,
                                              .kind = MoveKind::split,
                                              .messages = std::move(moved),
                                              .former = to_former({.last_activity = last}),
                                              .by = by,
                                              .at = app.clock.now()}));
  LETHE_CHECK(add_event(app, tx, from_id, by, "split_to " + std::to_string(part.number)));
  LETHE_CHECK(add_event(app, tx, id, by, "split_from " + std::to_string(from.number)));
  LETHE_CHECK(refresh(app, tx, from_id, true));
  return refresh(app, tx, id, true);
}

void tell(App& app, core::TicketId id, std::optional<core::AgentId> by) {
  app.events.publish({ports::EventKind::ticket_changed, id, by});
}

}  // namespace

Result<core::TicketId> current_ticket(const ports::Reading& tx, core::TicketId id) {
  for (int deep = 0; deep < kMergesDeepMax; ++deep) {
    LETHE_TRY(const auto merge, ports::threading(tx).merge_of(id));
    if (!merge) return id;
    id = merge->to;
  }
  return fail(Errc::corrupt, "merges lead in a circle");
}

Status merge_tickets(App& app, core::TicketId from, core::TicketId into,
                     std::optional<core::AgentId> by) {
  if (from == into)
    return fail(Errc::invalid_argument, "A ticket cannot be merged into itself.", "into");
  {
    const std::scoped_lock lock{app.index_and_erasure};
    LETHE_CHECK(
        app.store.write([&](ports::Writing& tx) { return merge(app, tx, from, into, by); }));
  }
  tell(app, from, by);
  tell(app, into, by);
  return {};
}

Status unmerge_ticket(App& app, core::TicketId from, std::optional<core::AgentId> by) {
  std::optional<core::TicketId> holder;
  {
    const std::scoped_lock lock{app.index_and_erasure};
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(holder, unmerge(app, tx, from, by));
      return {};
    }));
  }
  tell(app, from, by);
  tell(app, *holder, by);
  return {};
}

Result<core::TicketId> split_ticket(App& app, core::TicketId from,
                                    const std::vector<core::MessageId>& messages,
                                    std::optional<core::AgentId> by) {
  const auto id = app.ids.make<core::TicketId>();
  {
    const std::scoped_lock lock{app.index_and_erasure};
    LETHE_CHECK(app.store.write(
        [&](ports::Writing& tx) { return split(app, tx, from, id, messages, by); }));
  }
  tell(app, from, by);
  app.events.publish({ports::EventKind::ticket_created, id, by});
  return id;
}

}  // namespace lethe::app
