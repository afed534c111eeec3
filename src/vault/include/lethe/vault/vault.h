// The vault: the only code that sees a key (DESIGN section 4).
//
//   root slot -> workspace key -> bucket key -> content keys
//
// All keys are random. Content keys are rows of keyring.db: one per person
// (profile) and one per (ticket, person, class), made when first needed. To
// erase is to destroy content keys and to re-key everything above them, so
// that an old copy of keyring.db opens nothing with today's root.
//
// Order of commits: seal() any number of cells, commit() once, and only then
// commit the cells to lethe.db. A key without cells is harmless; a cell whose
// key was never written would be lost.
//
// Thread-safe. Cells are sealed and opened side by side; commit() and
// puncture() do not stop them. Keys live in one block of locked memory; the
// cache is bounded, so a million persons cost none.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/ports/keyring_store.h"
#include "lethe/ports/random.h"
#include "lethe/vault/stream.h"
#include "lethe/vault/types.h"

namespace lethe::vault {

inline constexpr std::uint32_t kBuckets = 1024;
inline constexpr std::size_t kCachedKeys = 4096;
// Texts up to this size are padded to a multiple of 32 bytes, so that the
// length of a name or address says little.
inline constexpr std::size_t kPaddedBelow = 256;
// Bytes that sealing adds at most: header 34, tag 16, padding 32.
inline constexpr std::size_t kSealOverheadMax = 82;
// Tombstones, puncture records and the journal are kept this long.
inline constexpr int kTombstoneMonths = 13;

class Vault {
 public:
  // Fills an empty store with a new root, workspace key, buckets and named
  // keys. Errors: already_exists, unavailable.
  [[nodiscard]] static Status create(ports::KeyringStore& store, ports::Random& random,
                                     core::WorkspaceId workspace);
  // `store` and `random` must outlive the vault. Errors: not_found (no
  // keyring), unsupported (a newer version's), corrupt (root and rows do not
  // belong together), unavailable (locked memory refused).
  [[nodiscard]] static Result<std::unique_ptr<Vault>> open(ports::KeyringStore& store,
                                                           ports::Random& random);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  [[nodiscard]] core::WorkspaceId workspace() const noexcept;
  // Of the last commit. lethe.db records it; a keyring older than the data
  // must not start.
  [[nodiscard]] std::uint64_t sequence() const noexcept;
  [[nodiscard]] std::uint64_t generation() const noexcept;

  // --- Cells ---

  // Makes the content key when there is none yet; it is pending until commit().
  // Errors: erased when the person or ticket was punctured; unavailable.
  [[nodiscard]] Result<Ciphertext> seal(const KeyRef& key, const CellRef& cell,
                                        const Plaintext& text);
  // Errors: erased when the key is gone; corrupt when the bytes were changed,
  // moved from another cell, person or workspace, or are an older version;
  // unsupported for an unknown format or algorithm.
  [[nodiscard]] Result<Plaintext> unseal(const KeyRef& key, const CellRef& cell,
                                         const Ciphertext& sealed);
  // Pending keys count.
  [[nodiscard]] Result<bool> has_key(const KeyRef& key);
  [[nodiscard]] Result<bool> has_any_key(core::PersonId person);

  // Writes pending keys, addresses and notes durably (and to the replica) in
  // one batch; returns the sequence. Cheap when nothing is pending.
  // Errors: unavailable; everything stays pending, nothing may be told done.
  [[nodiscard]] Result<std::uint64_t> commit();

  // --- Big payloads ---

  [[nodiscard]] Result<FileKey> make_file_key();
  [[nodiscard]] Result<Ciphertext> seal_file_key(const KeyRef& key, const CellRef& cell,
                                                 const FileKey& file);
  [[nodiscard]] Result<FileKey> unseal_file_key(const KeyRef& key, const CellRef& cell,
                                                const Ciphertext& sealed);
  // Errors: busy (too many at once); the opener also corrupt (header).
  [[nodiscard]] Result<StreamSealer> stream_sealer(const FileKey& file);
  [[nodiscard]] Result<StreamOpener> stream_opener(const FileKey& file, ByteView header);

  // --- Addresses (blind index) ---
  // `normalised` is what core's address parser yields: A-label, NFC, lower case.

  [[nodiscard]] Result<std::optional<core::PersonId>> find_person(std::string_view normalised);
  // Pending until commit(), found at once. Errors: already_exists when it is
  // another person's.
  [[nodiscard]] Status index_address(core::PersonId person, std::string_view normalised);
  // An address that is not indexed is no error.
  [[nodiscard]] Status unindex_address(std::string_view normalised);
  // True when the address belonged to a person erased within 13 months:
  // imports and syncs leave it out, live mail does not ask.
  [[nodiscard]] Result<bool> is_tombstoned(std::string_view normalised);

  // --- Keyed digests, signatures, tokens ---

  [[nodiscard]] Digest digest(DigestPurpose purpose, ByteView bytes) const;

