#include "lethe/app/holds.h"

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/sweep.h"

namespace lethe::app::testing {
namespace {

std::vector<HoldView> holds(AppFixture& at) {
  std::vector<HoldView> views;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(auto rows, tx.retention().holds());
    LETHE_TRY(views, view_holds(at.app(), tx, std::move(rows)));
    return {};
  }));
  return views;
}

HoldOrder on_person(AppFixture& at, std::string_view address, core::AgentId by) {
  return {.person = at.person(address),
          .ticket = std::nullopt,
          .ground = "art-17-3-e",
          .reason = "a claim before the court of Ghent",
          .by = by,
          .until = std::nullopt};
}

TEST_CASE("a hold refuses the erasure it names, and lifting it lets go") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  at.ticket("ann@example.org");
  const auto id = expect(place_hold(at.app(), on_person(at, "ann@example.org", boss)));
  const ErasureOrder order{.person = at.person("ann@example.org"), .tickets = {}};
  const auto refused = approve_erasure(at.app(), order);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().detail.find("art-17-3-e") != std::string::npos);
  expect(lift_hold(at.app(), id));
  CHECK(approve_erasure(at.app(), order).has_value());
  CHECK(lift_hold(at.app(), id).error().code == Errc::not_found);
}

TEST_CASE("a hold that has ended holds nothing, and holds until its last second") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  at.ticket("ann@example.org");
  HoldOrder order = on_person(at, "ann@example.org", boss);
  order.until = kStart + Days{1};
  expect(place_hold(at.app(), order));
  const ErasureOrder erase{.person = at.person("ann@example.org"), .tickets = {}};
  at.clock.set(kStart + Days{1} - Seconds{1});
  CHECK_FALSE(approve_erasure(at.app(), erase).has_value());
  at.clock.set(kStart + Days{1});
  CHECK(approve_erasure(at.app(), erase).has_value());
}

TEST_CASE("the reason of a hold is sealed, also of a hold on a ticket") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  expect(place_hold(at.app(), {.person = std::nullopt,
                               .ticket = ticket,
                               .ground = "art-17-3-b",
                               .reason = "tax office of Ghent",
                               .by = boss}));
  at.restart();
  CHECK_FALSE(at.lies_in_clear("tax office"));
  const auto shown = holds(at);
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].reason == "tax office of Ghent");
  CHECK(shown[0].row.ticket == ticket);
}

TEST_CASE("what is no hold is refused with the field at fault") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  const auto ticket = at.ticket("ann@example.org");
  const auto field_of = [&](const HoldOrder& order) {
    const auto placed = place_hold(at.app(), order);
    REQUIRE_FALSE(placed.has_value());
    return placed.error().field;
  };
  HoldOrder order = on_person(at, "ann@example.org", boss);
  order.ticket = ticket;
  CHECK(field_of(order) == "person");
  order = on_person(at, "ann@example.org", boss);
  order.ground = "because";
  CHECK(field_of(order) == "ground");
  order = on_person(at, "ann@example.org", boss);
  order.until = kStart;
  CHECK(field_of(order) == "until");
  order = on_person(at, "ann@example.org", boss);
  order.reason = std::string(2'001, 'x');
  CHECK(field_of(order) == "reason");
}

TEST_CASE("a restore of older data brings back the hold placed since, not the one lifted since") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  for (const char* address : {"ann@example.org", "bob@example.org", "eve@example.org"}) {
    at.ticket(address);
  }
  const auto lifted = expect(place_hold(at.app(), on_person(at, "ann@example.org", boss)));
  at.back_up();
  expect(lift_hold(at.app(), lifted));
  const auto placed = expect(place_hold(at.app(), on_person(at, "bob@example.org", boss)));
  expect(set_frozen(at.app(), at.person("eve@example.org"), Frozen::yes));
  at.put_back_marked();
  REQUIRE(holds(at).at(0).row.id == lifted);  // the backup itself knows nothing of it
  expect(sweep(at.app(), ConfirmSweep::no));
  const auto now = holds(at);
  REQUIRE(now.size() == 1);
  CHECK(now[0].row.id == placed);
  CHECK(now[0].reason == "a claim before the court of Ghent");
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.people().find(at.person("eve@example.org")));
    CHECK(row.frozen);
    return {};
  }));
  CHECK(expect(replay_notes(at.app())).holds_placed == 0);
}

TEST_CASE("a hold placed since is there again in data that other tools than ours put back") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  at.ticket("ann@example.org");
  at.back_up();
  const auto placed = expect(place_hold(at.app(), on_person(at, "ann@example.org", boss)));
  at.put_back();
  REQUIRE(holds(at).empty());
  const auto report = expect(sweep(at.app(), ConfirmSweep::no));
  CHECK_FALSE(report.restored);
  REQUIRE(holds(at).size() == 1);
  CHECK(holds(at)[0].row.id == placed);
  // Once seen, a note is not read as a sign of older data again.
  expect(lift_hold(at.app(), placed));
  at.restart();
  expect(at.app().vault.turn_root());
  expect(sweep(at.app(), ConfirmSweep::no));
  CHECK(holds(at).empty());
}

TEST_CASE("of orders recorded together only the one that a hold stops is left out") {
  AppFixture at;
  const auto boss = at.agent("boss@example.com");
  at.ticket("ann@example.org");
  at.ticket("bob@example.org");
  const auto ann = at.person("ann@example.org");
  const auto bob = at.person("bob@example.org");
  expect(place_hold(at.app(), on_person(at, "ann@example.org", boss)));
  const std::vector<ErasureOrder> orders{{.person = ann, .tickets = {}},
                                         {.person = bob, .tickets = {}}};
  const auto ids = expect(approve_erasures(at.app(), orders));
  REQUIRE(ids.size() == 2);
  CHECK_FALSE(ids[0]);
  REQUIRE(ids[1]);
  // It is recorded: the same again is a conflict of its own.
  CHECK_FALSE(expect(approve_erasures(at.app(), orders)).at(1));
  CHECK(expect(approve_erasures(at.app(), {})).empty());
  const core::ErasureId approved[] = {*ids[1]};
  expect(run_erasures(at.app(), approved));
  CHECK(at.person_exists(ann));
  CHECK_FALSE(at.person_exists(bob));
}

}  // namespace
}  // namespace lethe::app::testing
