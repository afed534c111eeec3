// Mail leaves: replies, the one acknowledgement, invitations.
//
// Sealed while it waits; composed at the last moment; the payload is dropped
// once the server took it. At-least-once with a constant Message-ID: a crash
// between the server's answer and our commit sends the same mail again.
#pragma once

#include <optional>
#include <string>

#include "lethe/app/app.h"
#include "lethe/ports/outbound_mail.h"

namespace lethe::app {

// Sends what is due, at most `limit`; returns how many were tried. One failing mail waits with
// back-off and holds up no other; after kAttemptsMax or a final refusal it is shown as failed.
inline constexpr std::int64_t kAttemptsMax = 20;
[[nodiscard]] Result<int> send_due_mail(App& app, ports::OutboundMail& outbound, int limit);

// The mail as it would leave, for tests and "show source". Errors: not_found, erased.
[[nodiscard]] Result<ports::OutgoingMail> compose_outgoing(App& app, const ports::Reading& tx,
                                                           const ports::OutgoingRow& row);

// Queues a failed mail again. Errors: not_found, conflict (it did not fail).
[[nodiscard]] Status try_again(App& app, core::OutgoingId id);

// Queues mail to an agent that carries one link. For use inside an Apply.
struct LinkMail {
  ports::OutgoingKind kind = ports::OutgoingKind::invitation;
  core::PersonId person;
  std::string address, name, link;
};
[[nodiscard]] Status queue_link_mail(App& app, ports::Writing& tx, const LinkMail& mail);

}  // namespace lethe::app
