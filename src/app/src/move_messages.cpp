#include "move_messages.h"

#include <algorithm>
#include <set>

#include "lethe/app/cells.h"
#include "lethe/ports/threading.h"
#include "redact_cells.h"

namespace lethe::app {
namespace {

class Move {
 public:
  Move(App& app, ports::Writing& tx, core::TicketId from, core::TicketId to)
      : app_(app), tx_(tx), from_(from), to_(to) {}

  Status message(ports::MessageRow row) {
    LETHE_CHECK(ports::threading(tx_).place_message(row.id, from_, to_));
    if (row.person) LETHE_CHECK(own_cells(row));
    LETHE_CHECK(quotes(row.id));
    LETHE_CHECK(addressees(row.id));
    return outgoing(row.id);
  }

  Status files(const std::set<core::MessageId>& messages) {
    LETHE_TRY(auto rows, tx_.messages().attachments(from_));
    for (ports::AttachmentRow& row : rows) {
      if (!messages.contains(row.message)) continue;
      LETHE_CHECK(
          reseal_file(app_, tx_, row, files_key(row.person, from_), files_key(row.person, to_)));
    }
    return {};
  }

 private:
  Result<Ciphertext> moved(core::PersonId person, const vault::CellRef& was,
                           const vault::CellRef& now, const Ciphertext& cell) {
    LETHE_TRY(const Plaintext text, open(app_, body_key(person, from_), was, cell));
    return seal(app_, body_key(person, to_), now, text.reveal());
  }

  Status own_cells(ports::MessageRow& row) {
    const std::uint32_t old = row.cell_version;
    row.cell_version += 1;
    const std::pair<CellName, std::optional<Ciphertext>*> cells[] = {
        {cell::kText, &row.text},
        {cell::kHtml, &row.html},
        {cell::kSnippet, &row.snippet},
        {cell::kHeaders, &row.headers}};
    for (const auto& [name, value] : cells) {
      if (!*value) continue;
      LETHE_TRY(*value, moved(*row.person, place(name, row.id.value(), old),
                              place(name, row.id.value(), row.cell_version), **value));
    }
    return tx_.messages().update(row);
  }

  Status quotes(core::MessageId message) {
    LETHE_TRY(auto rows, tx_.messages().quotes(message));
    for (ports::QuoteRow& row : rows) {
      const std::int64_t id = app_.ids.next();
      LETHE_TRY(row.text,
                moved(row.person, place(cell::kQuote, row.id), place(cell::kQuote, id), row.text));
      LETHE_CHECK(tx_.messages().remove_quote(row.id));
      row.id = id;
      row.ticket = to_;
      LETHE_CHECK(tx_.messages().insert_quote(row));
    }
    return {};
  }

  Status addressees(core::MessageId message) {
    LETHE_TRY(auto rows, tx_.messages().addressees(message));
    for (ports::AddresseeRow& row : rows) {
      const std::int64_t id = app_.ids.next();
      LETHE_TRY(row.mailbox, moved(row.person, place(cell::kMailbox, row.id),
                                   place(cell::kMailbox, id), row.mailbox));
      LETHE_CHECK(tx_.messages().remove_addressee(row.id));
      row.id = id;
      row.ticket = to_;
      LETHE_CHECK(tx_.messages().insert_addressee(row));
    }
    return {};
  }

  Status outgoing(core::MessageId message) {
    LETHE_TRY(auto rows, tx_.outbox().of_message(message));
    for (ports::OutgoingRow& row : rows) {
      if (!row.payload) continue;
      const auto where = place(cell::kPayload, row.id.value());
      LETHE_TRY(row.payload, moved(row.person, where, where, *row.payload));
      LETHE_CHECK(tx_.outbox().update(row));
    }
    return {};
  }

  App& app_;
  ports::Writing& tx_;
  core::TicketId from_, to_;
};

Result<std::set<core::PersonId>> people_in(const ports::Reading& tx, core::TicketId ticket) {
  std::set<core::PersonId> people;
  LETHE_TRY(const auto messages, tx.messages().of_ticket(ticket));
  for (const ports::MessageRow& message : messages) {
    if (message.person) people.insert(*message.person);
    LETHE_TRY(const auto addressees, tx.messages().addressees(message.id));
    for (const ports::AddresseeRow& row : addressees) people.insert(row.person);
  }
  return people;
}

}  // namespace

Result<std::vector<core::MessageId>> move_messages(App& app, ports::Writing& tx,
                                                   core::TicketId from, core::TicketId to,
                                                   const std::vector<core::MessageId>& messages) {
  const std::set<core::MessageId> wanted{messages.begin(), messages.end()};
  LETHE_TRY(auto rows, tx.messages().of_ticket(from));
  std::erase_if(rows, [&](const ports::MessageRow& row) { return !wanted.contains(row.id); });
  Move move{app, tx, from, to};
  LETHE_CHECK(move.files(wanted));
  std::vector<core::MessageId> moved;
  for (ports::MessageRow& row : rows) {
    moved.push_back(row.id);
    LETHE_CHECK(move.message(std::move(row)));
  }
  if (!moved.empty()) LETHE_CHECK(ports::threading(tx).add_holder(to, from));
  return moved;
}

Status join_participants(ports::Writing& tx, core::TicketId from, core::TicketId to) {
  LETHE_TRY(const auto rows, tx.tickets().participants(from));
  for (ports::ParticipantRow row : rows) {
    row.ticket = to;
    if (row.role == ports::ParticipantRole::requester) row.role = ports::ParticipantRole::cc;
    LETHE_CHECK(tx.tickets().add_participant(row));
  }
  return {};
}

Status prune_participants(ports::Writing& tx, core::TicketId ticket,
                          const std::vector<core::PersonId>& candidates) {
  LETHE_TRY(const auto people, people_in(tx, ticket));
  LETHE_TRY(const auto row, tx.tickets().find(ticket));
  for (const core::PersonId person : candidates) {
    if (people.contains(person) || row.requester == person) continue;
    LETHE_CHECK(tx.tickets().remove_participant(ticket, person));
  }
  return {};
}

Status recount(ports::TicketRow& ticket, const ports::Reading& tx) {
  LETHE_TRY(const auto messages, tx.messages().of_ticket(ticket.id));
  ticket.message_count = 0;
  ticket.last_message.reset();
  // By its time: ids are those of the taking in, and imported messages came in late.
  Instant newest = Instant::min();
  for (const ports::MessageRow& message : messages) {
    if (!message.person) continue;  // an event
    ticket.message_count += 1;
    if (message.created_at < newest) continue;
    newest = message.created_at;
    ticket.last_message = message.id;
  }
  return {};
}

Result<std::vector<core::TicketId>> all_holders(const ports::Reading& tx, core::TicketId ticket) {
  std::vector<core::TicketId> found{ticket};
  for (std::size_t at = 0; at < found.size(); ++at) {
    LETHE_TRY(const auto holders, ports::threading(tx).holders(found[at]));
    for (const core::TicketId holder : holders) {
      if (std::ranges::find(found, holder) == found.end()) found.push_back(holder);
    }
  }
  found.erase(found.begin());
  return found;
}

}  // namespace lethe::app
