#include "move_notes.h"

#include <algorithm>

#include "json.h"
#include "lethe/core/merged_clocks.h"
#include "lethe/ports/threading.h"

namespace lethe::app {
namespace {

using ports::MoveKind;
using ports::MoveRow;

bool lies_in(const MoveRow& move, core::TicketId ticket) {
  return move.kind == MoveKind::merge && move.to == ticket && !move.undone;
}

}  // namespace

std::string to_former(const MoveNote& note) {
  return boost::json::serialize(boost::json::object{
      {"trashed", note.trashed}, {"last_activity", unix_seconds(note.last_activity)}});
}

MoveNote note_in(std::string_view former) {
  const auto note = parse_object(former);
  return {.trashed = flag_of(note, "trashed"),
          .last_activity = instant_of(number_of(note, "last_activity"))};
}

Result<Instant> noted_activity(const ports::Reading& tx, core::TicketId ticket) {
  Instant last{};
  LETHE_TRY(const auto moves, ports::threading(tx).moves(ticket));
  for (const MoveRow& move : moves) {
    if (move.kind == MoveKind::split) last = std::max(last, note_in(move.former).last_activity);
    if (!lies_in(move, ticket)) continue;
    LETHE_TRY(const Instant below, noted_activity(tx, move.from));
    last = std::max(last, below);
  }
  return last;
}

Result<Instant> last_words(const ports::Reading& tx, core::TicketId ticket) {
  LETHE_TRY(Instant last, noted_activity(tx, ticket));
  LETHE_TRY(const auto messages, tx.messages().of_ticket(ticket));
  for (const ports::MessageRow& message : messages) {
    if (message.person) last = std::max(last, message.created_at);
  }
  return last;
}

Result<core::TicketState> state_with_merged(const ports::Reading& tx, core::TicketId ticket,
                                            core::TicketState state) {
  LETHE_TRY(const auto moves, ports::threading(tx).moves(ticket));
  for (const MoveRow& move : moves) {
    if (!lies_in(move, ticket)) continue;
    LETHE_TRY(const auto source, tx.tickets().find(move.from));
    LETHE_TRY(const auto gone,
              state_with_merged(tx, move.from, core::settled_by_merge(source.state, move.at)));
    state = core::with_clocks_of(std::move(state), gone);
  }
  return state;
}

}  // namespace lethe::app
