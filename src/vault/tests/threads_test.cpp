#include <atomic>
#include <thread>

#include "fixture.h"

namespace lethe::vault {
namespace {

using namespace test;

TEST_CASE("threads seal, open, commit and erase side by side without losing a cell") {
  Fixture f;
  std::atomic<int> wrong{0};
  std::atomic<bool> erasing{true};
  const auto work = [&](std::int64_t first) {
    for (std::int64_t i = 0; i < 3000; ++i) {
      const KeyRef key = KeyRef::profile(core::PersonId::of(first + i % 700));
      const auto cell = f.vault->seal(key, kCell, Plaintext{"text"});
      if (!cell) {
        ++wrong;
        continue;
      }
      const auto text = f.vault->unseal(key, kCell, *cell);
      if (!text || text->reveal() != "text") ++wrong;
      if (i % 100 == 0 && !f.vault->commit()) ++wrong;
    }
  };
  {
    std::jthread one{work, 10'000};
    std::jthread two{work, 10'350};  // half of the persons are shared
    std::jthread eraser{[&] {
      for (std::int64_t i = 0; i < 40 && erasing; ++i) {
        const core::PersonId victim = core::PersonId::of(500'000 + i);
        const auto cell = f.vault->seal(KeyRef::profile(victim), kCell, Plaintext{"x"});
        const auto receipt = f.vault->puncture({.persons = {victim}, .at = kNoon});
        if (!cell || !receipt || f.vault->unseal(KeyRef::profile(victim), kCell, *cell)) ++wrong;
      }
    }};
  }
  CHECK(wrong == 0);
  f.commit();
  CHECK(f.vault->counts()->persons == 1050);
}

TEST_CASE("two threads that meet a new person at once agree on the key") {
  Fixture f;
  for (std::int64_t round = 1; round <= 200; ++round) {
    const KeyRef key = body_of(core::PersonId::of(round));
    std::optional<Ciphertext> first;
    std::optional<Ciphertext> second;
    {
      std::jthread one{[&] { first = f.sealed(key, "one"); }};
      std::jthread two{[&] { second = f.sealed(key, "two"); }};
    }
    CHECK(f.opened(key, *first) == "one");
    CHECK(f.opened(key, *second) == "two");
  }
}

}  // namespace
}  // namespace lethe::vault
