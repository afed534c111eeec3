// Whose a ticket is, as agents change it.
//
// Two ways. A ticket is handed to another person: from then on it is theirs, what was written so
// far stays its writers'. And a mail that somebody of us forwarded without proof (docs/adr 13) is
// turned over: its original sender becomes the requester and the author of the words, and what
// stands above them becomes a note.
//
// Every cell that changes its owner is sealed again under the new one's key, so that an erasure of
// the new requester takes the words along. Backups still hold them under the former one's: an
// erasure or redaction in the ticket, or in one that its words came from by a merge or a split,
// destroys or replaces that key as well. Nobody is written to, and no clock of the ticket moves.
// Handing the ticket back undoes the change of requester; handing
// a turned-over mail back to who forwarded it also brings their text back as it stood and asks
// again, unless something of it was redacted or the note is gone. HTML does not come back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lethe/app/app.h"
#include "lethe/core/address.h"
#include "lethe/ports/threading.h"

namespace lethe::app {

// The person is made when there is none of this address. The former requester stays in the ticket
// while words of theirs do, and gets no copies. Ok when it is theirs already.
// Errors: not_found, erased, invalid_argument (one of our own addresses; field requester),
// conflict (a hold, or merged), busy (the person is being erased).
[[nodiscard]] Status change_requester(App& app, core::TicketId ticket,
                                      const core::EmailAddress& address, std::string_view name,
                                      std::optional<core::AgentId> by);

// Whether that would go through as things stand, for a caller with more to change at the same time.
// Errors: those of change_requester(), but busy.
[[nodiscard]] Status check_requester(App& app, core::TicketId ticket,
                                     const core::EmailAddress& address);

// What turning over would do. Decrypted: drop it as soon as it is shown.
struct TurnOver {
  std::string name;  // of the original sender; may be empty
  std::string address;
  bool leaves_note = false;  // words of who forwarded it stand above
};
// Of an open proposal of kind `forwarded`. Nothing when the mail cannot be turned over any more:
// redacted, moved to a ticket of somebody else, or the original is one of our own addresses.
[[nodiscard]] Result<std::optional<TurnOver>> plan_turn_over(App& app, const ports::Reading& tx,
                                                             const ports::ProposalRow& proposal);
// Errors: those of change_requester(); conflict when there is no plan.
[[nodiscard]] Status turn_over(App& app, const ports::ProposalRow& proposal,
                               std::optional<core::AgentId> by);

}  // namespace lethe::app
