#include "arena.h"

#include <utility>

#include "lethe/base/secret.h"

namespace lethe::vault {

KeySlot::KeySlot(std::shared_ptr<KeyArena> arena, std::uint8_t* start) noexcept
    : arena_(std::move(arena)), start_(start) {}

KeySlot::KeySlot(KeySlot&& other) noexcept
    : arena_(std::move(other.arena_)), start_(std::exchange(other.start_, nullptr)) {}

KeySlot& KeySlot::operator=(KeySlot&& other) noexcept {
  if (this == &other) return *this;
  release();
  arena_ = std::move(other.arena_);
  start_ = std::exchange(other.start_, nullptr);
  return *this;
}

void KeySlot::release() noexcept {
  if (start_ == nullptr) return;
  arena_->give_back(std::exchange(start_, nullptr));
  arena_.reset();
}

Result<std::shared_ptr<KeyArena>> KeyArena::make(std::size_t slots) {
  LETHE_TRY(LockedMemory memory, LockedMemory::make(slots * kSlotSize));
  return std::make_shared<KeyArena>(std::move(memory), slots);
}

KeyArena::KeyArena(LockedMemory memory, std::size_t slots)
    : memory_(std::move(memory)), slots_(slots) {
  free_.reserve(slots);
  for (std::size_t i = slots; i-- > 0;) free_.push_back(memory_.bytes().data() + i * kSlotSize);
}

Result<KeySlot> KeyArena::take() {
  const std::scoped_lock lock{mutex_};
  if (free_.empty()) return fail(Errc::busy, "too many keys in use at once");
  std::uint8_t* const start = free_.back();
  free_.pop_back();
  return KeySlot{shared_from_this(), start};
}

std::size_t KeyArena::in_use() const {
  const std::scoped_lock lock{mutex_};
  return slots_ - free_.size();
}

void KeyArena::give_back(std::uint8_t* start) noexcept {
  wipe(start, kSlotSize);
  const std::scoped_lock lock{mutex_};
  free_.push_back(start);
}

}  // namespace lethe::vault
