#include "hand_over.h"

#include <algorithm>

#include "lethe/app/cells.h"
#include "lethe/app/indexing.h"
#include "lethe/ports/threading.h"
#include "move_messages.h"
#include "redact_cells.h"
#include "retention_marks.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

using ports::DocumentKey;
using ports::DocumentKind;

bool is_note_of(const ports::MessageRow& row, core::PersonId person) {
  return row.kind == ports::MessageKind::note && row.person == person;
}

class HandOver {
 public:
  HandOver(App& app, ports::Writing& tx, core::TicketId ticket, core::PersonId from,
           core::PersonId to)
      : app_(app), tx_(tx), ticket_(ticket), from_(from), to_(to) {}

  Status subject(ports::TicketRow& row, const std::optional<std::string>& instead) {
    if (!row.subject) return {};
    LETHE_TRY(const Plaintext old,
              open(app_, body_key(from_, ticket_),
                   place(cell::kSubject, ticket_.value(), row.cell_version), row.subject));
    row.cell_version += 1;
    LETHE_TRY(row.subject, seal(app_, body_key(to_, ticket_),
                                place(cell::kSubject, ticket_.value(), row.cell_version),
                                instead ? std::string_view{*instead} : old.reveal()));
    return {};
  }

  Status free_tags() {
    LETHE_TRY(auto rows, tx_.tickets().free_tags(ticket_));
    LETHE_CHECK(tx_.tickets().remove_free_tags(ticket_));
    for (ports::FreeTagRow& row : rows) {
      const std::int64_t id = app_.ids.next();
      LETHE_TRY(const Plaintext tag,
                open(app_, body_key(row.person, ticket_), place(cell::kFreeTag, row.id), row.tag));
      LETHE_TRY(auto cell,
                seal(app_, body_key(to_, ticket_), place(cell::kFreeTag, id), tag.reveal()));
      LETHE_CHECK(tx_.tickets().insert_free_tag({id, ticket_, to_, std::move(cell)}));
    }
    return {};
  }

  Status notes() {
    LETHE_TRY(auto rows, tx_.messages().of_ticket(ticket_));
    for (ports::MessageRow& row : rows) {
      if (is_note_of(row, from_)) LETHE_CHECK(give_message(app_, tx_, std::move(row), to_));
    }
    return {};
  }

  Status drafts() {
    LETHE_TRY(auto rows, tx_.messages().drafts(ticket_));
    for (ports::DraftRow& row : rows) {
      if (row.person != from_) continue;
      LETHE_TRY(const Plaintext text,
                open(app_, body_key(from_, ticket_),
                     place(cell::kDraft, row.id.value(), row.cell_version), row.text));
      LETHE_CHECK(tx_.messages().remove_draft(row.id));
      row.id = app_.ids.make<core::DraftId>();
      row.person = to_;
      row.cell_version = 1;
      LETHE_TRY(row.text, seal(app_, body_key(to_, ticket_), place(cell::kDraft, row.id.value()),
                               text.reveal()));
      LETHE_CHECK(tx_.messages().save_draft(row));
    }
    return {};
  }

  // Who has words in the ticket stays in it, but gets no copies: an agent decided whose it is.
  Status participants() {
    using enum ports::ParticipantRole;
    LETHE_CHECK(tx_.tickets().remove_participant(ticket_, from_));
    LETHE_CHECK(tx_.tickets().add_participant({ticket_, from_, stranger}));
    LETHE_CHECK(tx_.tickets().add_participant({ticket_, to_, requester}));
    return prune_participants(tx_, ticket_, {from_});
  }

 private:
  App& app_;
  ports::Writing& tx_;
  core::TicketId ticket_;
  core::PersonId from_, to_;
};

// Backups hold its words under their keys: here, and in every ticket that some of them came from or
// were in for a while. A note that goes back there by the undo of a merge is the new requester's by
// then, and an erasure of theirs must find these keys as well.
Status note_former_requester(ports::Writing& tx, core::TicketId ticket, core::PersonId former) {
  LETHE_TRY(auto tickets, all_holders(tx, ticket));
  tickets.push_back(ticket);
  for (const core::TicketId each : tickets) {
    LETHE_CHECK(ports::threading(tx).add_former_requester(each, former));
  }
  return {};
}

}  // namespace

Result<std::vector<DocumentKey>> documents_of_requester(const ports::Reading& tx,
                                                        const ports::TicketRow& ticket) {
  std::vector<DocumentKey> documents{{DocumentKind::ticket, ticket.id.value()}};
  LETHE_TRY(const auto rows, tx.messages().of_ticket(ticket.id));
  for (const ports::MessageRow& row : rows) {
    if (ticket.requester && is_note_of(row, *ticket.requester)) {
      documents.push_back({DocumentKind::message, row.id.value()});
    }
  }
  return documents;
}

Status leave_index(App& app, const std::vector<DocumentKey>& documents, core::PersonId owner) {
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    for (const DocumentKey& document : documents) {
      LETHE_CHECK(tx.index_queue().push(document, owner));
    }
    return {};
  }));
  return remove_from_index(app, documents, {owner});
}

Status give_message(App& app, ports::Writing& tx, ports::MessageRow row, core::PersonId to) {
  const core::PersonId from = *row.person;
  const std::uint32_t old = row.cell_version;
  row.cell_version += 1;
  const std::pair<CellName, std::optional<Ciphertext>*> cells[] = {{cell::kText, &row.text},
                                                                   {cell::kHtml, &row.html},
                                                                   {cell::kSnippet, &row.snippet},
                                                                   {cell::kHeaders, &row.headers}};
  for (const auto& [name, value] : cells) {
    if (!*value) continue;
    LETHE_TRY(const Plaintext text,
              open(app, body_key(from, row.ticket), place(name, row.id.value(), old), **value));
    LETHE_TRY(*value, seal(app, body_key(to, row.ticket),
                           place(name, row.id.value(), row.cell_version), text.reveal()));
  }
  LETHE_TRY(auto files, tx.messages().attachments(row.ticket));
  for (ports::AttachmentRow& file : files) {
    if (file.message != row.id || file.person != from) continue;
    LETHE_CHECK(reseal_file(app, tx, file, files_key(from, row.ticket), files_key(to, row.ticket)));
  }
  LETHE_CHECK(tx.messages().update(row));
  LETHE_CHECK(ports::threading(tx).give_message(row.id, row.ticket, to));
  return tx.index_queue().push({DocumentKind::message, row.id.value()}, to);
}

Status hand_over(App& app, ports::Writing& tx, ports::TicketRow ticket, core::PersonId to,
                 const std::optional<std::string>& subject) {
  const core::PersonId from = *ticket.requester;
  const Instant now = app.clock.now();
  LETHE_CHECK(refuse_if_held(tx, from, ticket.id, now));
  HandOver change{app, tx, ticket.id, from, to};
  LETHE_CHECK(change.subject(ticket, subject));
  LETHE_CHECK(change.free_tags());
  LETHE_CHECK(change.notes());
  LETHE_CHECK(change.drafts());
  LETHE_CHECK(recount(ticket, tx));
  ticket.requester = to;
  ticket.updated_at = now;
  LETHE_CHECK(tx.tickets().update(ticket));
  LETHE_CHECK(change.participants());
  LETHE_CHECK(note_former_requester(tx, ticket.id, from));
  LETHE_CHECK(ticket_arrived(tx, to, now));
  LETHE_CHECK(tickets_gone(tx, from, GoneBy::request, now));
  return tx.index_queue().push({DocumentKind::ticket, ticket.id.value()}, to);
}

}  // namespace lethe::app
