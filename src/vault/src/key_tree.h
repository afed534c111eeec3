// The keys above the content keys: root, workspace key, buckets and named
// keys, all in the arena, with their wrapping and their turning.
//
// Not thread-safe: the vault guards it.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "aead.h"
#include "arena.h"
#include "lethe/ports/keyring_store.h"
#include "lethe/ports/random.h"

namespace lethe::vault {

// The numbers are stored.
enum class Named : std::uint16_t {
  workspace = 1,
  address_index,
  digest,
  reply,        // number: key id
  search,       // number: epoch
  ledger,       // Ed25519 secret key
  ledger_head,  // largest tree signed: size and root
  tombstone,    // number: month since year 0
  journal,
  retained,  // number: day on which it ends
};
[[nodiscard]] ports::NamedName name_of(Named kind, std::uint32_t number = 0) noexcept;

[[nodiscard]] std::uint32_t bucket_of(core::PersonId person) noexcept;

struct NamedSecret {
  KeySlot slot;
  std::size_t size = kKeySize;  // of the secret; at most kSlotSize
  Instant ends_at;
  [[nodiscard]] ByteView secret() const noexcept { return slot.whole().first(size); }
};

class KeyTree {
 public:
  KeyTree(std::shared_ptr<KeyArena> arena, ports::Random& random, core::WorkspaceId workspace);

  // Makes every key anew and adds its rows to `first`.
  [[nodiscard]] Status make(ports::KeyringBatch& first);
  // Errors: corrupt when the root does not open the rows.
  [[nodiscard]] Status load(ports::KeyringStore& store);

  [[nodiscard]] ports::RootView root() const noexcept { return root_.key(); }
  // Precondition: it exists (asserted).
  [[nodiscard]] const NamedSecret& named(Named kind, std::uint32_t number = 0) const;
  [[nodiscard]] const NamedSecret* find(Named kind, std::uint32_t number) const noexcept;
  [[nodiscard]] std::vector<std::uint32_t> numbers_of(Named kind) const;
  // The highest number of a kind that always exists: the key in use.
  [[nodiscard]] std::uint32_t latest(Named kind) const;
  // A fresh random key, not yet in the tree.
  [[nodiscard]] Result<KeySlot> fresh_key() const;
  [[nodiscard]] ports::NamedRow row_of(const ports::NamedName& name,
                                       const NamedSecret& secret) const;
  void adopt(const ports::NamedName& name, NamedSecret secret);

  [[nodiscard]] Bytes wrap_content(const ports::ContentKeyName& name, KeyView key) const;
  // During a turn rows of the old and the new bucket key both open. Errors: corrupt.
  [[nodiscard]] Result<KeySlot> unwrap_content(const ports::ContentKeyRow& row) const;

  // A turn: begin_turn() makes the new keys, wrap_for_turn() wraps content
  // keys of the touched buckets under them, add_turn_rows() describes the
  // rest; then finish_turn() or abandon_turn().
  [[nodiscard]] Status begin_turn(const std::set<std::uint32_t>& touched);
  [[nodiscard]] Bytes wrap_for_turn(const ports::ContentKeyName& name, KeyView key) const;
  void add_turn_rows(const std::set<ports::NamedName>& leaving, ports::KeyringBatch& batch) const;
  [[nodiscard]] ports::RootView next_root() const noexcept { return next_root_.key(); }
  void finish_turn(const std::set<ports::NamedName>& leaving);
  void abandon_turn() noexcept;

 private:
  [[nodiscard]] Context context_of(const ports::ContentKeyName& name) const;
  [[nodiscard]] Context context_of(const ports::NamedName& name) const;
  [[nodiscard]] Context context_of_bucket(std::uint32_t bucket) const;
  [[nodiscard]] ports::NamedRow workspace_row(KeyView root, KeyView workspace_key) const;
  [[nodiscard]] ports::BucketRow bucket_row(std::uint32_t bucket, KeyView by, KeyView key) const;
  [[nodiscard]] Status make_named(Named kind, std::uint32_t number);
  [[nodiscard]] Status make_ledger_key();
  [[nodiscard]] Status load_named(const std::vector<ports::NamedRow>& rows);
  [[nodiscard]] Status load_buckets(const std::vector<ports::BucketRow>& rows);

  std::shared_ptr<KeyArena> arena_;
  ports::Random& random_;
  core::WorkspaceId workspace_;
  KeySlot root_;
  KeySlot workspace_key_;
  std::vector<KeySlot> buckets_;
  std::map<ports::NamedName, NamedSecret> named_;

  KeySlot next_root_;
  KeySlot next_workspace_key_;
  std::map<std::uint32_t, KeySlot> next_buckets_;
};

}  // namespace lethe::vault
