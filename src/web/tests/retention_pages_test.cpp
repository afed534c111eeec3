// The pages of retention: what they say is what happens, and what they ask before it does.
#include <boost/json.hpp>
#include <optional>

#include "app_fixture.h"
#include "browser.h"
#include "lethe/app/endings.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
namespace rt = core::retention;
using app::testing::AppFixture;
using app::testing::expect;
using testing::Browser;
using testing::form;
using web_protocol::Fields;
using web_protocol::Response;

constexpr std::string_view kRun = "/retention/runs/{id}";
constexpr std::string_view kConfirm = "/retention/runs/{id}/confirm";
constexpr std::string_view kPolicy = "/retention/policy";
constexpr std::string_view kRule = "/retention/rules/{id}";

struct Desk {
  // In a session of now: the clock goes by days here.
  Browser& officer() { return browser_.emplace(at, officer_id_); }

  rt::Rule rule(json::object document) { return expect(app::create_rule(at.app(), document)); }
  void closed_tickets(int count) {
    for (int n = 0; n < count; ++n) {
      at.set_status(at.ticket("p" + std::to_string(n) + "@example.org"), "closed");
    }
  }
  ports::RunRow run() { return expect(app::run_retention(at.app(), {})); }
  rt::Settings settings() {
    rt::Settings settings;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(settings, app::read_retention_settings(at.app(), tx));
      return {};
    }));
    return settings;
  }

  AppFixture at;

 private:
  core::AgentId officer_id_ = at.agent("officer@example.org", ports::Role::privacy_officer);
  std::optional<Browser> browser_;
};

// What is not said of a policy is as it is by default.
Fields policy(std::string_view keep, std::string_view delay, std::string_view confirm = {}) {
  return form({{"keep_contact", std::string{keep}},
               {"deletion", "erase"},
               {"delay_days", std::string{delay}},
               {"grace_days", "30"},
               {"confirm", std::string{confirm}}});
}

TEST_CASE("a run that waits says that nothing was erased, and its page confirms it") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 1}});
  expect(app::change_policy(desk.at.app(), json::object{{"keep_contact", true}}));
  CHECK(desk.run().state == ports::RunState::done);  // 0 are confirmed
  desk.closed_tickets(60);
  desk.at.clock.advance(Days{1});
  const auto waits = desk.run();
  REQUIRE(waits.state == ports::RunState::needs_confirmation);
  const std::string id = waits.id.to_string();
  CHECK(desk.officer().get("/retention").body.contains("waits for your confirmation"));
  const std::string page = desk.officer().get(kRun, {id}).body;
  CHECK(page.contains("Nothing was erased yet."));
  CHECK(page.contains("tickets would be erased"));
  CHECK_FALSE(page.contains("tickets erased<"));
  const Response confirmed = desk.officer().post(kConfirm, {id}, {});
  CHECK(confirmed.status == 303);
  CHECK_FALSE(confirmed.headers.get("Location").contains(id));
  CHECK(desk.run().tickets == 0);
  CHECK_FALSE(desk.officer().get(kRun, {id}).body.contains("Confirm and erase"));
  CHECK(desk.officer().post(kConfirm, {id}, {}).status == 409);
}

TEST_CASE("run now keeps to what the dry run showed") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 1}});
  expect(app::change_policy(desk.at.app(), json::object{{"keep_contact", true}}));
  desk.closed_tickets(60);
  desk.at.clock.advance(Days{1});
  const Response shown = desk.officer().post("/retention/runs", {}, form({{"dry", "1"}}));
  CHECK(shown.body.contains("name=\"shown\" value=\"60\""));
  // Somebody else's page, from before the tickets were due.
  const Response late = desk.officer().post("/retention/runs", {}, form({{"shown", "0"}}));
  REQUIRE(late.status == 303);
  CHECK(desk.officer().get("/retention").body.contains("waits for your confirmation"));
  CHECK(desk.officer().post("/retention/runs", {}, form({{"shown", "60"}})).status == 303);
  CHECK(desk.run().tickets == 0);
}

TEST_CASE("a policy that makes more go is saved with the number typed, and not before") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 1}});
  expect(app::change_policy(desk.at.app(), json::object{{"keep_contact", true}}));
  desk.closed_tickets(3);
  desk.at.clock.advance(Days{1});
  CHECK(desk.run().tickets == 3);
  const Response asked = desk.officer().post(kPolicy, {}, policy("0", "0"));
  CHECK(asked.status == 422);
  CHECK(asked.body.contains("3 people"));
  CHECK(desk.settings().policy.spec().keep_contact);
  CHECK(desk.officer().post(kPolicy, {}, policy("0", "0", "2")).status == 422);
  CHECK(desk.settings().policy.spec().keep_contact);
  CHECK(desk.officer().post(kPolicy, {}, policy("0", "0", "3")).status == 303);
  CHECK_FALSE(desk.settings().policy.spec().keep_contact);
  // Less is nobody's question.
  CHECK(desk.officer().post(kPolicy, {}, policy("1", "0")).status == 303);
}

