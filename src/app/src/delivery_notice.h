// Telling a sender that their mail arrived: RFC 3461 (who asks) and 3464 (what is said).
//
// A notice is automatic mail to an address that anybody can write into an envelope, so it leaves
// only where an acknowledgement might: docs/adr/0012.
#pragma once

#include "lethe/app/app.h"
#include "lethe/core/address.h"
#include "lethe/mime/compose.h"
#include "prepared_mail.h"

namespace lethe::app {

// Queues the notice that `mail`, now in `ticket`, asks for, if it may leave: one for all of its
// recipients, sealed under (`sender`, `ticket`) with what it says of them, dropped once sent.
// `author` is the address of `sender`.
[[nodiscard]] Status queue_delivery_notice(App& app, ports::Writing& tx, const PreparedMail& mail,
                                           core::TicketId ticket, core::PersonId sender,
                                           const core::EmailAddress& author);

// What the queued cell says; `reporting_mta` is ours.
[[nodiscard]] mime::StatusReport report_of_payload(std::string_view payload,
                                                   std::string_view reporting_mta);

}  // namespace lethe::app
