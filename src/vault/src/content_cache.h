// Unwrapped content keys, bounded: a clock of kCachedKeys entries.
//
// find() may run in many threads at once while nobody inserts or erases; the
// vault's shared lock sees to that.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "arena.h"
#include "cell.h"
#include "lethe/ports/keyring_store.h"
#include "lethe/vault/types.h"

namespace lethe::vault {

struct KeyName {
  std::int64_t person = 0;
  std::int64_t ticket = 0;
  KeyClass key_class = KeyClass::profile;
  friend bool operator==(const KeyName&, const KeyName&) = default;
};
[[nodiscard]] KeyName name_of(const KeyRef& key) noexcept;
[[nodiscard]] KeyName name_of(const ports::ContentKeyName& name) noexcept;
[[nodiscard]] ports::ContentKeyName row_name(const KeyName& name, std::uint32_t serial) noexcept;

struct KeyNameHash {
  std::size_t operator()(const KeyName& name) const noexcept;
};

struct ContentKey {
  KeySlot slot;
  std::uint64_t id = 0;
  std::uint32_t serial = 0;
  [[nodiscard]] CellKey for_cell() const noexcept { return {slot.key(), id}; }
};
// `previous` exists while a re-key is under way.
struct KeyEntry {
  ContentKey current;
  std::optional<ContentKey> previous;
};

class ContentCache {
 public:
  explicit ContentCache(std::size_t capacity) : capacity_(capacity) {}

  [[nodiscard]] KeyEntry* find(const KeyName& name) const noexcept;
  // Makes room when full. Precondition: not in the cache.
  KeyEntry& insert(const KeyName& name, KeyEntry entry);
  [[nodiscard]] std::optional<KeyEntry> take(const KeyName& name);
  void erase_if(const std::function<bool(const KeyName&)>& matches);

 private:
  struct Node {
    KeyName name;
    KeyEntry entry;
    std::atomic<bool> used{true};
  };
  void evict_one();
  void remove(std::size_t place);

  std::size_t capacity_;
  std::size_t hand_ = 0;
  std::vector<std::unique_ptr<Node>> ring_;
  std::unordered_map<KeyName, std::size_t, KeyNameHash> places_;
};

}  // namespace lethe::vault
