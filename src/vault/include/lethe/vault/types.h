// The values that name keys, cells and punctures.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::vault {

// What a content key protects. A person has one profile key; the others exist
// per (ticket, person), so that a ticket, its attachments or its raw copy can
// be forgotten alone.
enum class KeyClass : std::uint8_t { profile = 1, body, attachments, raw };

// Invariant, asserted: profile has no ticket, the others have one.
struct KeyRef {
  core::PersonId person;
  std::optional<core::TicketId> ticket;
  KeyClass key_class = KeyClass::profile;

  [[nodiscard]] static KeyRef profile(core::PersonId person) noexcept;
  [[nodiscard]] static KeyRef of(core::PersonId person, core::TicketId ticket,
                                 KeyClass key_class) noexcept;
};

// The owner of sealed texts that belong to no person: connector secrets,
// saved views. Person ids are random; this one is never given out or erased.
[[nodiscard]] core::PersonId workspace_itself() noexcept;

// Where a cell stands. The numbers are part of the format: a table or column
// keeps its number for ever. `version` goes up with every new value of the
// row, so that an older value does not pass for the current one.
struct CellRef {
  std::uint16_t table = 0;
  std::uint16_t column = 0;
  std::int64_t row = 0;
  std::uint32_t version = 0;
};

// Keyed digests of mail: useless without the keyring.
enum class DigestPurpose : std::uint8_t {
  duplicate = 1,
  message_id,
  thread,
  relay,
  log,
  credential,
};
using Digest = std::array<std::uint8_t, 16>;

// Tokens of different kinds never match each other. Persons are indexed under kinds of their own,
// so that one is found among any number of mails that hold the same words.
enum class TokenKind : std::uint8_t {
  word = 1,
  prefix,
  email,
  domain,
  person_word,
  person_prefix,
  person_email,
  person_domain
};

// What verify_reply() and verify_message_id() found.
struct ReplyTarget {
  core::TicketId ticket;
  std::uint16_t key = 0;  // the reply key it was signed under
};
struct MessageTarget {
  core::TicketId ticket;
  core::MessageId message;
  std::uint16_t key = 0;
};

struct TreeHead {
  std::uint64_t size = 0;
  std::array<std::uint8_t, 32> root{};
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};
using Signature = std::array<std::uint8_t, 64>;
using PublicKey = std::array<std::uint8_t, 32>;

// All keys of one ticket of one person, or those of one class.
struct TicketKeys {
  core::PersonId person;
  core::TicketId ticket;
  std::optional<KeyClass> key_class;
};

// What is to be made unreadable, all in one turn of the root.
struct Puncture {
  std::vector<core::PersonId> persons;
  std::vector<TicketKeys> tickets;
  std::vector<KeyRef> superseded;  // keys replaced by begin_rekey(): the old one goes
  Instant at;                      // dates the records and tombstones
};

struct PunctureReceipt {
  std::uint64_t sequence = 0;
  std::uint64_t generation_before = 0;
  std::uint64_t generation_after = 0;  // equal to `before` when nothing was left to destroy
  std::uint64_t keys_destroyed = 0;
};

// A puncture on record. The restore sweep erases these rows without asking.
struct PunctureRecord {
  std::uint64_t sequence = 0;
  Instant at;
  core::PersonId person;
  std::optional<core::TicketId> ticket;
  std::optional<KeyClass> key_class;
};

// A note that must outlive a restore of older data (holds, freezes,
// withdrawals, redactions). `kind` and the text belong to the caller.
enum class JournalId : std::uint64_t {};

// Key of records kept under GDPR art. 17(3), destroyed at its own date.
enum class RetainedKey : std::uint32_t {};

struct Counts {
  std::uint64_t persons = 0;
  std::uint64_t content_keys = 0;
  std::uint64_t addresses = 0;
  std::uint64_t tombstones = 0;
};

}  // namespace lethe::vault
