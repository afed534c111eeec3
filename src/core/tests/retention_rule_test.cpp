#include "lethe/core/retention_rule.h"

#include <doctest/doctest.h>

#include "lethe/core/retention_facts.h"

using namespace lethe;
using namespace lethe::core;
using namespace lethe::core::retention;

namespace {

RuleSpec spec(Profile profile, std::int64_t days, Mode mode = Mode::all) {
  return {.id = RuleId::of(1), .profile = profile, .age = Days{days}, .mode = mode};
}
std::string field_of(RuleSpec rule) {
  const auto made = make_rule(std::move(rule));
  return made ? "" : made.error().field;
}
Instant noon(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) /
                               static_cast<int>(day)} +
         std::chrono::hours{12};
}
Instant new_year(int year) { return std::chrono::sys_days{std::chrono::year{year} / 1 / 1}; }
std::vector<Rule> rules(int count) {
  std::vector<Rule> made;
  for (int i = 1; i <= count; ++i) {
    RuleSpec one = spec(Profile::native, 10);
    one.id = RuleId::of(i);
    one.enabled = i % 2 == 0;
    one.position = count - i + 1;
    made.push_back(*make_rule(one));
  }
  return made;
}

}  // namespace

TEST_CASE("ages end at 1460 days in the compatible profile and at 3650 in the native one") {
  for (const std::int64_t days : {std::int64_t{1}, std::int64_t{1460}}) {
    CHECK(field_of(spec(Profile::compatible, days)).empty());
  }
  for (const std::int64_t days :
       {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1461}, INT64_MAX, INT64_MIN}) {
    CHECK(field_of(spec(Profile::compatible, days)) == "days");
  }
  CHECK(field_of(spec(Profile::native, 3650)).empty());
  CHECK(field_of(spec(Profile::native, 3651)) == "days");
  CHECK(field_of(spec(Profile::native, 0)) == "days");
}

TEST_CASE("mode each, calendar years and the customer's last message belong to native rules") {
  CHECK(field_of(spec(Profile::native, 10, Mode::each)).empty());
  CHECK(field_of(spec(Profile::compatible, 10, Mode::each)) == "mode");
  RuleSpec years = spec(Profile::compatible, 10);
  years.age = CalendarYears{1};
  CHECK(field_of(years) == "calendar_years");
  RuleSpec message = spec(Profile::compatible, 10);
  message.anchor = Anchor::last_customer_message;
  CHECK(field_of(message) == "anchor");
  message.profile = Profile::native;
  CHECK(field_of(message).empty());
}

TEST_CASE("one to ten calendar years") {
  RuleSpec years = spec(Profile::native, 10);
  for (const int count : {1, 10}) {
    years.age = CalendarYears{count};
    CHECK(field_of(years).empty());
  }
  for (const int count : {0, 11, -1}) {
    years.age = CalendarYears{count};
    CHECK(field_of(years) == "calendar_years");
  }
}

TEST_CASE("a calendar year ends with its last second, leap year or not") {
  CHECK(due_after(noon(2026, 5, 5), CalendarYears{3}) == new_year(2030));
  CHECK(due_after(new_year(2026), CalendarYears{1}) == new_year(2028));
  CHECK(due_after(new_year(2026) - Seconds{1}, CalendarYears{1}) == new_year(2027));
  CHECK(due_after(noon(2024, 2, 29), CalendarYears{1}) == new_year(2026));
  CHECK(due_after(noon(2023, 12, 31), CalendarYears{1}) == new_year(2025));
  CHECK(due_after(instant_of(-1), CalendarYears{1}) == new_year(1971));
}

TEST_CASE("a day of a rule is 86400 seconds, across the 29th of February too") {
  CHECK(due_after(noon(2024, 2, 28), Days{2}) == noon(2024, 3, 1));
  CHECK(due_after(noon(2023, 2, 28), Days{1}) == noon(2023, 3, 1));
  CHECK(due_after(noon(2024, 1, 1), Days{365}) == noon(2024, 12, 31));
}

TEST_CASE("the eleventh rule is refused even when others are disabled") {
  CHECK(make_rule_list(rules(10)));
  const auto eleven = make_rule_list(rules(11));
  REQUIRE_FALSE(eleven);
  CHECK(eleven.error().code == Errc::out_of_range);
  CHECK(eleven.error().field == "rules");
  CHECK(make_rule_list(rules(11), 20));
}

TEST_CASE("rules stand in the order of their positions") {
  const auto list = *make_rule_list(rules(3));
  std::vector<std::int64_t> ids;
  for (const Rule& rule : list) ids.push_back(rule.id().value());
  CHECK(ids == std::vector<std::int64_t>{3, 2, 1});
}

TEST_CASE("two rules with one id are refused") {
  auto twice = rules(1);
  twice.push_back(twice.front());
  CHECK(make_rule_list(twice).error().field == "id");
}

TEST_CASE("a star takes what has no value, a list never does, an empty list takes nothing") {
  const std::vector<std::string> none;
  const std::vector<std::string> x_and_z{"x", "z"};
  CHECK(Filter::everything().takes(std::nullopt));
  CHECK(Filter::everything().takes_any(none));
  CHECK_FALSE(Filter::one_of({"G"}).takes(std::nullopt));
  CHECK_FALSE(Filter::one_of({"x"}).takes_any(none));
  CHECK(Filter::one_of({"G", "H"}).takes("H"));
  CHECK_FALSE(Filter::one_of({"G"}).takes("g"));
  CHECK_FALSE(Filter::one_of({"*"}).takes(std::nullopt));
  CHECK(Filter::one_of({"x", "y"}).takes_any(x_and_z));
  CHECK_FALSE(Filter::one_of({}).takes("G"));
  CHECK_FALSE(Filter::one_of({}).takes_any(x_and_z));
}

TEST_CASE("the delay is 0, 30, 60 or 90 days and the grace period 7 to 90") {
  for (const int days : {0, 30, 60, 90}) CHECK(make_policy({.delay = Days{days}}));
  for (const int days : {-30, 1, 29, 31, 91, 120}) {
    CHECK(make_policy({.delay = Days{days}}).error().field == "delay_days");
  }
  for (const int days : {7, 90}) CHECK(make_policy({.grace = Days{days}}));
  for (const int days : {6, 91}) {
    CHECK(make_policy({.grace = Days{days}}).error().field == "grace_days");
  }
}

TEST_CASE("names of modes, anchors and profiles are read back") {
  for (const Mode mode : {Mode::each, Mode::all, Mode::any})
    CHECK(*parse_mode(name_of(mode)) == mode);
  for (const Profile profile : {Profile::native, Profile::compatible}) {
    CHECK(*parse_profile(name_of(profile)) == profile);
  }
  for (const Anchor anchor :
       {Anchor::closed, Anchor::created, Anchor::updated, Anchor::last_customer_message}) {
    CHECK(*parse_anchor(name_of(anchor)) == anchor);
  }
  CHECK(parse_mode("ALL").error().field == "mode");
  CHECK(parse_anchor("").error().field == "anchor");
}
