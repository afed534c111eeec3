#include "retention_marks.h"

#include <algorithm>

namespace lethe::app {
namespace {

bool is_live(const ports::TicketRow& ticket) {
  return !ticket.erased && !ticket.state.spam && !ticket.state.trashed;
}

// The orphan clock starts when nothing refers to the person any more.
Status start_if_unreferenced(const ports::Reading& tx, ports::PersonRow& row, Instant now) {
  if (row.unreferenced_since) return {};
  LETHE_TRY(const auto tickets, tx.tickets().of_requester(row.id));
  LETHE_TRY(const auto parts, tx.tickets().participations(row.id));
  LETHE_TRY(const auto holds, tx.retention().holds_on(row.id));
  const bool held = std::ranges::any_of(
      holds, [&](const ports::HoldRow& hold) { return !hold.until || *hold.until > now; });
  if (tickets.empty() && parts.empty() && !held) row.unreferenced_since = now;
  return {};
}

}  // namespace

Status ticket_arrived(ports::Writing& tx, core::PersonId person, Instant now) {
  LETHE_TRY(auto row, tx.people().find(person));
  row.tickets_erased_at.reset();
  row.unreferenced_since.reset();
  row.hidden = false;
  row.next_review_at = now;
  return tx.people().update(row);
}

Status part_taken(ports::Writing& tx, core::PersonId person) {
  LETHE_TRY(auto row, tx.people().find(person));
  if (!row.unreferenced_since) return {};
  row.unreferenced_since.reset();
  return tx.people().update(row);
}

Status tickets_gone(ports::Writing& tx, core::PersonId person, GoneBy how, Instant now) {
  LETHE_TRY(auto row, tx.people().find(person));
  row.next_review_at = now;
  LETHE_TRY(const auto tickets, tx.tickets().of_requester(person));
  const bool none_left = std::ranges::none_of(tickets, is_live);
  if (none_left && how == GoneBy::rule) row.tickets_erased_at = now;
  LETHE_CHECK(start_if_unreferenced(tx, row, now));
  return tx.people().update(row);
}

Status part_gone(ports::Writing& tx, core::PersonId person, Instant now) {
  auto row = tx.people().find(person);
  if (!row && row.error().code == Errc::not_found) return {};
  if (!row) return std::unexpected(std::move(row).error());
  row->next_review_at = now;
  LETHE_CHECK(start_if_unreferenced(tx, *row, now));
  return tx.people().update(*row);
}

}  // namespace lethe::app
