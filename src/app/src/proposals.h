// What a mail makes Lethe ask an agent; it never joins or parts anything by itself.
#pragma once

#include "find_thread.h"

namespace lethe::app {

// Inside the mail's transaction, after its rows. `joined` is false when it made a ticket.
[[nodiscard]] Status propose_for(App& app, ports::Writing& tx, const PreparedMail& mail,
                                 core::TicketId ticket, core::MessageId message, bool joined);

// The mail says that one of our agents forwards it, and nothing proves it.
[[nodiscard]] Status propose_forwarded(App& app, ports::Writing& tx, core::TicketId ticket,
                                       core::MessageId message);

// The conversation that Outlook names in Thread-Index, as a digest; empty when there is none.
[[nodiscard]] Bytes outlook_thread_digest(App& app, const mime::Message& mail);

}  // namespace lethe::app
