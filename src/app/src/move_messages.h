// Messages change their ticket, inside one transaction.
#pragma once

#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

// Seals every cell of the messages again under the keys of `to` and moves their rows. Notes that
// backups hold words of `to` under keys of `from`. Messages that are not in `from` are left alone;
// returns those that moved.
[[nodiscard]] Result<std::vector<core::MessageId>> move_messages(
    App& app, ports::Writing& tx, core::TicketId from, core::TicketId to,
    const std::vector<core::MessageId>& messages);

// Everybody who wrote or was written to in the ticket's messages takes part in it.
[[nodiscard]] Status join_participants(ports::Writing& tx, core::TicketId from, core::TicketId to);
// Those of `candidates` who have no part in any message of the ticket leave it; never its
// requester.
[[nodiscard]] Status prune_participants(ports::Writing& tx, core::TicketId ticket,
                                        const std::vector<core::PersonId>& candidates);

// Count and last message from the rows that are there. The clocks stay.
[[nodiscard]] Status recount(ports::TicketRow& ticket, const ports::Reading& tx);

// Tickets under whose keys backups hold words of `ticket`, near and far; without itself.
[[nodiscard]] Result<std::vector<core::TicketId>> all_holders(const ports::Reading& tx,
                                                              core::TicketId ticket);

}  // namespace lethe::app
