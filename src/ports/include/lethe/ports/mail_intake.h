// Mail intake: what the doors (SMTP, LMTP, webhooks, mail polling) call and
// the application implements.
//
// The door says "accepted" to the sender only after `done` reported success,
// and the application reports success only after the durable commit (ticket
// mode) or after the target took the mail (relay mode). A redelivery after a
// lost answer is the application's to recognise. Ownership: the door keeps
// nothing of a mail once it handed it over; the application wipes it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/ports/door.h"

namespace lethe::ports {

// A recipient of whose delivery the sender asked to be told (RFC 3461, NOTIFY=SUCCESS). Of failures
// nobody is told by mail: what is not taken is refused in the session.
struct DeliveryNotice {
  std::string recipient;           // as in Envelope::recipients
  std::string original_recipient;  // ORCPT, decoded: "rfc822;ann@example.org"; empty: not said
};

// What the sender said outside the message (RFC 5321 section 2.3.1).
// Addresses are without angle brackets, source route and parameters, in the
// spelling of the sender; UTF-8 only when `smtputf8`.
struct Envelope {
  std::string sender;                   // empty: the null sender of a bounce, "<>"
  std::vector<std::string> recipients;  // accepted by check_recipient, in order
  bool smtputf8 = false;                // MAIL FROM carried SMTPUTF8, RFC 6531
  bool tls = false;                     // the session was encrypted at MAIL FROM
  std::string peer_address;             // textual IP, empty for a unix socket; personal data
  std::string helo;                     // as claimed, unverified
  Door door = Door::unknown;

  // A relay of mail ignores them (ADR 12).
  std::vector<DeliveryNotice> notices = {};
  std::string notice_id = {};  // ENVID, decoded; empty without notices
};

enum class RcptVerdict {
  accepted,
  unknown,         // no mailbox of ours: refused for good at RCPT, so no bounce is ever written
  busy,            // ask again later, for example a rate limit of this peer
  needs_tls,       // this mailbox takes nothing in clear (RFC 3207: 530)
  needs_own_copy,  // another target than those before: LMTP hands over a copy, SMTP says 452 4.5.3
};

// One mail. `content` is the raw RFC 5322 message with CRLF line ends, after
// dot-unstuffing; at most the SIZE of the door (35 MiB by default).
struct Delivery {
  Envelope envelope;
  std::string content;
  // The mail stays where it is until it is taken, and is brought again: rather than taking it with
  // files that nobody could check now, refuse it with `unavailable` and the field kScannerAway.
  bool can_wait = false;
};

// Error::field of a refusal that concerns this mail alone: the next one may be taken.
inline constexpr std::string_view kScannerAway = "scanner";
inline constexpr std::string_view kPersonBeingErased = "person";  // `busy` until that is done

// Called from any thread, by many at once.
class MailIntake {
 public:
  MailIntake() = default;
  MailIntake(const MailIntake&) = delete;
  MailIntake& operator=(const MailIntake&) = delete;
  virtual ~MailIntake() = default;

  // Is `recipient` one of ours? Fast (an in-memory or indexed look-up); doors
  // with sockets call it on a worker thread, never on an I/O thread.
  // `so_far.recipients` are those accepted before. An error is a temporary
  // refusal: a door must not turn our trouble into a bounce.
  [[nodiscard]] virtual Result<RcptVerdict> check_recipient(const Envelope& so_far,
                                                            std::string_view recipient) = 0;

  // Takes `delivery` for all its recipients or for none of them. Returns
  // soon, also called on a worker thread; `done` is called exactly once, from
  // any thread, perhaps before take_in returns: with success after the durable
  // effect, else with the refusal.
  // Errors in `done`: busy, unavailable and internal are temporary; forbidden,
  // not_found, erased, too_large, out_of_range (it loops), corrupt,
  // invalid_argument and unsupported are final.
  virtual void take_in(Delivery&& delivery, std::function<void(Status)> done) = 0;
};

}  // namespace lethe::ports
