// What is left in this process's memory of keys and texts.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "arena.h"
#include "fixture.h"
#include "lethe/base/locked_memory.h"

namespace lethe::vault {
namespace {

using namespace test;

// Hands out FixedRandom's bytes and remembers every 32-byte key, masked so
// that the list itself is not what a search finds.
class RememberedRandom final : public ports::Random {
 public:
  static constexpr std::uint8_t kMask = 0x5a;
  void fill(std::span<std::uint8_t> out) noexcept override {
    inner_.fill(out);
    if (out.size() != kKeySize) return;
    Bytes masked(out.begin(), out.end());
    for (std::uint8_t& byte : masked) byte ^= kMask;
    keys.push_back(std::move(masked));
  }
  std::vector<Bytes> keys;

 private:
  lethe::test::FixedRandom inner_{4};
};

// A sanitiser keeps copies and huge shadow regions of its own.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
struct Region {
  const std::uint8_t* start;
  std::size_t size;
};

std::vector<Region> writable_regions() {
  std::vector<Region> regions;
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t start = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string mode;
    std::istringstream{line} >> std::hex >> start >> dash >> end >> mode;
    if (!mode.starts_with("rw")) continue;
    regions.push_back({reinterpret_cast<const std::uint8_t*>(start), end - start});
  }
  return regions;
}

// The needle is compared byte by byte against its mask: it stands nowhere in clear.
bool stands_at(const std::uint8_t* place, const Bytes& masked) {
  for (std::size_t i = 0; i < masked.size(); ++i) {
    if ((place[i] ^ RememberedRandom::kMask) != masked[i]) return false;
  }
  return true;
}

std::size_t copies_in_memory(const Bytes& masked) {
  std::size_t copies = 0;
  const int first = masked[0] ^ RememberedRandom::kMask;
  for (const Region& region : writable_regions()) {
    const std::uint8_t* place = region.start;
    const std::uint8_t* const last = region.start + region.size - masked.size();
    while (place < last) {
      const void* const found = std::memchr(place, first, static_cast<std::size_t>(last - place));
      if (found == nullptr) break;
      place = static_cast<const std::uint8_t*>(found);
      if (stands_at(place, masked)) ++copies;
      ++place;
    }
  }
  return copies;
}

TEST_CASE("a content key stands once in memory while in use, and nowhere after its puncture") {
  lethe::test::MemoryKeyring store;
  RememberedRandom random;
  REQUIRE(Vault::create(store, random, core::WorkspaceId::of(7)).has_value());
  const auto vault = *Vault::open(store, random);
  random.keys.clear();
  REQUIRE(vault->seal(body_of(kAda), kCell, Plaintext{"text"}).has_value());
  REQUIRE(vault->commit().has_value());
  REQUIRE(random.keys.size() == 1);
  const Bytes key = random.keys.front();
  CHECK(copies_in_memory(key) == 1);
  REQUIRE(vault->puncture({.persons = {kAda}, .at = kNoon}).has_value());
  CHECK(copies_in_memory(key) == 0);
}

TEST_CASE("root, workspace and bucket keys of before stand nowhere after a turn") {
  lethe::test::MemoryKeyring store;
  RememberedRandom random;
  REQUIRE(Vault::create(store, random, core::WorkspaceId::of(7)).has_value());
  const auto vault = *Vault::open(store, random);
  const Bytes root = random.keys[0];
  const Bytes workspace = random.keys[1];
  CHECK(copies_in_memory(workspace) == 1);
  REQUIRE(vault->turn_root().has_value());
  // The memory store, which stands for the disk, held the root; the vault must not.
  CHECK(copies_in_memory(root) == 0);
  CHECK(copies_in_memory(workspace) == 0);
}
#endif

TEST_CASE("the arena gives back wiped slots and refuses when every one is in use") {
  const auto arena = *KeyArena::make(64);
  std::vector<KeySlot> slots;
  for (int i = 0; i < 64; ++i) {
    slots.push_back(*arena->take());
    std::ranges::fill(slots.back().whole(), std::uint8_t{7});
  }
  CHECK(arena->take().error().code == Errc::busy);
  slots.pop_back();
  const auto again = arena->take();
  REQUIRE(again.has_value());
  CHECK(std::ranges::count(again->whole(), 0) == kSlotSize);
  CHECK(arena->in_use() == 64);
  slots.clear();
  CHECK(arena->in_use() == 1);
}

TEST_CASE("locked memory beyond the limit is an error that says how much is needed") {
  const auto refused = LockedMemory::make(std::size_t{1} << 46);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::unavailable);
}

}  // namespace
}  // namespace lethe::vault