  // Lower-case base32, 32 characters: key id, ticket, 80-bit MAC. With "reply+"
  // it stays below the 64 octets of a local part.
  [[nodiscard]] std::string sign_reply(core::TicketId ticket) const;
  // Any case. Errors: invalid_argument, without saying what was wrong.
  [[nodiscard]] Result<ReplyTarget> verify_reply(std::string_view token) const;
  // For our Message-IDs: 45 characters, never accepted as a reply token.
  [[nodiscard]] std::string sign_message_id(core::TicketId ticket, core::MessageId message) const;
  [[nodiscard]] Result<MessageTarget> verify_message_id(std::string_view token) const;
  // New tokens use a new key, old ones verify until their key is retired.
  [[nodiscard]] Result<std::uint16_t> rotate_reply_key();
  // Errors: conflict for the key in use.
  [[nodiscard]] Status retire_reply_key(std::uint16_t key);

  // `word` is normalised by the tokeniser. Errors: not_found for an epoch that is gone.
  [[nodiscard]] std::uint32_t search_epoch() const noexcept;
  [[nodiscard]] std::uint64_t search_token(TokenKind kind, std::string_view word) const;
  [[nodiscard]] Result<std::uint64_t> search_token(std::uint32_t epoch, TokenKind kind,
                                                   std::string_view word) const;
  // Starts the next epoch; end the older one when the index is rebuilt.
  [[nodiscard]] Result<std::uint32_t> begin_search_epoch();
  [[nodiscard]] Status end_search_epochs_before(std::uint32_t epoch);

  // --- Ledger ---

  [[nodiscard]] PublicKey ledger_public_key() const noexcept;
  // The largest tree ever signed; size 0 before the first.
  [[nodiscard]] TreeHead last_signed_tree() const noexcept;
  // Ed25519 over `note`, which states `head`. The head is durable before the
  // signature is returned. Errors: conflict for a smaller tree or another root
  // of the same size: a log that shrank or forked is never signed.
  [[nodiscard]] Result<Signature> sign_tree(const TreeHead& head, ByteView note);

  // --- Erasure ---

  // Destroys the keys, re-keys their buckets, the workspace key and the root
  // in one turn (one per 64 buckets of a large batch), forgets cached and
  // pending keys, removes the persons' addresses and notes, leaves tombstones
  // and puncture records. When it returns, the replica has confirmed and no
  // key of this keyring opens the erased. Idempotent: run it again after any
  // failure.
  // Errors: unavailable (replica or disk): the caller must not certify.
  [[nodiscard]] Result<PunctureReceipt> puncture(const Puncture& what);

  // Redaction. From here seal() uses a new key while unseal() opens cells of
  // both. Then: re-seal every cell, commit(), commit lethe.db, and puncture()
  // with `superseded`. Begun twice it goes on with the first.
  // Errors: erased when there is no such key.
  [[nodiscard]] Status begin_rekey(const KeyRef& key);

  // Turns the root without erasing (weekly, or after a suspected leak).
  [[nodiscard]] Result<PunctureReceipt> turn_root();

  // --- Records kept under GDPR art. 17(3) ---

  // The key of records that end at `ends_at` (rounded up to a whole day);
  // durable at once.
  [[nodiscard]] Result<RetainedKey> retained_key(Instant ends_at);
  [[nodiscard]] Result<Ciphertext> seal_retained(RetainedKey key, core::PersonId person,
                                                 const CellRef& cell, const Plaintext& text);
  [[nodiscard]] Result<Plaintext> unseal_retained(RetainedKey key, const CellRef& cell,
                                                  const Ciphertext& sealed);
  // Destroys what has ended: retained keys, tombstone keys and tombstones,
  // puncture records and notes older than 13 months. Turns the root when a
  // key went. Returns the number of keys destroyed.
  [[nodiscard]] Result<std::uint64_t> expire(Instant now);

  // --- For the restore sweep, doctor and reports ---

  // Persons that hold a key, at most `limit`, after `last` (nullopt: from the
  // start), in an order that is stable between calls.
  [[nodiscard]] Result<std::vector<core::PersonId>> persons_after(
      std::optional<core::PersonId> last, std::size_t limit);
  [[nodiscard]] Result<std::vector<PunctureRecord>> punctures_after(std::uint64_t sequence);
  [[nodiscard]] Result<std::vector<PunctureRecord>> punctures_of(core::PersonId person);
  [[nodiscard]] Result<Counts> counts();
  [[nodiscard]] ports::ReplicaState replica_state() const noexcept;

  struct Note {
    JournalId id;
    std::uint16_t kind;
    Instant at;
    std::optional<core::PersonId> person;
    Plaintext text;
  };
  // Pending until commit(). Notes of a person go with the person.
  [[nodiscard]] Status append_note(std::uint16_t kind, Instant at,
                                   std::optional<core::PersonId> person, const Plaintext& text);
  [[nodiscard]] Result<std::vector<Note>> notes_after(std::optional<JournalId> last);

  class Impl;  // defined in the vault's own sources

 private:
  explicit Vault(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lethe::vault
