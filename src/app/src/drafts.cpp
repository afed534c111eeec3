#include "drafts.h"

#include <algorithm>

#include "lethe/app/cells.h"
#include "lethe/base/text.h"
#include "ticket_parts.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

using ports::DraftRow;
using ports::MessageKind;

std::string with_plain_ends(std::string_view text) {
  std::string plain{trimmed(text)};
  std::erase(plain, '\r');
  return plain;
}

Result<std::string> words_of(App& app, const DraftRow& draft) {
  return text_or_nothing(app, body_key(draft.person, draft.ticket),
                         place(cell::kDraft, draft.id.value(), draft.cell_version), draft.text);
}

Status remove_all(ports::Writing& tx, core::TicketId ticket, core::AgentId by) {
  LETHE_TRY(const auto drafts, tx.messages().drafts(ticket));
  for (const DraftRow& draft : drafts) {
    if (draft.agent == by) LETHE_CHECK(tx.messages().remove_draft(draft.id));
  }
  return {};
}

// Notes stay notes: what was meant for us alone never becomes part of a reply by itself.
DraftWords joined(DraftWords mine, const std::vector<DraftWords>& others) {
  for (const DraftWords& other : others) {
    mine.text += (trimmed(mine.text).empty() ? "" : "\n\n") + other.text;
    if (other.kind == MessageKind::note) mine.kind = MessageKind::note;
  }
  return mine;
}

Status keep_in(App& app, ports::Writing& tx, const NewDraft& draft,
               std::optional<core::DraftId>& kept) {
  using Others = NewDraft::Others;
  LETHE_TRY(const auto ticket, changeable_ticket(tx, draft.ticket));
  LETHE_TRY(const auto others,
            unseen_drafts(app, tx, draft.ticket, draft.by, draft.seen, draft.text));
  const DraftWords mine = joined({draft.kind, draft.text},
                                 draft.others == Others::join ? others : std::vector<DraftWords>{});
  if (trimmed(mine.text).empty()) {
    return drop_sent_drafts(app, tx, draft.ticket, draft.by, draft.seen, "");
  }
  if (draft.others == Others::refuse && !others.empty()) {
    return fail(Errc::conflict, "a newer draft was kept elsewhere", "draft");
  }
  LETHE_CHECK(remove_all(tx, draft.ticket, draft.by));
  LETHE_TRY(kept, write_draft(app, tx, ticket, draft.by, mine.kind, mine.text));
  return {};
}

}  // namespace

bool holds_words(std::string_view text, std::string_view draft) {
  return with_plain_ends(text).starts_with(with_plain_ends(draft));
}

Result<std::vector<DraftWords>> unseen_drafts(App& app, const ports::Reading& tx,
                                              core::TicketId ticket, core::AgentId by,
                                              std::optional<core::DraftId> seen,
                                              std::string_view text) {
  LETHE_TRY(const auto drafts, tx.messages().drafts(ticket));
  std::vector<DraftWords> unseen;
  for (const DraftRow& draft : drafts) {
    if (draft.agent != by || draft.id == seen) continue;
    LETHE_TRY(auto words, words_of(app, draft));
    if (!holds_words(text, words)) unseen.push_back({draft.kind, std::move(words)});
  }
  return unseen;
}

Result<std::optional<core::DraftId>> write_draft(App& app, ports::Writing& tx,
                                                 const ports::TicketRow& ticket, core::AgentId by,
                                                 MessageKind kind, std::string_view text) {
  // A new row each time: the cell's place is new, so no old version can stand in for it.
  LETHE_TRY(const auto drafts, tx.messages().drafts(ticket.id));
  for (const DraftRow& draft : drafts) {
    if (draft.agent == by && draft.kind == kind) LETHE_CHECK(tx.messages().remove_draft(draft.id));
  }
  if (trimmed(text).empty()) return std::nullopt;
  const auto id = app.ids.make<core::DraftId>();
  LETHE_TRY(auto cell, seal(app, body_key(*ticket.requester, ticket.id),
                            place(cell::kDraft, id.value()), text));
  LETHE_CHECK(tx.messages().save_draft(
      {id, ticket.id, *ticket.requester, by, kind, std::move(cell), 1, app.clock.now()}));
  return id;
}

Status drop_sent_drafts(App& app, ports::Writing& tx, core::TicketId ticket, core::AgentId by,
                        std::optional<core::DraftId> seen, std::string_view text) {
  LETHE_TRY(const auto drafts, tx.messages().drafts(ticket));
  for (const DraftRow& draft : drafts) {
    if (draft.agent != by) continue;
    LETHE_TRY(const auto words, words_of(app, draft));
    if (draft.id != seen && !holds_words(text, words)) continue;
    LETHE_CHECK(tx.messages().remove_draft(draft.id));
  }
  return {};
}

Status save_draft(App& app, core::TicketId ticket, core::AgentId by, MessageKind kind,
                  std::string_view text) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto row, changeable_ticket(tx, ticket));
    LETHE_CHECK(write_draft(app, tx, row, by, kind, text));
    return {};
  });
}

Result<std::optional<core::DraftId>> keep_draft(App& app, const NewDraft& draft) {
  std::optional<core::DraftId> kept;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) { return keep_in(app, tx, draft, kept); }));
  return kept;
}

}  // namespace lethe::app
