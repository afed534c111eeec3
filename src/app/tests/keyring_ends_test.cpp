// What the keyring keeps for a time only, ended by the house.
#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/holds.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/sweep.h"

namespace lethe::app::testing {
namespace {

void erase(AppFixture& at, std::string_view address) {
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person(address), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
}

core::HoldId hold(AppFixture& at, std::string_view address, core::AgentId by) {
  return expect(place_hold(at.app(), {.person = at.person(address),
                                      .ticket = std::nullopt,
                                      .ground = "art-17-3-e",
                                      .reason = "a claim",
                                      .by = by,
                                      .until = std::nullopt}));
}

std::vector<HoldView> holds(AppFixture& at) {
  std::vector<HoldView> views;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(auto rows, tx.retention().holds());
    LETHE_TRY(views, view_holds(at.app(), tx, std::move(rows)));
    return {};
  }));
  return views;
}

void keep_house_for(AppFixture& at, Days days) {
  for (Days passed{0}; passed < days; passed += Days{1}) {
    at.clock.advance(Days{1});
    expect(keep_house(at.app()));
  }
}

bool is_tombstoned(AppFixture& at, std::string_view address) {
  return expect(at.app().vault.is_tombstoned(address));
}

TEST_CASE(
    "the house forgets whom a tombstone names in its 14th month and not before its 13th ends") {
  AppFixture at;
  at.ticket("ann@example.org");
  erase(at, "ann@example.org");
  CHECK(is_tombstoned(at, "ann@example.org"));
  at.clock.advance(Days{396});
  expect(keep_house(at.app()));
  CHECK(is_tombstoned(at, "ann@example.org"));
  at.clock.advance(Days{34});
  const auto generation = at.app().vault.generation();
  expect(keep_house(at.app()));
  CHECK_FALSE(is_tombstoned(at, "ann@example.org"));
  // Its key is destroyed, not only out of use: the root was turned.
  CHECK(at.app().vault.generation() > generation);
  CHECK(expect(at.app().vault.counts()).tombstones == 0);
}

TEST_CASE("the root is turned once a week where nothing is erased, and not in the first one") {
  AppFixture at;
  expect(keep_house(at.app()));
  const auto first = at.app().vault.generation();
  keep_house_for(at, Days{6});
  CHECK(at.app().vault.generation() == first);
  keep_house_for(at, Days{1});
  CHECK(at.app().vault.generation() == first + 1);
  expect(keep_house(at.app()));
  keep_house_for(at, Days{6});
  CHECK(at.app().vault.generation() == first + 1);
  at.restart();
  keep_house_for(at, Days{1});
  CHECK(at.app().vault.generation() == first + 2);
}

TEST_CASE("the house writes nothing into the keyring twice in a night") {
  AppFixture at;
  expect(keep_house(at.app()));
  const auto sequence = at.app().vault.sequence();
  expect(keep_house(at.app()));
  CHECK(at.app().vault.sequence() == sequence);
}

TEST_CASE("holds and freezes that stand for longer than notes last come back with old data") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  for (const char* address : {"ann@example.org", "bob@example.org", "eve@example.org"}) {
    at.ticket(address);
  }
  at.back_up();
  const auto placed = hold(at, "ann@example.org", boss);
  expect(lift_hold(at.app(), hold(at, "bob@example.org", boss)));
  expect(set_frozen(at.app(), at.person("eve@example.org"), Frozen::yes));
  at.clock.advance(Days{366});
  expect(keep_house(at.app()));
  at.clock.advance(Days{64});
  expect(keep_house(at.app()));
  // The first notes have ended, and of the hold that was lifted nothing is left.
  CHECK(expect(at.app().vault.notes_after(std::nullopt)).size() == 2);
  at.put_back_marked();
  expect(sweep(at.app(), ConfirmSweep::no));
  const auto now = holds(at);
  REQUIRE(now.size() == 1);
  CHECK(now[0].row.id == placed);
  CHECK(now[0].reason == "a claim");
  CHECK(now[0].row.created_at == kStart);
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.people().find(at.person("eve@example.org")));
    CHECK(row.frozen);
    return {};
  }));
}

}  // namespace
}  // namespace lethe::app::testing
