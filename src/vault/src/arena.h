// One block of locked memory, cut into slots of 64 bytes, for every key in the process.
//
// `sodium_malloc` takes pages per key and silently leaves them unlocked past
// the limit; here the lock is asked for once and refusal is an error.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/locked_memory.h"

namespace lethe::vault {

inline constexpr std::size_t kKeySize = 32;
inline constexpr std::size_t kSlotSize = 64;  // an Ed25519 secret key or a stream state fits
using KeyView = std::span<const std::uint8_t, kKeySize>;
using KeyBuffer = std::span<std::uint8_t, kKeySize>;
using SlotBuffer = std::span<std::uint8_t, kSlotSize>;

class KeyArena;

// Owns one slot; wiped and given back on destruction. Move-only. Empty after a move.
class KeySlot {
 public:
  KeySlot() = default;
  KeySlot(std::shared_ptr<KeyArena> arena, std::uint8_t* start) noexcept;
  ~KeySlot() { release(); }
  KeySlot(const KeySlot&) = delete;
  KeySlot& operator=(const KeySlot&) = delete;
  KeySlot(KeySlot&& other) noexcept;
  KeySlot& operator=(KeySlot&& other) noexcept;

  [[nodiscard]] KeyView key() const noexcept { return KeyView{start_, kKeySize}; }
  [[nodiscard]] KeyBuffer key_buffer() noexcept { return KeyBuffer{start_, kKeySize}; }
  [[nodiscard]] SlotBuffer whole() const noexcept { return SlotBuffer{start_, kSlotSize}; }

 private:
  void release() noexcept;
  std::shared_ptr<KeyArena> arena_;
  std::uint8_t* start_ = nullptr;
};

// Thread-safe. Slots keep the arena alive.
class KeyArena : public std::enable_shared_from_this<KeyArena> {
 public:
  [[nodiscard]] static Result<std::shared_ptr<KeyArena>> make(std::size_t slots);
  KeyArena(LockedMemory memory, std::size_t slots);

  // Zeroed. Errors: busy when every slot is in use.
  [[nodiscard]] Result<KeySlot> take();
  [[nodiscard]] std::size_t in_use() const;

 private:
  friend class KeySlot;
  void give_back(std::uint8_t* start) noexcept;

  LockedMemory memory_;
  std::size_t slots_;
  mutable std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
};

}  // namespace lethe::vault
