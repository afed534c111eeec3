// What a merge or a split notes beside itself, and what later reckons with it: MoveRow::former.
#pragma once

#include <string>
#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

struct MoveNote {
  bool trashed = false;   // whether the ticket lay in the trash before, for the undo of a merge
  Instant last_activity;  // newest message of the ticket before; the epoch when nobody noted it
};

[[nodiscard]] std::string to_former(const MoveNote& note);
// Lenient: what is missing is as in an empty note.
[[nodiscard]] MoveNote note_in(std::string_view former);

// When anybody last wrote in the ticket, with what was split from it or lies in it by a merge.
// Events are not written by anybody.
[[nodiscard]] Result<Instant> last_words(const ports::Reading& tx, const ports::TicketRow& ticket);

// The ticket's state with the clocks of what was merged into it (lethe/core/merged_clocks.h).
[[nodiscard]] Result<core::TicketState> state_with_merged(const ports::Reading& tx,
                                                          core::TicketId ticket,
                                                          core::TicketState state);

}  // namespace lethe::app
