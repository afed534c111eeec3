// The clocks of a ticket that holds the messages of another as well.
//
// Source: docs/adr/0017. A ticket goes as a whole, so each of its clocks stands where the later of
// the two stood: nothing that was merged is due earlier than it was alone, and no clock is moved to
// the instant of the merge. The states of both tickets stay as they are; what comes of them is
// reckoned when somebody asks, so an undo gives back what was.
#pragma once

#include "lethe/core/ticket.h"

namespace lethe::core {

// The state of a merged ticket as its clocks count: the merge settled it. An open or pending ticket
// counts as closed at `merged_at`, for until then it was nobody's to erase; a solved one closes
// when it would have closed alone.
[[nodiscard]] TicketState settled_by_merge(TicketState gone, Instant merged_at);

// `kept` with the later of both clocks each; its status and flags stay. `gone` is settled. Empty
// `last_customer_message`: one of the two counts from a closing that is not known yet.
[[nodiscard]] TicketState with_clocks_of(TicketState kept, const TicketState& gone);

}  // namespace lethe::core