app::Endings endings_of(Desk& desk) {
  app::Endings endings;
  expect(desk.at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(endings, app::read_endings(tx));
    return {};
  }));
  return endings;
}

Fields policy_with(std::string_view close_solved, std::string_view orphans,
                   std::string_view confirm = {}) {
  Fields fields = policy("1", "30", confirm);
  fields.add("close_solved_days", std::string{close_solved});
  fields.add("orphan_days", std::string{orphans});
  return fields;
}

TEST_CASE("the days of solved tickets and of orphans are set on the page, and shown there") {
  Desk desk;
  const std::string fresh = desk.officer().get(kPolicy).body;
  CHECK(fresh.contains(
      "name=\"close_solved_days\" type=\"number\" min=\"0\" max=\"3650\" value=\"7\""));
  CHECK(fresh.contains("name=\"orphan_days\" type=\"number\" min=\"1\" max=\"3650\" value=\"30\""));
  CHECK_FALSE(fresh.contains("name=\"resolved_is_closed\" value=\"1\" checked"));
  Fields wanted = policy_with("0", "");
  wanted.add("resolved_is_closed", "1");
  REQUIRE(desk.officer().post(kPolicy, {}, wanted).status == 303);
  CHECK(endings_of(desk) == app::Endings{.close_solved_after = Days{0},
                                         .resolved_is_closed = true,
                                         .orphan_after = std::nullopt});
  const std::string shown = desk.officer().get(kPolicy).body;
  CHECK(shown.contains(
      "name=\"close_solved_days\" type=\"number\" min=\"0\" max=\"3650\" value=\"0\""));
  CHECK(shown.contains("name=\"orphan_days\" type=\"number\" min=\"1\" max=\"3650\" value=\"\""));
  CHECK(shown.contains("name=\"resolved_is_closed\" value=\"1\" checked"));
  // A form without the days leaves them.
  REQUIRE(desk.officer().post(kPolicy, {}, policy("1", "30")).status == 303);
  CHECK(endings_of(desk).close_solved_after == Days{0});
  CHECK_FALSE(endings_of(desk).orphan_after);
  CHECK_FALSE(endings_of(desk).resolved_is_closed);
}

TEST_CASE("days out of their bounds are refused, and nothing of the form is kept") {
  Desk desk;
  for (const auto& [close_solved, orphans] :
       {std::pair{"-1", "30"}, std::pair{"3651", "30"}, std::pair{"", "30"},
        std::pair{"soon", "30"}, std::pair{"7", "0"}, std::pair{"7", "3651"},
        std::pair{"7", "never"}}) {
    CAPTURE(close_solved);
    CAPTURE(orphans);
    Fields wrong = policy_with(close_solved, orphans);
    wrong.add("emails", "nobody@example.org");
    const Response refused = desk.officer().post(kPolicy, {}, wrong);
    CHECK(refused.status == 422);
    CHECK(refused.body.contains("to 3650 days"));
    CHECK(refused.body.contains("nobody@example.org"));
    CHECK(endings_of(desk) == app::Endings{});
    CHECK(desk.settings().exceptions.emails.empty());
  }
}

TEST_CASE("closing solved tickets sooner asks for the number that goes then") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 5}});
  expect(app::change_policy(desk.at.app(), json::object{{"keep_contact", true}}));
  for (const char* address : {"ann@example.org", "bob@example.org"}) {
    desk.at.set_status(desk.at.ticket(address), "solved");
  }
  desk.at.clock.advance(Days{6});
  const Response asked = desk.officer().post(kPolicy, {}, policy_with("1", "30"));
  CHECK(asked.status == 422);
  CHECK(asked.body.contains("2 tickets"));
  CHECK(endings_of(desk).close_solved_after == Days{7});
  CHECK(desk.officer().post(kPolicy, {}, policy_with("1", "30", "2")).status == 303);
  CHECK(endings_of(desk).close_solved_after == Days{1});
  CHECK(desk.run().tickets == 2);
}

