// Mail that comes by HTTP: what Postmark, Mailgun, SendGrid and scripts post
// becomes one RFC 5322 message with its envelope. No sockets, files or clock.
//
// Formats: Postmark inbound JSON; Mailgun routes (fields, or MIME when the
// address ends in "mime"); SendGrid Inbound Parse (fields, or the raw message);
// message/rfc822. The message as the provider received it is used when it is
// sent along; else it is put together again from the fields: headers as they
// were, texts, files byte for byte. Equal fields give equal bytes, so that a
// redelivery is recognised.
//
// Who may post is decided by the secrets, compared in constant time:
//   postmark  Basic auth, "user:password" or a password alone
//   mailgun   HMAC-SHA256 of timestamp and token under the signing key
//   sendgrid  ECDSA over timestamp and body (a public key), or Basic auth
//   raw       "Authorization: Bearer SECRET", or X-Lethe-Timestamp and
//             X-Lethe-Signature: sha256=<hex of HMAC-SHA256("timestamp.body")>
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/web_protocol/message.h"

namespace lethe::webhooks {

enum class Provider : std::uint8_t { postmark, mailgun, sendgrid, raw };
inline constexpr std::array kProviders{Provider::postmark, Provider::mailgun, Provider::sendgrid,
                                       Provider::raw};
// "postmark", as in /inbound/postmark and [inbound.postmark].
[[nodiscard]] std::string_view name_of(Provider provider) noexcept;

inline constexpr std::size_t kMailBytesMax = std::size_t{35} * 1024 * 1024;
// The mail, base64 in JSON or escapes in a form, and its fields again beside it.
inline constexpr std::size_t kBodyBytesMax = 2 * kMailBytesMax;

// Mailgun repeats a delivery for 8 hours, so its signature counts that long; a
// token is remembered meanwhile (Mail::once). The other signatures are made
// anew for each try.
inline constexpr Seconds kMailgunSignatureLife{12 * 3600};
inline constexpr Seconds kSignatureLife{15 * 60};
inline constexpr Seconds kClockSkew{5 * 60};  // how far ahead a sender's clock may be

// One secret a line; blank lines and those that begin with '#' are left out.
// Several may stand there while one replaces another.
class Secrets {
 public:
  // Errors: invalid_argument (no secret, or a public key that is none).
  [[nodiscard]] static Result<Secrets> parse(Provider provider, std::string_view file);

  [[nodiscard]] const std::vector<Secret>& words() const noexcept { return words_; }
  // DER of elliptic curve public keys, SendGrid only.
  [[nodiscard]] const std::vector<Bytes>& public_keys() const noexcept { return public_keys_; }

 private:
  std::vector<Secret> words_;
  std::vector<Bytes> public_keys_;
};

enum class Trouble : std::uint8_t {
  wrong_credentials,
  stale,              // signed too long ago, or in the future
  replayed,           // its token came before with another message
  not_understood,     // no JSON, no form, no mail in it
  too_large,          // beyond kMailBytesMax
  unknown_recipient,  // for none of our addresses
  refused,            // the intake will never take it
  busy,               // not now: disk, budget, a part that cannot be reached
};
// For metrics and the list of refusals: "wrong_credentials".
[[nodiscard]] std::string_view name_of(Trouble trouble) noexcept;

// The one table from trouble to HTTP, by what makes each provider stop or come
// again: Postmark stops at 403, Mailgun at 406; SendGrid drops a mail at any 4xx without a word, so
// it gets one only for what will not be another time.
[[nodiscard]] int status_of(Provider provider, Trouble trouble) noexcept;
// Of a post whose body did not come in time.
[[nodiscard]] int status_of_slow(Provider provider) noexcept;

// A signature that does not cover the message: it may come again only with this same message.
struct Once {
  std::string token;
  Instant signed_at;
};

struct Mail {
  ports::Delivery delivery;  // recipients as the provider named them, not yet checked
  // From To and Cc, for when none of the former is ours: forwarded mail.
  std::vector<std::string> also_addressed_to;
  std::optional<Once> once;
};

// Checks who posts, then reads. `request.body` is the whole body.
[[nodiscard]] std::expected<Mail, Trouble> read(Provider provider, const Secrets& secrets,
                                                const web_protocol::Request& request, Instant now);

}  // namespace lethe::webhooks
