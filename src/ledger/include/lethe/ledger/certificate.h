// The erasure certificate: what was erased, when, under which rule, and from
// when on no key of this installation opens it in backups.
//
// Source: DESIGN sections 1 (promise 4) and 4, GDPR art. 5(2), 17(3), 19. The
// certificate names no person: no name, no address, no number of a ticket.
// Its bytes are one line of JSON with the members in fixed order and no white
// space; the ledger's commitment is over these bytes, so they are kept as made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/time.h"
#include "lethe/core/ids.h"
#include "lethe/ledger/entry.h"

namespace lethe::ledger {

inline constexpr std::size_t kCertificateBytesMax = std::size_t{64} * 1024;

enum class ErasureKind { erase, retention, attachments, raw, redaction };
enum class HorizonBasis { declared, default_value };

// GDPR art. 17(3): freedom of expression, legal obligation, public health,
// archiving and research, legal claims.
enum class LegalGround { expression, legal_obligation, public_health, archiving, legal_claims };

// "tickets" -> 7. Categories are words of [a-z_].
struct Count {
  std::string category;
  std::uint64_t number = 0;
  friend bool operator==(const Count&, const Count&) = default;
};

// What stays, sealed under the key of retained records until its own end.
struct Kept {
  std::string category;  // "invoices"
  std::uint64_t number = 0;
  LegalGround ground = LegalGround::legal_obligation;
  std::optional<Instant> until;  // nothing: as long as the claim lasts
  friend bool operator==(const Kept&, const Kept&) = default;
};

enum class RecipientState { confirmed, told, unreachable };

// Whom the data had been passed on to, and what they answered (art. 19). The
// label is a system ("issue tracker"), never a person.
struct Recipient {
  std::string label;
  RecipientState state = RecipientState::told;
  Instant at;
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

struct Certificate {
  core::CertificateId id;
  ErasureKind kind = ErasureKind::erase;
  std::string policy;        // what ordered it: "request", "rule 12 version 3"
  std::string organisation;  // the controller's public name
  std::string workspace;
  std::vector<Count> counts;
  std::uint64_t key_generation_before = 0;
  std::uint64_t key_generation_after = 0;  // larger: keys were turned
  Instant erased_live_at;
  Days horizon{30};  // longest life of any copy of the keyring, 0..3650
  HorizonBasis horizon_basis = HorizonBasis::default_value;
  std::vector<Kept> kept;
  std::vector<Recipient> recipients;
  std::uint64_t mails_already_sent = 0;    // they lie in mailboxes we do not hold
  std::optional<Instant> tombstone_until;  // the keyed digest that stops re-import
  std::optional<Hash> subject_commitment;  // see subject_commitment() below
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

// The date printed on the certificate: erased_live_at + horizon.
[[nodiscard]] Instant unrecoverable_from_backups_at(const Certificate& certificate);

// What the certificate does not prove; printed on each, part of its bytes.
[[nodiscard]] std::string_view residual_statement();

// SHA-256(salt || address). The salt goes only into the person's own copy of
// the file: the person can show that the certificate is theirs, nobody else
// can tell from it who it is about. `normalised_address` as in DESIGN section 8.
[[nodiscard]] Hash subject_commitment(const Salt& subject_salt,
                                      std::string_view normalised_address);

// The exact bytes. Errors: invalid_argument naming the field (an `@`, a control
// character, ill-formed UTF-8, more than 200 bytes in a text, a category that is
// not a word, times out of order), too_large (more than 64 KiB or 1,000 rows).
[[nodiscard]] Result<std::string> compose(const Certificate& certificate);

// Accepts exactly what compose() makes. Errors: invalid_argument, too_large,
// unsupported (a later version: the file can still be verified).
[[nodiscard]] Result<Certificate> parse_certificate(std::string_view bytes);

}  // namespace lethe::ledger
