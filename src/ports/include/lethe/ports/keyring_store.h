// Where the wrapped keys live: rows of keyring.db and the root slot, with an
// optional synchronous replica (DESIGN section 4).
//
// The store knows no cryptography. It keeps rows whose secret part is wrapped
// by a key of the row above, and one 32-byte root that it hands out in clear.
// All writing goes through two calls: commit() adds and removes rows, turn()
// does so and replaces the root in the same step.
//
// Implementations are thread-safe. One writer at a time (the vault's), any
// number of readers; readers see the state after the last finished write.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::ports {

inline constexpr std::size_t kRootSize = 32;
using RootView = std::span<const std::uint8_t, kRootSize>;
using RootBuffer = std::span<std::uint8_t, kRootSize>;

struct KeyringHeader {
  std::uint32_t format = 1;
  core::WorkspaceId workspace;
  std::uint64_t sequence = 0;    // +1 with every commit and turn
  std::uint64_t generation = 0;  // +1 with every turn of the root
};

// One content key. `ticket` is 0 for the profile key. `serial` is 0, and one
// higher with every re-key; at most two serials of a name exist at a time.
struct ContentKeyName {
  std::uint32_t bucket = 0;
  std::int64_t person = 0;
  std::int64_t ticket = 0;
  std::uint8_t key_class = 0;
  std::uint32_t serial = 0;
  friend auto operator<=>(const ContentKeyName&, const ContentKeyName&) = default;
};
struct ContentKeyRow {
  ContentKeyName name;
  Bytes wrapped;  // by the bucket key
};
struct BucketRow {
  std::uint32_t bucket = 0;
  Bytes wrapped;  // by the workspace key
};
// A key or small sealed state of the whole workspace: index key, ledger key ...
struct NamedName {
  std::uint16_t kind = 0;
  std::uint32_t number = 0;
  friend auto operator<=>(const NamedName&, const NamedName&) = default;
};
struct NamedRow {
  NamedName name;
  Instant ends_at;  // epoch 0: no end
  Bytes wrapped;    // by the workspace key (the workspace key itself: by the root)
};
// Blind index: keyed digest of a normalised address.
struct AddressRow {
  Bytes digest;
  core::PersonId person;
};
// Keyed digest of an erased person's address, under the tombstone key of `epoch`.
struct TombstoneRow {
  std::uint32_t epoch = 0;
  Bytes digest;
};
// What was destroyed on purpose. No ticket: the whole person. No class: the
// whole ticket of that person.
struct PunctureRow {
  std::uint64_t sequence = 0;  // given by the store
  Instant at;
  core::PersonId person;
  std::optional<core::TicketId> ticket;
  std::optional<std::uint8_t> key_class;
};
// Id of a destroyed key whose name lives on under a newer key.
struct RetiredKeyRow {
  std::uint64_t key_id = 0;
  Instant at;
};
// A sealed note that must survive a restore of older data: holds, freezes ...
struct JournalRow {
  std::uint64_t id = 0;  // given by the store, ascending
  std::uint16_t kind = 0;
  Instant at;
  std::optional<core::PersonId> person;
  Bytes sealed;
};

// One write, as a value: it is applied wholly or not at all, here and on the
// replica. Removals come before additions; an added row replaces one of the
// same name.
struct KeyringBatch {
  std::vector<ContentKeyName> removed_keys;
  std::vector<NamedName> removed_named;
  std::vector<Bytes> removed_addresses;
  std::vector<core::PersonId> removed_journal_of;
  std::optional<std::uint32_t> removed_tombstones_below;  // epochs lower than this
  std::optional<Instant> removed_history_before;          // puncture, retired-key, journal rows

  std::vector<ContentKeyRow> content_keys;
  std::vector<BucketRow> buckets;
  std::vector<NamedRow> named;
  std::vector<AddressRow> addresses;
  std::vector<TombstoneRow> tombstones;
  std::vector<PunctureRow> punctures;
  std::vector<RetiredKeyRow> retired_keys;
  std::vector<JournalRow> journal;

  // Random; tells two histories of equal length apart.
  std::array<std::uint8_t, 16> stamp{};
};

