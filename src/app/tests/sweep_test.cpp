// Old data in front of a newer keyring: who goes unasked, and who only when that is confirmed.
#include "lethe/app/sweep.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

#include "app_fixture.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/people.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"

namespace lethe::app::testing {
namespace {

std::vector<core::PersonId> people(AppFixture& at, int count) {
  std::vector<core::PersonId> ids;
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    ids.clear();
    for (int i = 0; i < count; ++i) {
      LETHE_TRY(const auto address,
                core::EmailAddress::parse("p" + std::to_string(i) + "@example.org"));
      LETHE_TRY(const auto id, find_or_create_person(at.app(), tx, address, "", at.clock.now()));
      ids.push_back(id);
    }
    return {};
  }));
  return ids;
}

// Their keys go, and in time what says that they went: as with a keyring that is not the data's.
void lose_keys(AppFixture& at, std::span<const core::PersonId> persons) {
  expect(at.app().vault.puncture({.persons = {persons.begin(), persons.end()},
                                  .tickets = {},
                                  .superseded = {},
                                  .at = at.clock.now()}));
  at.clock.advance(Days{440});
  expect(at.app().vault.expire(at.clock.now()));
  REQUIRE(expect(at.app().vault.punctures_after(0)).empty());
}

std::int64_t present(AppFixture& at, std::span<const core::PersonId> persons) {
  return std::ranges::count_if(persons, [&](core::PersonId id) { return at.person_exists(id); });
}

TEST_CASE("of persons without key and record 50 that are over 1 % are swept only when confirmed") {
  struct Case {
    int all, lost;
    bool asks;
  };
  for (const Case& c :
       {Case{60, 49, false}, Case{60, 50, true}, Case{5000, 50, false}, Case{4999, 50, true}}) {
    CAPTURE(c.all);
    CAPTURE(c.lost);
    AppFixture at;
    const auto all = people(at, c.all);
    const auto lost = std::span{all}.first(static_cast<std::size_t>(c.lost));
    at.back_up();
    lose_keys(at, lost);
    at.put_back_marked();
    const auto first = sweep(at.app(), ConfirmSweep::no);
    REQUIRE(first.has_value() == !c.asks);
    if (c.asks) {
      CHECK(first.error().code == Errc::needs_confirmation);
      CHECK(first.error().detail.starts_with("50 of " + std::to_string(c.all) + " persons"));
      CHECK(present(at, lost) == c.lost);
      CHECK(expect(sweep(at.app(), ConfirmSweep::yes)).persons == c.lost);
    } else {
      CHECK(first->persons == c.lost);
    }
    CHECK(present(at, lost) == 0);
    CHECK(present(at, all) == c.all - c.lost);
  }
}

TEST_CASE("the rules of a backup erase nothing before the night after its restore") {
  AppFixture at;
  expect(create_rule(at.app(), boost::json::object{{"name", "old ones"}, {"days", 1}}));
  expect(set_retention_enabled(at.app(), true));
  const auto ticket = at.ticket("ann@example.org");
  at.set_status(ticket, "closed");
  at.back_up();
  at.clock.advance(Days{10});
  at.put_back_marked();
  expect(sweep(at.app(), ConfirmSweep::no));
  expect(keep_house(at.app()));
  CHECK_FALSE(at.row(ticket).erased);
  at.clock.advance(Days{1});
  expect(keep_house(at.app()));
  CHECK(at.row(ticket).erased);
}

TEST_CASE("of persons whose erasure is on record any number goes unasked") {
  AppFixture at;
  const auto all = people(at, 60);
  at.back_up();
  expect(at.app().vault.puncture(
      {.persons = all, .tickets = {}, .superseded = {}, .at = at.clock.now()}));
  at.put_back();
  CHECK(expect(sweep(at.app(), ConfirmSweep::no)).persons == 60);
  CHECK(present(at, all) == 0);
}

}  // namespace
}  // namespace lethe::app::testing
