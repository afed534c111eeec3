#include "restored_orders.h"

#include <set>

#include "json.h"
#include "notes.h"

namespace lethe::app {
namespace {

using ports::ErasureRow;
using ports::ErasureState;
using ports::ErasureStep;

Result<std::set<std::int64_t>> taken_back(App& app) {
  LETHE_TRY(const auto notes, app.vault.notes_after(std::nullopt));
  std::set<std::int64_t> orders;
  for (const vault::Vault::Note& note : notes) {
    if (static_cast<NoteKind>(note.kind) != NoteKind::erasure_cancelled) continue;
    orders.insert(number_of(parse_object(note.text.reveal()), "erasure"));
  }
  return orders;
}

template <class Row>
Result<bool> is_missing(const Result<Row>& found) {
  if (found) return false;
  if (found.error().code == Errc::not_found) return true;
  return std::unexpected(found.error());
}

Result<bool> is_carried_out(const ports::Reading& tx, const ErasureRow& row) {
  LETHE_TRY(const bool person_gone, is_missing(tx.people().find(row.person)));
  if (person_gone) return true;
  if (row.scope == ports::ErasureScope::person) return false;
  for (const core::TicketId id : row.tickets) {
    const auto ticket = tx.tickets().find(id);
    LETHE_TRY(const bool missing, is_missing(ticket));
    // One that is only frozen still has its requester.
    if (!missing && (!ticket->erased || ticket->requester)) return false;
  }
  return !row.tickets.empty();
}

}  // namespace

Status note_cancelled(App& app, const ErasureRow& order) {
  return app.vault.append_note(
      static_cast<std::uint16_t>(NoteKind::erasure_cancelled), app.clock.now(), order.person,
      Plaintext{boost::json::serialize(boost::json::object{{"erasure", order.id.value()}})});
}

Status settle_restored_orders(App& app) {
  LETHE_TRY(const auto cancelled, taken_back(app));
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto open, tx.retention().erasures_open());
    for (ErasureRow& row : open) {
      if (row.step >= ErasureStep::removed) continue;  // goes on where it stopped
      LETHE_TRY(const bool done, is_carried_out(tx, row));
      const bool withdrawn = row.step == ErasureStep::none && cancelled.contains(row.id.value());
      if (!done && !withdrawn) continue;
      row.state = done ? ErasureState::done : ErasureState::cancelled;
      row.grace_until.reset();
      row.detail.clear();
      LETHE_CHECK(tx.retention().save_erasure(row));
    }
    return {};
  });
}

}  // namespace lethe::app
