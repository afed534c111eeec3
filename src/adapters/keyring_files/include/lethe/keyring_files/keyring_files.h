// The keyring in files (DESIGN section 4): keyring.db, two root slots, and
// optionally the same in a second place.
//
//   DIR.keyring/  0700   CACHEDIR.TAG (backup programs leave it out)
//     keyring.db  0600   SQLite, secure_delete, WAL cut to nothing after every turn
//     root.0 root.1 0600 one holds the root; the other is wiped
//
// A turn of the root, each step durable before the next:
//   new root into the spare slots -> keyring.db (carries the generation) ->
//   replica's keyring.db -> checkpoint -> old slots overwritten.
// A crash between any two leaves a state that open() completes or undoes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lethe/base/result.h"
#include "lethe/ports/keyring_store.h"

namespace lethe::keyring_files {

struct KeyringPaths {
  std::string primary;
  // Best on another disk. Must exist when the keyring is opened: a missing
  // directory is taken for a disk that is not mounted, never made anew. An
  // empty directory of ours with mode 0700 is filled.
  // Or a receiver on another host: "tcp+tls://HOST:PORT" (receiver.h).
  std::optional<std::string> replica;
  std::string replica_pairing_file = {};  // of a receiver: the line it printed on its first start
};

// What open() had to do; worth a line in the log.
enum class Recovery : std::uint8_t {
  none,
  finished_turn,     // a crash during a turn was completed or undone
  primary_refilled,  // the primary was lost or older: copied from the replica
  replica_refilled,  // the replica was empty, lost or older: copied from the primary
};

class KeyringFiles final : public ports::KeyringStore {
 public:
  // Makes empty directories and files for Vault::create(). Errors:
  // already_exists when a keyring is there, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<KeyringFiles>> make(const KeyringPaths& paths);

  // Errors: not_found (no such directory or no keyring in it), forbidden
  // (others may read it), corrupt (no root fits), conflict (the two places
  // have different histories), unsupported (a newer version's), unavailable.
  [[nodiscard]] static Result<std::unique_ptr<KeyringFiles>> open(const KeyringPaths& paths);

  ~KeyringFiles() override;

  [[nodiscard]] Recovery recovery() const noexcept;
  // Why the replica is behind, for the banner; empty when it is not.
  [[nodiscard]] std::string replica_trouble() const;

  [[nodiscard]] Status create(core::WorkspaceId workspace, const ports::KeyringBatch& first,
                              ports::RootView root) override;
  [[nodiscard]] Result<ports::KeyringHeader> header() override;
  [[nodiscard]] Status read_root(ports::RootBuffer into) override;
  [[nodiscard]] Result<std::vector<ports::ContentKeyRow>> content_keys(
      const ports::ContentKeyName& any_serial) override;
  [[nodiscard]] Result<std::vector<ports::ContentKeyRow>> content_keys_in(
      std::uint32_t bucket) override;
  [[nodiscard]] Result<bool> has_keys_of(std::uint32_t bucket, core::PersonId person) override;
  [[nodiscard]] Result<std::vector<ports::BucketRow>> buckets() override;
  [[nodiscard]] Result<std::vector<ports::NamedRow>> named() override;
  [[nodiscard]] Result<std::optional<core::PersonId>> person_at(ByteView address_digest) override;
  [[nodiscard]] Result<std::vector<ports::AddressRow>> addresses_of(core::PersonId person) override;
  [[nodiscard]] Result<bool> has_tombstone(const ports::TombstoneRow& row) override;
  [[nodiscard]] Result<std::vector<ports::PunctureRow>> punctures_of(
      core::PersonId person) override;
  [[nodiscard]] Result<std::vector<ports::PunctureRow>> punctures_after(
      std::uint64_t sequence) override;
  [[nodiscard]] Result<bool> is_retired(std::uint64_t key_id) override;
  [[nodiscard]] Result<std::vector<ports::JournalRow>> journal_after(std::uint64_t id) override;
  [[nodiscard]] Result<std::vector<core::PersonId>> persons_after(std::uint32_t bucket,
                                                                  std::int64_t person,
                                                                  std::size_t limit) override;
  [[nodiscard]] Result<ports::KeyringCounts> counts() override;
  [[nodiscard]] Result<ports::KeyringCommit> commit(const ports::KeyringBatch& batch) override;
  [[nodiscard]] Result<ports::KeyringCommit> turn(const ports::KeyringBatch& batch,
                                                  ports::RootView new_root) override;
  [[nodiscard]] Status settle() override;
  ports::ReplicaState replica_state() noexcept override;

 private:
  class Impl;
  explicit KeyringFiles(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lethe::keyring_files
