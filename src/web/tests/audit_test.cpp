// The audit in the browser: what leaves a line there, who may read it, and what it does not say.
#include "lethe/app/audit.h"

#include <boost/json.hpp>

#include "app_fixture.h"
#include "browser.h"
#include "lethe/app/retention_settings.h"
#include "lethe/web/api.h"

namespace lethe::web {
namespace {

using app::AuditKind;
using app::testing::AppFixture;
using app::testing::expect;
using testing::Browser;
using testing::form;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

struct Desk {
  Desk()
      : officer_id(at.agent("officer@example.org", ports::Role::privacy_officer)),
        agent_id(at.agent("agent@example.org", ports::Role::agent)),
        officer(at, officer_id),
        agent(at, agent_id) {}

  std::vector<ports::AccessEventRow> events(app::AuditQuery query = {}) {
    return expect(app::audit(at.app(), query));
  }

  AppFixture at;
  core::AgentId officer_id, agent_id;
  Browser officer, agent;
};

TEST_CASE("the audit is for privacy officers, and says that it is empty") {
  Desk desk;
  CHECK(desk.agent.get("/audit").status == 403);
  const Response page = desk.officer.get("/audit");
  CHECK(page.status == 200);
  CHECK(page.body.contains("Nothing yet"));
  CHECK(desk.officer.get("/audit", {}, form({{"topic", "erasing"}}))
            .body.contains("Nothing of this kind"));
}

TEST_CASE("a hold that is placed stands in the audit with who placed it, a refused one does not") {
  Desk desk;
  const auto ticket = desk.at.ticket("ann@example.org").to_string();
  CHECK(desk.officer.post("/holds", {}, form({{"ticket", ticket}, {"ground", "no such"}})).status ==
        422);
  CHECK(desk.events().empty());
  CHECK(desk.officer.post("/holds", {}, form({{"ticket", ticket}, {"ground", "art-17-3-e"}}))
            .status == 303);
  const auto events = desk.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == AuditKind::hold_placed);
  CHECK(events[0].by == desk.officer_id);
  CHECK(events[0].detail == "/tickets/" + ticket);
  const std::string page = desk.officer.get("/audit").body;
  CHECK(page.contains("placed a hold"));
  CHECK(page.contains("href=\"/tickets/" + ticket + "\""));
  CHECK_FALSE(page.contains("ann@example.org"));
}

TEST_CASE("a form that an agent may not post leaves nothing in the audit") {
  Desk desk;
  CHECK(desk.agent.post("/retention/enabled", {}, form({{"enabled", "0"}})).status == 403);
  CHECK(desk.events().empty());
}

TEST_CASE("turning the rules off and on again are two different lines") {
  Desk desk;
  CHECK(desk.officer.post("/retention/enabled", {}, form({{"enabled", "0"}})).status == 303);
  CHECK(desk.officer.post("/retention/enabled", {}, form({{"enabled", "1"}})).status == 303);
  const auto events = desk.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == AuditKind::retention_on);
  CHECK(events[1].kind == AuditKind::retention_off);
}

TEST_CASE("a rule that is removed is no rule that is changed") {
  Desk desk;
  const auto rule = expect(
      app::create_rule(desk.at.app(), boost::json::object{{"name", "old ones"}, {"days", 30}}));
  const std::string id = rule.id().to_string();
  CHECK(desk.officer.post("/retention/rules/{id}", {id}, form({{"do", "delete"}})).status == 303);
  const auto events = desk.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == AuditKind::rule_removed);
  CHECK(events[0].detail.empty());
}

