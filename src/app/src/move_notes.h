// What a merge or a split notes beside itself, and what later reckons with it: MoveRow::former.
#pragma once

#include <string>
#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

struct MoveNote {
  bool trashed = false;  // whether the ticket lay in the trash before, for the undo of a merge
  // When anybody last wrote in the ticket before a split, for both parts. Of a merge: what the
  // splits of the merged ticket noted. The epoch: nobody noted anything.
  Instant last_activity{};
};

[[nodiscard]] std::string to_former(const MoveNote& note);
// Lenient: what is missing is as in an empty note.
[[nodiscard]] MoveNote note_in(std::string_view former);

// What splits noted of the ticket and of those that lie in it by a merge.
[[nodiscard]] Result<Instant> noted_activity(const ports::Reading& tx, core::TicketId ticket);
// When anybody last wrote in the ticket, with what was noted. Events are not written by anybody.
[[nodiscard]] Result<Instant> last_words(const ports::Reading& tx, core::TicketId ticket);

// The ticket's state with the clocks of what was merged into it (lethe/core/merged_clocks.h).
[[nodiscard]] Result<core::TicketState> state_with_merged(const ports::Reading& tx,
                                                          core::TicketId ticket,
                                                          core::TicketState state);

}  // namespace lethe::app
