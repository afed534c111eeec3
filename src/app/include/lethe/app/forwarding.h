// A mailbox that another service forwards to us: what that service asks first, and whether a mail
// to the public address comes back to us.
//
// Of the service's mail of confirmation only the number of our message is noted; code and link are
// read from the sealed text each time they are shown, and nobody but the administrator visits the
// link. The mail of the round trip carries a signed Message-ID, so that only our own one counts; it
// makes no ticket. Its answers and bounces have other ids and are ordinary mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lethe/app/app.h"
#include "lethe/core/address.h"
#include "lethe/core/forwarding.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/ports/outbound_mail.h"

namespace lethe::app {

// The newest one that came in for a mailbox (ports::MailboxRow::id).
struct ForwarderConfirmation {
  core::ForwarderRequest request;
  core::TicketId ticket;
  Instant at;
  bool is_authentic = false;  // the domain in From is vouched for
};
// Nothing when none came, or when it was erased since.
[[nodiscard]] Result<std::optional<ForwarderConfirmation>> forwarder_confirmation(
    App& app, const ports::Reading& tx, std::int64_t mailbox);

struct RoundTrip {
  std::int64_t number = 0;  // of the mail that was sent last: two may leave in one second
  std::optional<Instant> sent;
  std::optional<Instant> back;  // of the one that was sent last
  ports::Door door = ports::Door::unknown;
};
[[nodiscard]] Result<RoundTrip> read_round_trip(const ports::Reading& tx, std::int64_t mailbox);

// Sends the mail at once, in the language of who asks ("de", "fr", else English); a former one no
// longer counts. Errors: not_found (no such mailbox) and those of ports::OutboundMail.
[[nodiscard]] Status begin_round_trip(App& app, ports::OutboundMail& outbound, std::int64_t mailbox,
                                      const core::EmailAddress& public_address,
                                      std::string_view language);

// The doors' side. One of ours that came back, as its Message-ID says; nothing for other mail, a
// wrong signature, or one older than a week.
struct RoundTripToken {
  std::int64_t mailbox = 0;
  std::int64_t number = 0;  // RoundTrip::number
};
[[nodiscard]] std::optional<RoundTripToken> round_trip_token(App& app, std::string_view content);
// For use inside an Apply. Of several copies the first counts.
[[nodiscard]] Status note_round_trip(App& app, ports::Writing& tx, const RoundTripToken& token,
                                     ports::Door door);

}  // namespace lethe::app