TEST_CASE("an erasure is found by topic and by agent, and outlives the person without a name") {
  Desk desk;
  desk.at.ticket("ann@example.org");
  expect(app::note_act(
      desk.at.app(),
      {.kind = AuditKind::erasure_ordered, .by = desk.officer_id, .path = "/erasures/7"}));
  expect(app::note_act(desk.at.app(), {.kind = AuditKind::backup_made}));
  CHECK(desk.events({.topic = app::AuditTopic::erasing}).size() == 1);
  CHECK(desk.events({.topic = app::AuditTopic::settings}).size() == 1);
  CHECK(desk.events({.topic = app::AuditTopic::access}).empty());
  CHECK(desk.events({.by = desk.officer_id}).size() == 1);
  CHECK(desk.events({.by = desk.agent_id}).empty());
  CHECK(desk.events({.by_machine = true}).size() == 1);
  const std::string page =
      desk.officer
          .get("/audit", {}, form({{"topic", "erasing"}, {"by", desk.officer_id.to_string()}}))
          .body;
  CHECK(page.contains("ordered an erasure"));
  CHECK_FALSE(page.contains("made a backup"));
  CHECK(desk.officer.get("/audit", {}, form({{"by", "machine"}})).body.contains("made a backup"));
}

TEST_CASE("fifty lines stand on a page, newest first, and the next page goes on behind them") {
  Desk desk;
  for (int n = 0; n < 51; ++n) {
    expect(app::note_act(desk.at.app(), {.kind = AuditKind::rule_changed,
                                         .by = desk.officer_id,
                                         .path = "/retention/rules/" + std::to_string(1'000 + n)}));
  }
  const std::string first = desk.officer.get("/audit").body;
  CHECK(first.contains("/retention/rules/1050\""));
  CHECK(first.contains("/retention/rules/1001\""));
  CHECK_FALSE(first.contains("/retention/rules/1000\""));
  CHECK(first.contains("rel=\"next\""));
  const auto last = desk.events()[49].id;
  const std::string second =
      desk.officer.get("/audit", {}, form({{"before", std::to_string(last)}, {"from", "51"}})).body;
  CHECK(second.contains("/retention/rules/1000\""));
  CHECK_FALSE(second.contains("/retention/rules/1001\""));
  CHECK_FALSE(second.contains("rel=\"next\""));
  CHECK(second.contains("rel=\"prev\""));
}

TEST_CASE(
    "two-step sign-in and saved replies stand among the rest; the agents' page has only its own") {
  Desk desk;
  expect(app::note_act(
      desk.at.app(),
      {.kind = AuditKind::second_step_on, .by = desk.agent_id, .whose = desk.agent_id}));
  expect(app::note_act(desk.at.app(),
                       {.kind = AuditKind::saved_reply_added, .by = desk.agent_id, .path = "5"}));
  expect(app::note_act(desk.at.app(), {.kind = AuditKind::hold_lifted, .by = desk.agent_id}));
  CHECK(desk.events().size() == 3);
  CHECK(desk.events({.topic = app::AuditTopic::access}).size() == 1);
  CHECK(desk.events({.topic = app::AuditTopic::settings}).size() == 1);
  std::vector<ports::AccessEventRow> on_their_page;
  expect(desk.at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(on_their_page, tx.agents().access_events(10));
    return {};
  }));
  CHECK(on_their_page.size() == 1);
  const std::string page = desk.officer.get("/audit").body;
  CHECK(page.contains("added a saved reply"));
  CHECK(page.contains("turned two-step sign-in on"));
}

TEST_CASE("a call of the API leaves a line of the token's agent, a refused one does not") {
  Desk desk;
  const auto admin = desk.at.agent("root@example.org");
  const auto token =
      expect(app::create_token(desk.at.app(), {admin, ports::TokenScope::admin, "test"}));
  const auto routes = api_routes(desk.at.app());
  const auto put = [&](std::string body) {
    const auto route = std::ranges::find_if(routes, [](const Route& each) {
      return each.method == Method::put && each.pattern == "/api/v1/retention/enabled";
    });
    REQUIRE(route != routes.end());
    Request request;
    request.method = Method::put;
    request.target.path = route->pattern;
    request.headers.add("Authorization", "Bearer " + token);
    request.headers.add("Content-Type", "application/json");
    request.body = std::move(body);
    return route->handler(request).status;
  };
  CHECK(put(R"({"enabled":"yes"})") == 400);
  CHECK(desk.events().empty());
  CHECK(put(R"({"enabled":false})") == 200);
  CHECK(put(R"({"enabled":true})") == 200);
  const auto events = desk.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == AuditKind::retention_on);
  CHECK(events[1].kind == AuditKind::retention_off);
  CHECK(events[1].by == admin);
}

}  // namespace
}  // namespace lethe::web
