// When a solved ticket becomes closed is a setting that every judge reads alike.
#include "lethe/app/endings.h"

#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/tickets.h"

namespace lethe::app::testing {
namespace {

namespace json = boost::json;
using core::TicketStatus;

Endings stored(AppFixture& at) {
  Endings endings;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(endings, read_endings(tx));
    return {};
  }));
  return endings;
}

core::TicketId solved_ticket(AppFixture& at) {
  const auto ticket = at.ticket("ann@example.org");
  at.set_status(ticket, "solved");
  return ticket;
}

TEST_CASE(
    "nobody set anything: solved tickets close after seven days, and orphans go after thirty") {
  AppFixture at;
  CHECK(stored(at) == Endings{});
  CHECK(stored(at).close_solved_after == Days{7});
  CHECK(stored(at).orphan_after == Days{30});
}

TEST_CASE("endings come back as they were set, and not at all when one is out of its bounds") {
  AppFixture at;
  const Endings set{
      .close_solved_after = Days{0}, .resolved_is_closed = true, .orphan_after = std::nullopt};
  expect(change_endings(at.app(), set));
  CHECK(stored(at) == set);
  const auto refused = [&](const Endings& endings) {
    const Status changed = change_endings(at.app(), endings);
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == Errc::out_of_range);
    return changed.error().field;
  };
  CHECK(refused({.close_solved_after = Days{-1}}) == "close_solved_days");
  CHECK(refused({.close_solved_after = Days{3651}}) == "close_solved_days");
  CHECK(refused({.orphan_after = Days{0}}) == "orphan_days");
  CHECK(refused({.orphan_after = Days{3651}}) == "orphan_days");
  CHECK(stored(at) == set);
  const Endings longest{.close_solved_after = Days{3650}, .orphan_after = Days{3650}};
  expect(change_endings(at.app(), longest));
  CHECK(stored(at) == longest);
}

TEST_CASE("endings that are stored damaged stop the rules, and are not read as no days at all") {
  AppFixture at;
  const auto read_as_stored = [&](std::string_view text) {
    expect(at.app().store.write(
        [&](ports::Writing& tx) { return tx.catalog().set_setting("retention.endings", text); }));
    return at.app().store.read([](const ports::Reading& tx) -> Status {
      LETHE_CHECK(read_endings(tx));
      return {};
    });
  };
  CHECK(read_as_stored("{}"));
  CHECK(stored(at) == Endings{});
  for (const char* damaged : {R"({"orphan_days":0})", R"({"close_solved_days":-1})",
                              R"({"orphan_days":"soon"})", R"({"close_solved_days":99999})"}) {
    CAPTURE(damaged);
    const Status read = read_as_stored(damaged);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::corrupt);
    CHECK_FALSE(run_retention(at.app(), {}));
  }
}

TEST_CASE("with 0 days a ticket that is solved is closed in the same step") {
  AppFixture at;
  expect(change_endings(at.app(), {.close_solved_after = Days{0}}));
  const auto state = at.row(solved_ticket(at)).state;
  CHECK(state.status == TicketStatus::closed);
  CHECK(state.closed == kStart);
}

TEST_CASE("the job closes at the second the set days end, with that second as the date") {
  AppFixture at;
  expect(change_endings(at.app(), {.close_solved_after = Days{2}}));
  const auto ticket = solved_ticket(at);
  at.clock.set(kStart + Days{2} - Seconds{1});
  CHECK(expect(close_solved_tickets(at.app())) == 0);
  CHECK(at.row(ticket).state.status == TicketStatus::solved);
  at.clock.set(kStart + Days{5});
  CHECK(expect(close_solved_tickets(at.app())) == 1);
  CHECK(at.row(ticket).state.status == TicketStatus::closed);
  CHECK(at.row(ticket).state.closed == kStart + Days{2});
}

TEST_CASE("more days than seven keep a solved ticket solved for as long") {
  AppFixture at;
  expect(change_endings(at.app(), {.close_solved_after = Days{20}}));
  const auto ticket = solved_ticket(at);
  at.clock.set(kStart + Days{20} - Seconds{1});
  CHECK(expect(close_solved_tickets(at.app())) == 0);
  at.clock.set(kStart + Days{20});
  CHECK(expect(close_solved_tickets(at.app())) == 1);
  CHECK(at.row(ticket).state.closed == kStart + Days{20});
}

TEST_CASE(
    "forecast, preview and run take the days that are set, and a preview those that would be") {
  AppFixture at;
  expect(create_rule(at.app(), json::object{{"name", "old ones"}, {"days", 10}}));
  expect(change_endings(at.app(), {.close_solved_after = Days{3}}));
  solved_ticket(at);
  const Instant ends[] = {kStart + Days{13} - Seconds{1}, kStart + Days{13}};
  const auto periods = expect(forecast_until(at.app(), ends));
  CHECK(periods[0].tickets == 0);
  CHECK(periods[1].tickets == 1);
  const auto goes_at = [&](Days day, std::optional<Endings> endings) {
    PreviewOrder order;
    order.endings = endings;
    order.at = kStart + day;
    return expect(preview(at.app(), order)).now.tickets;
  };
  CHECK(goes_at(Days{12}, {}) == 0);
  CHECK(goes_at(Days{13}, {}) == 1);
  CHECK(goes_at(Days{9}, Endings{.close_solved_after = Days{0}}) == 0);
  CHECK(goes_at(Days{10}, Endings{.close_solved_after = Days{0}}) == 1);
  CHECK(goes_at(Days{16}, Endings{}) == 0);
  CHECK(goes_at(Days{17}, Endings{}) == 1);
  at.clock.set(kStart + Days{13} - Seconds{1});
  CHECK(expect(run_retention(at.app(), {})).tickets == 0);
  at.clock.set(kStart + Days{13});
  CHECK(expect(run_retention(at.app(), {})).tickets == 1);
}

TEST_CASE("shorter days bring forward what was looked at before") {
  AppFixture at;
  expect(create_rule(at.app(), json::object{{"name", "old ones"}, {"days", 10}}));
  solved_ticket(at);
  at.clock.set(kStart + Days{12});
  CHECK(expect(run_retention(at.app(), {})).tickets == 0);  // dated for day 17
  expect(change_endings(at.app(), {.close_solved_after = Days{1}}));
  CHECK(expect(run_retention(at.app(), {})).tickets == 1);
}

}  // namespace
}  // namespace lethe::app::testing
