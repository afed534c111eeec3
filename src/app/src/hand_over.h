// A ticket gets another requester, inside one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

// What the index holds under the requester's name and will hold under another one.
[[nodiscard]] Result<std::vector<ports::DocumentKey>> documents_of_requester(
    const ports::Reading& tx, const ports::TicketRow& ticket);
// Out of the index before the words change their owner; queued first, so that a crash leaves
// nothing unfindable. The caller holds App::index_and_erasure.
[[nodiscard]] Status leave_index(App& app, const std::vector<ports::DocumentKey>& documents,
                                 core::PersonId owner);

// Text, HTML, snippet, headers and files of a message are sealed again under the key of `to`, whose
// they are from now on. Cells that `row` leaves out are dropped.
[[nodiscard]] Status give_message(App& app, ports::Writing& tx, ports::MessageRow row,
                                  core::PersonId to);

// Subject (or `subject` in its place), free tags, notes and drafts go to `to`; participants,
// counts, marks of retention and the index follow. `ticket` is as it was read: it is written once.
// Errors: conflict (a hold).
[[nodiscard]] Status hand_over(App& app, ports::Writing& tx, ports::TicketRow ticket,
                               core::PersonId to, const std::optional<std::string>& subject);

}  // namespace lethe::app
