// Outbound mail: handing one finished message to the mail server that sends
// for us (RFC 6409 submission, or a relay). At-least-once: the caller keeps
// the mail until a receipt and sends it again with the same Message-ID.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/time.h"

namespace lethe::ports {

// Addresses without angle brackets; UTF-8 allowed. `content` is a whole RFC
// 5322 message, unstuffed; line ends that are not CRLF are made so.
struct OutgoingMail {
  std::string envelope_from;  // empty: the null sender, "<>"
  std::vector<std::string> recipients;
  std::string content;
};

enum class Refusal {
  temporary,  // 4xx: send again later
  permanent,  // 5xx: never send this again to this recipient
};

// One recipient whom the server did not take, by position in
// OutgoingMail::recipients, so that no address travels with the refusal.
struct RefusedRecipient {
  std::size_t index = 0;
  Refusal kind = Refusal::temporary;
  int smtp_code = 0;  // 400..599
};

// What the server said of each recipient: it took the mail for those that are not in `refused`.
// All may be in it; then nothing was sent.
struct SendReceipt {
  std::vector<RefusedRecipient> refused;
  [[nodiscard]] bool partial() const noexcept { return !refused.empty(); }
};

// True when sending the same mail again later can help.
[[nodiscard]] constexpr bool is_temporary(Errc code) noexcept {
  switch (code) {
    case Errc::busy:
    case Errc::unavailable:
    case Errc::unauthenticated:  // the mail is fine, our password is not
    case Errc::internal:
      return true;
    default:
      return false;
  }
}

// How long to wait before attempt number `attempt` + 1 (`attempt` >= 1 have
// failed): 1 min, doubling, at most 4 h. Without jitter, so that it can be
// foreseen; callers that send many at once spread them.
[[nodiscard]] constexpr Seconds back_off(unsigned attempt) noexcept {
  constexpr Seconds kFirst{60};
  constexpr Seconds kLongest{4 * 60 * 60};
  Seconds wait = kFirst;
  for (unsigned failed = 1; failed < attempt && wait < kLongest; ++failed) wait *= 2;
  return wait < kLongest ? wait : kLongest;
}

class OutboundMail {
 public:
  OutboundMail() = default;
  OutboundMail(const OutboundMail&) = delete;
  OutboundMail& operator=(const OutboundMail&) = delete;
  virtual ~OutboundMail() = default;

  // Blocks until the server answered or a deadline passed. Callable from many
  // threads. Errors, all without content and addresses:
  //   unavailable      no connection, time-out, 4xx, a certificate that does not
  //                    hold, or hung up: send again later.
  //                    After a hang-up behind the final dot the server may have
  //                    taken it: the constant Message-ID makes the copy harmless
  //   unauthenticated  the server refuses our credentials
  //   forbidden        5xx for the sender or the content
  //   too_large        beyond the server's SIZE
  //   unsupported      an address needs SMTPUTF8 and the server has none
  //   invalid_argument no recipient, or an address that is none
  [[nodiscard]] virtual Result<SendReceipt> send(const OutgoingMail& mail) = 0;

  // Connects, encrypts and signs in, and sends nothing. The error's detail is
  // a sentence for the administrator that says what is wrong.
  [[nodiscard]] virtual Status probe() = 0;
};

}  // namespace lethe::ports
