#include "content_cache.h"

#include <utility>

#include "key_tree.h"
#include "lethe/base/assert.h"

namespace lethe::vault {

KeyName name_of(const KeyRef& key) noexcept {
  LETHE_ASSERT(key.ticket.has_value() == (key.key_class != KeyClass::profile));
  return {key.person.value(), key.ticket ? key.ticket->value() : 0, key.key_class};
}

KeyName name_of(const ports::ContentKeyName& name) noexcept {
  return {name.person, name.ticket, static_cast<KeyClass>(name.key_class)};
}

ports::ContentKeyName row_name(const KeyName& name, std::uint32_t serial) noexcept {
  return {bucket_of(core::PersonId::of(name.person)), name.person, name.ticket,
          static_cast<std::uint8_t>(name.key_class), serial};
}

std::size_t KeyNameHash::operator()(const KeyName& name) const noexcept {
  constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
  std::uint64_t mixed = static_cast<std::uint64_t>(name.person);
  mixed = (mixed ^ static_cast<std::uint64_t>(name.ticket)) * kSpread;
  mixed = (mixed ^ (mixed >> 32) ^ static_cast<std::uint64_t>(name.key_class)) * kSpread;
  return mixed ^ (mixed >> 29);
}

KeyEntry* ContentCache::find(const KeyName& name) const noexcept {
  const auto place = places_.find(name);
  if (place == places_.end()) return nullptr;
  Node& node = *ring_[place->second];
  node.used.store(true, std::memory_order_relaxed);
  return &node.entry;
}

KeyEntry& ContentCache::insert(const KeyName& name, KeyEntry entry) {
  LETHE_ASSERT(!places_.contains(name));
  if (ring_.size() >= capacity_) evict_one();
  ring_.push_back(std::make_unique<Node>(name, std::move(entry)));
  places_.emplace(name, ring_.size() - 1);
  return ring_.back()->entry;
}

std::optional<KeyEntry> ContentCache::take(const KeyName& name) {
  const auto place = places_.find(name);
  if (place == places_.end()) return std::nullopt;
  KeyEntry entry = std::move(ring_[place->second]->entry);
  remove(place->second);
  return entry;
}

void ContentCache::erase_if(const std::function<bool(const KeyName&)>& matches) {
  for (std::size_t i = ring_.size(); i-- > 0;) {
    if (matches(ring_[i]->name)) remove(i);
  }
}

void ContentCache::evict_one() {
  // Twice round at most: the first round takes every mark away.
  while (true) {
    if (hand_ >= ring_.size()) hand_ = 0;
    if (!ring_[hand_]->used.exchange(false, std::memory_order_relaxed)) break;
    ++hand_;
  }
  remove(hand_);
}

void ContentCache::remove(std::size_t place) {
  places_.erase(ring_[place]->name);
  if (place + 1 != ring_.size()) {
    ring_[place] = std::move(ring_.back());
    places_[ring_[place]->name] = place;
  }
  ring_.pop_back();
}

}  // namespace lethe::vault
