// The inside of the vault. Each verb has its own file: vault.cpp (cells),
// commit.cpp, puncture.cpp (erasures and rekeying), names.cpp (addresses,
// digests, tokens), ledger.cpp, retained.cpp, sweep.cpp.
//
// Two locks. `writer` is held by whoever writes to the store, for as long as
// that takes; `state` guards everything in memory and is held shared to seal
// and open, exclusively and briefly to load or change. Order: writer, state.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "content_cache.h"
#include "key_tree.h"
#include "lethe/vault/vault.h"

namespace lethe::vault {

// Keys made since the last commit; more than that and seal() commits itself.
inline constexpr std::size_t kPendingKeysMax = 8192;
// Cache, pending keys (two while re-keying), buckets twice, named keys, streams: 1.25 MiB.
inline constexpr std::size_t kArenaSlots = 20480;

// What is being destroyed.
struct Targets {
  std::set<std::int64_t> persons;
  std::map<std::pair<std::int64_t, std::int64_t>, std::set<KeyClass>>
      tickets;  // empty: all classes
  [[nodiscard]] bool hit(const KeyName& name) const;
  // True when no new key may ever take the name: whole persons and tickets.
  [[nodiscard]] bool hit_for_ever(const KeyName& name) const;
  [[nodiscard]] bool empty() const noexcept { return persons.empty() && tickets.empty(); }
};

// Addresses and notes that wait for the next commit. An address without a
// person is to be removed.
struct Waiting {
  std::map<std::string, std::optional<core::PersonId>> addresses;
  std::vector<ports::JournalRow> notes;
  [[nodiscard]] bool empty() const noexcept { return addresses.empty() && notes.empty(); }
};

class Vault::Impl {
 public:
  Impl(ports::KeyringStore& keyring, ports::Random& source, core::WorkspaceId of,
       std::shared_ptr<KeyArena> keys);

  // --- cells (state is taken inside) ---
  [[nodiscard]] Result<Ciphertext> seal(const KeyRef& key, const CellRef& cell,
                                        std::string_view text);
  [[nodiscard]] Result<Plaintext> unseal(const KeyRef& key, const CellRef& cell,
                                         const Ciphertext& sealed);
  // Precondition of the next four: state is held exclusively.
  [[nodiscard]] Result<KeyEntry*> find_or_load(const KeyName& name);  // nullptr: no such key
  [[nodiscard]] Result<KeyEntry*> find_or_make(const KeyName& name);
  [[nodiscard]] Result<KeyEntry*> make(const KeyName& name);
  [[nodiscard]] Status refuse_punctured(const KeyName& name);
  // Precondition: state is held, shared or not.
  KeyEntry* find(const KeyName& name);
  [[nodiscard]] Result<Plaintext> open_with(const KeyEntry& entry, std::uint64_t key_id,
                                            const KeyRef& key, const CellRef& cell,
                                            ByteView sealed);

  // --- writing (precondition: writer is held, state is not) ---
  [[nodiscard]] Status flush();
  [[nodiscard]] Result<ports::KeyringCommit> write(ports::KeyringBatch& batch);
  void note(const ports::KeyringCommit& done) noexcept;
  [[nodiscard]] Status add_named(Named kind, std::uint32_t number, Instant ends_at);
  // Finishes a turn begun on the tree: writes `batch` and every row above the
  // content keys under the new root, and leaves out `leaving`.
  [[nodiscard]] Status turn(ports::KeyringBatch& batch, const std::set<ports::NamedName>& leaving);
  // Destroys named keys for good: a turn without them.
  [[nodiscard]] Status destroy_named(ports::KeyringBatch& batch,
                                     const std::set<ports::NamedName>& leaving);
  // Errors: unavailable while the replica or an overwriting is behind.
  [[nodiscard]] Status confirm_everywhere();

  [[nodiscard]] Status remember_head(const TreeHead& head);

  // --- helpers (precondition: state is held, shared or not) ---
  std::string address_digest(std::string_view normalised) const;
  [[nodiscard]] Result<std::optional<core::PersonId>> person_at(const std::string& digest);
  Context note_context(const ports::JournalRow& row) const;

  ports::KeyringStore& store;
  ports::Random& random;
  const core::WorkspaceId workspace;
  const std::shared_ptr<KeyArena> arena;

  std::mutex writer;
  mutable std::shared_mutex state;
  KeyTree tree;
  ContentCache cache{kCachedKeys};
  std::unordered_map<KeyName, KeyEntry, KeyNameHash> pending;  // `current` is not written yet
  Waiting waiting;
  Waiting being_written;
  Targets condemned;  // refused while their puncture is under way
  std::atomic<std::uint64_t> sequence{0};
  std::atomic<std::uint64_t> generation{0};
};

}  // namespace lethe::vault