enum class ReplicaState : std::uint8_t {
  none,     // not configured: the operator sees a permanent banner
  current,  // holds every row that this keyring holds
  behind,   // unreachable or not caught up: alarm, erasures wait
};

struct KeyringCommit {
  std::uint64_t sequence = 0;
  std::uint64_t generation = 0;
  ReplicaState replica = ReplicaState::none;
};

struct KeyringCounts {
  std::uint64_t persons = 0;
  std::uint64_t content_keys = 0;
  std::uint64_t addresses = 0;
  std::uint64_t tombstones = 0;
};

class KeyringStore {
 public:
  virtual ~KeyringStore() = default;

  // Writes the first rows and root of an empty store: sequence and generation
  // 1. Errors: already_exists.
  [[nodiscard]] virtual Status create(core::WorkspaceId workspace, const KeyringBatch& first,
                                      RootView root) = 0;

  // Errors: not_found when nothing was created yet; unsupported for the keyring of a newer version.
  [[nodiscard]] virtual Result<KeyringHeader> header() = 0;
  [[nodiscard]] virtual Status read_root(RootBuffer into) = 0;

  // The rows of one name in order of serial; at most two, empty when there is none.
  [[nodiscard]] virtual Result<std::vector<ContentKeyRow>> content_keys(
      const ContentKeyName& any_serial) = 0;
  // Every row of a bucket, in order of name.
  [[nodiscard]] virtual Result<std::vector<ContentKeyRow>> content_keys_in(
      std::uint32_t bucket) = 0;
  [[nodiscard]] virtual Result<bool> has_keys_of(std::uint32_t bucket, core::PersonId person) = 0;
  [[nodiscard]] virtual Result<std::vector<BucketRow>> buckets() = 0;
  [[nodiscard]] virtual Result<std::vector<NamedRow>> named() = 0;
  [[nodiscard]] virtual Result<std::optional<core::PersonId>> person_at(
      ByteView address_digest) = 0;
  [[nodiscard]] virtual Result<std::vector<AddressRow>> addresses_of(core::PersonId person) = 0;
  [[nodiscard]] virtual Result<bool> has_tombstone(const TombstoneRow& row) = 0;
  // The punctures of one person, oldest first; of everybody after a sequence.
  [[nodiscard]] virtual Result<std::vector<PunctureRow>> punctures_of(core::PersonId person) = 0;
  [[nodiscard]] virtual Result<std::vector<PunctureRow>> punctures_after(
      std::uint64_t sequence) = 0;
  [[nodiscard]] virtual Result<bool> is_retired(std::uint64_t key_id) = 0;
  [[nodiscard]] virtual Result<std::vector<JournalRow>> journal_after(std::uint64_t id) = 0;
  // Persons that have a key, ordered by (bucket, id), after the given place; at most `limit`.
  [[nodiscard]] virtual Result<std::vector<core::PersonId>> persons_after(std::uint32_t bucket,
                                                                          std::int64_t person,
                                                                          std::size_t limit) = 0;
  [[nodiscard]] virtual Result<KeyringCounts> counts() = 0;

  // Durable on return. A missing replica does not fail a commit; it is
  // reported as `behind` and caught up by a later call.
  // Errors: unavailable (disk full, I/O); nothing was written then.
  [[nodiscard]] virtual Result<KeyringCommit> commit(const KeyringBatch& batch) = 0;

  // As commit(), and the root is `new_root` afterwards; the former root and
  // the former rows are overwritten here and on the replica.
  // Errors: unavailable before anything was written when a configured replica
  // cannot be reached. When the replica is lost half way, or the old root
  // cannot be overwritten, the turn has happened: the receipt says `behind`,
  // and settle() must succeed before anybody is told that a key is gone.
  [[nodiscard]] virtual Result<KeyringCommit> turn(const KeyringBatch& batch,
                                                   RootView new_root) = 0;

  // Catches up the replica and finishes an overwriting that failed.
  // Errors: unavailable while either is not done; conflict when the replica
  // has another history.
  [[nodiscard]] virtual Status settle() = 0;

  virtual ReplicaState replica_state() noexcept = 0;
};

}  // namespace lethe::ports
