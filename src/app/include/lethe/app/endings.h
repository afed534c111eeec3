// When time alone ends things: a solved ticket becomes closed (DESIGN section 8), solved counts as
// closed (A7), and a person whom nothing refers to any more goes. Settings beside rules, contact
// policy and exceptions, and kept with them.
#pragma once

#include <optional>

#include "lethe/app/app.h"
#include "lethe/core/ticket.h"

namespace lethe::app {

struct Endings {
  // 0..3650: without a message of the customer. 0: a ticket that is solved is closed at once.
  Days close_solved_after = core::TicketSettings{}.close_solved_after;
  bool resolved_is_closed = false;       // the rules treat a solved ticket as a closed one
  std::optional<Days> orphan_after{30};  // 1..3650; empty: such a person stays

  friend bool operator==(const Endings&, const Endings&) = default;
};
inline constexpr Days kEndingsMax{3650};

// Errors: corrupt.
[[nodiscard]] Result<Endings> read_endings(const ports::Reading& tx);
// What the state of a ticket follows from.
[[nodiscard]] Result<core::TicketSettings> read_ticket_settings(const ports::Reading& tx);
// Errors: out_of_range, field close_solved_days or orphan_days.
[[nodiscard]] Status check_endings(const Endings& endings);
// Tickets that are closed stay so. Of those that are solved the new days count from when they were
// solved; the job that closes them comes by itself (close_solved_tickets()). Everybody is judged
// anew, as after every change of the settings. Errors: those of check_endings().
[[nodiscard]] Status change_endings(App& app, const Endings& endings);

}  // namespace lethe::app
