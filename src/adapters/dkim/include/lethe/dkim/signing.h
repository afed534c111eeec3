// DKIM: our signature on every mail that leaves.
//
// Source: RFC 6376 (rsa-sha256, relaxed/relaxed), RFC 8463 (ed25519-sha256), RFC 8301 (key sizes),
// RFC 8058 section 4 (both List-Unsubscribe fields are signed). Fields that nobody may add later
// (From, Subject, Content-Type ...) are named once more than they occur.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/ports/clock.h"
#include "lethe/ports/outbound_mail.h"

namespace lethe::dkim {

// One private key and the place its public half is published at.
class SigningKey {
 public:
  // `pem`: a private key as `openssl genpkey` writes it, RSA of 1,024 to 8,192 bits or Ed25519,
  // without a password. `domain` and `selector` are as in d= and s=.
  // Errors: invalid_argument with a sentence for the operator.
  [[nodiscard]] static Result<SigningKey> read(const Secret& pem, std::string_view domain,
                                               std::string_view selector);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  // "s1._domainkey.example.org"
  [[nodiscard]] std::string record_name() const;
  // "v=DKIM1; k=rsa; p=..." for a TXT record; longer than 255 characters for RSA, so it is
  // published in several strings.
  [[nodiscard]] std::string record_text() const;

  // The field "DKIM-Signature: ...", CRLF included, to stand before `mail`. `mail` has CRLF line
  // ends. Errors: internal (the library refused).
  [[nodiscard]] Result<std::string> signature_of(std::string_view mail, Instant now) const;

 private:
  struct Inside;
  explicit SigningKey(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// Hands on to `next` what it signed, one field per key. A mail that cannot be signed is not sent:
// internal, which is tried again later. `clock` must outlive the result.
[[nodiscard]] std::unique_ptr<ports::OutboundMail> open_signing(
    std::unique_ptr<ports::OutboundMail> next, std::vector<SigningKey> keys, ports::Clock& clock);

}  // namespace lethe::dkim
