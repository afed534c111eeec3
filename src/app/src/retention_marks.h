// The clocks of a person that retention reads: kept by whoever makes or removes tickets.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// A ticket of theirs was made or came back from spam or trash: waiting for the end starts over, and
// a hidden person is shown again (RET-20).
[[nodiscard]] Status ticket_arrived(ports::Writing& tx, core::PersonId person, Instant now);
// They take part in a ticket of somebody else.
[[nodiscard]] Status part_taken(ports::Writing& tx, core::PersonId person);

enum class GoneBy { rule, request };
// Tickets of theirs were erased. By rule, the contact phase starts when none is left (DT-4).
[[nodiscard]] Status tickets_gone(ports::Writing& tx, core::PersonId person, GoneBy how,
                                  Instant now);
// A ticket in which they took part was erased. Ok when the person is gone.
[[nodiscard]] Status part_gone(ports::Writing& tx, core::PersonId person, Instant now);

}  // namespace lethe::app
