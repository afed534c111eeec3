// Who is on Cc of a conversation, as agents change it.
//
// A person leaves by the link in each mail (mail_choices.h), and that wish lasts. What an agent
// takes away is no wish of the person: who is put on Cc again, by an agent or by somebody of the
// conversation, is on Cc again.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// The person gets no further copies; those that have not left are cancelled. What they wrote stays.
// Errors: not_found (no such ticket, or the person is not on its Cc), erased, conflict (merged).
[[nodiscard]] Status remove_from_cc(App& app, core::TicketId ticket, core::PersonId person,
                                    core::AgentId by);

}  // namespace lethe::app