TEST_CASE("solved counts as closed for the rules once it is ticked, and its number is typed") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 5}});
  expect(app::change_policy(desk.at.app(), json::object{{"keep_contact", true}}));
  desk.at.set_status(desk.at.ticket("ann@example.org"), "solved");
  desk.at.clock.advance(Days{5});
  CHECK(desk.run().tickets == 0);
  Fields ticked = policy_with("7", "30");
  ticked.add("resolved_is_closed", "1");
  CHECK(desk.officer().post(kPolicy, {}, ticked).status == 422);
  Fields typed = policy_with("7", "30", "1");
  typed.add("resolved_is_closed", "1");
  CHECK(desk.officer().post(kPolicy, {}, typed).status == 303);
  CHECK(desk.run().tickets == 1);
}

TEST_CASE("an exception that is taken away asks for the number that goes then") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 1}});
  desk.closed_tickets(1);
  expect(app::change_policy(desk.at.app(), json::object{{"keep_contact", true}}));
  Fields excepted = policy("1", "30");
  excepted.add("emails", "p0@example.org, nobody@example.org");
  CHECK(desk.officer().post(kPolicy, {}, excepted).status == 303);
  desk.at.clock.advance(Days{1});
  CHECK(desk.officer().post(kPolicy, {}, policy("1", "30")).status == 422);
  CHECK(desk.settings().exceptions.emails.size() == 2);
  CHECK(desk.officer().post(kPolicy, {}, policy("1", "30", "1")).status == 303);
  CHECK(desk.settings().exceptions.emails.empty());
}

TEST_CASE("a rule that is on is not made shorter without the number of tickets") {
  Desk desk;
  const auto rule = desk.rule({{"name", "old ones"}, {"days", 100}});
  desk.closed_tickets(2);
  desk.at.clock.advance(Days{10});
  const std::string id = rule.id().to_string();
  const auto shorter = [&](std::string confirm) {
    return desk.officer().post(kRule, {id},
                               form({{"do", "save"},
                                     {"name", "old ones"},
                                     {"anchor", "closed"},
                                     {"mode", "each"},
                                     {"days", "5"},
                                     {"version", "1"},
                                     {"confirm", std::move(confirm)}}));
  };
  CHECK(shorter("").status == 422);
  CHECK(shorter("1").status == 422);
  CHECK(desk.officer().get(kRule, {id}).body.contains("value=\"100\""));
  CHECK(shorter("2").status == 303);
  CHECK(desk.officer().get(kRule, {id}).body.contains("value=\"5\""));
}

TEST_CASE("the preview of a rule that is edited judges it once, as it is written") {
  Desk desk;
  const auto rule = desk.rule({{"name", "old ones"}, {"days", 5}});
  desk.closed_tickets(2);
  desk.at.clock.advance(Days{10});
  const Fields longer = form({{"rule", rule.id().to_string()},
                              {"name", "old ones"},
                              {"anchor", "closed"},
                              {"mode", "each"},
                              {"days", "100"}});
  const std::string shown = desk.officer().post("/retention/preview", {}, longer).body;
  CHECK(shown.contains("<b>0</b><span>tickets on first run"));
}

TEST_CASE("calendar years stay calendar years when a rule is saved on its page") {
  Desk desk;
  const auto rule = desk.rule({{"name", "accounts"}, {"calendar_years", 3}});
  const std::string id = rule.id().to_string();
  const std::string page = desk.officer().get(kRule, {id}).body;
  CHECK(page.contains("value=\"3\""));
  CHECK(page.contains("<option value=\"years\" selected>"));
  const Response saved = desk.officer().post(kRule, {id},
                                             form({{"do", "save"},
                                                   {"name", "accounts of old"},
                                                   {"anchor", "closed"},
                                                   {"mode", "each"},
                                                   {"days", "3"},
                                                   {"unit", "years"},
                                                   {"version", "1"}}));
  REQUIRE(saved.status == 303);
  const auto settings = desk.settings();
  REQUIRE(settings.rules.size() == 1);
  CHECK(settings.rules.begin()->age() == rt::Age{rt::CalendarYears{3}});
  CHECK(settings.rules.begin()->spec().name == "accounts of old");
}

TEST_CASE("the words of mode any are those of what it does") {
  Desk desk;
  const std::string page = desk.officer().get("/retention/rules/new").body;
  CHECK(page.contains("such tickets only, once no ticket of the person is open"));
  CHECK_FALSE(page.contains("all tickets of the person as soon as one is such"));
}

TEST_CASE("people who go after their tickets stand in the forecast") {
  Desk desk;
  desk.rule({{"name", "old ones"}, {"days", 30}});
  desk.closed_tickets(2);
  const std::string page = desk.officer().get("/retention").body;
  CHECK(page.contains("In all: 2 tickets, 2 people."));
}

}  // namespace
}  // namespace lethe::web
