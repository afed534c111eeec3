// Saved replies in the browser: who may write them, and what the composer makes of them.
#include "lethe/app/saved_replies.h"

#include <algorithm>

#include "app_fixture.h"
#include "lethe/app/sign_in.h"
#include "lethe/web/site.h"
#include "lethe/web_protocol/forms.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using app::testing::expect;
using web_protocol::Fields;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

// One signed-in agent at the pages of an installation.
class Browser {
 public:
  Browser(AppFixture& at, core::AgentId agent)
      : site_({.app = at.app(),
               .events = hub_,
               .settings = {},
               .probe_submission = {},
               .source_state = {},
               .replica_trouble = {},
               .keep_replica = {},
               .declare_copies_days = {},
               .read_ledger = {}}),
        routes_(site_.routes()),
        session_(expect(app::start_session(at.app(), agent))) {}

  // `pattern` with its placeholders filled by `params`.
  Response get(std::string_view pattern, std::vector<std::string> params = {}) {
    return ask(Method::get, pattern, std::move(params), {});
  }
  Response post(std::string_view pattern, std::vector<std::string> params, Fields fields) {
    fields.add("form_token", session_.csrf);
    return ask(Method::post, pattern, std::move(params), web_protocol::to_urlencoded(fields));
  }

 private:
  Response ask(Method method, std::string_view pattern, std::vector<std::string> params,
               std::string body) {
    const auto route = std::ranges::find_if(routes_, [&](const Route& each) {
      return each.method == method && each.pattern == pattern;
    });
    REQUIRE(route != routes_.end());
    Request request;
    request.method = method;
    request.target.path = pattern;
    request.params = std::move(params);
    request.cookies.add("lethe_session", session_.token);
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(body);
    return route->handler(request);
  }

  EventHub hub_;
  Site site_;
  std::vector<Route> routes_;
  app::NewSession session_;
};

Fields form(std::vector<std::pair<std::string, std::string>> values) {
  Fields fields;
  for (auto& [name, value] : values) fields.add(std::move(name), std::move(value));
  return fields;
}

struct Desk {
  Desk()
      : admin_id(at.agent("admin@example.org")),
        agent_id(at.agent("agent@example.org", ports::Role::agent)),
        admin(at, admin_id),
        agent(at, agent_id) {}
  core::SavedReplyId reply(std::string title, std::string text,
                           std::optional<core::GroupId> group = std::nullopt) {
    return expect(app::add_saved_reply(at.app(),
                                       {.title = std::move(title),
                                        .text = std::move(text),
                                        .group = group,
                                        .language = {}},
                                       admin_id))
        .id;
  }
  AppFixture at;
  core::AgentId admin_id, agent_id;
  Browser admin, agent;
};

constexpr std::string_view kList = "/settings/replies";
constexpr std::string_view kOne = "/settings/replies/{id}";
constexpr std::string_view kWords = "/tickets/{id}/saved/{reply}";
constexpr std::string_view kAnswer = "/tickets/{id}/messages";

TEST_CASE("administrators write saved replies, agents only use them") {
  Desk desk;
  const auto id = desk.reply("Refund", "Hello").to_string();
  CHECK(desk.agent.get(kList).status == 403);
  CHECK(desk.agent.get("/settings/replies/new").status == 403);
  CHECK(desk.agent.get(kOne, {id}).status == 403);
  CHECK(desk.agent.post(kList, {}, form({{"title", "x"}, {"text", "y"}})).status == 403);
  CHECK(desk.agent.post(kOne, {id}, form({{"do", "remove"}})).status == 403);
  CHECK(desk.admin.get(kList).body.contains("Refund"));
  const auto ticket = desk.at.ticket("a@example.org").to_string();
  const Response words = desk.agent.get(kWords, {ticket, id});
  CHECK(words.status == 200);
  CHECK(words.body == "Hello");
  CHECK(words.headers.get("Content-Type").starts_with("text/plain"));
}

TEST_CASE("the list says what to do while it is empty, and shows what was added") {
  Desk desk;
  CHECK(desk.admin.get(kList).body.contains("No saved replies yet"));
  const Response added = desk.admin.post(
      kList, {}, form({{"title", "Refund <b>"}, {"text", "Hello\r\n{{customer.name}}"}}));
  CHECK(added.status == 303);
  const std::string list = desk.admin.get(kList).body;
  CHECK_FALSE(list.contains("No saved replies yet"));
  CHECK(list.contains("Refund &lt;b&gt;"));
  CHECK(list.contains("Agent Smith"));
}

TEST_CASE("a refused reply comes back as it was typed, with the placeholder that is at fault") {
  Desk desk;
  const Response refused =
      desk.admin.post(kList, {}, form({{"title", "Refund"}, {"text", "Hello {{customer.age}}"}}));
  CHECK(refused.status == 422);
  CHECK(refused.body.contains("There is no placeholder {{customer.age}}."));
  CHECK(refused.body.contains("Hello {{customer.age}}</textarea>"));
  CHECK(desk.admin.get(kList).body.contains("No saved replies yet"));
}

TEST_CASE("who was slower overwrites nothing and keeps what was typed") {
  Desk desk;
  const auto id = desk.reply("Refund", "Hello").to_string();
  const Fields first = form({{"version", "1"}, {"title", "First"}, {"text", "Hello"}});
  CHECK(desk.admin.post(kOne, {id}, first).status == 303);
  const Fields second = form({{"version", "1"}, {"title", "Second"}, {"text", "Bye"}});
  const Response late = desk.admin.post(kOne, {id}, second);
  CHECK(late.status == 409);
  CHECK(late.body.contains("value=\"Second\""));
  CHECK(desk.admin.post(kOne, {id}, form({{"version", "1"}, {"do", "remove"}})).status == 409);
  CHECK(desk.admin.get(kList).body.contains("First"));
  CHECK(desk.admin.post(kOne, {id}, form({{"version", "2"}, {"do", "remove"}})).status == 303);
  CHECK(desk.admin.get(kOne, {id}).status == 404);
}

TEST_CASE("Insert puts the reply behind what was typed and keeps it as the draft") {
  Desk desk;
  const auto reply = desk.reply("Refund", "Hello {{customer.name}}.").to_string();
  const auto ticket = desk.at.ticket("a@example.org").to_string();
  CHECK(desk.agent.get("/tickets/{id}", {ticket}).body.contains("value=\"" + reply + "\""));
  const Response page = desk.agent.post(kAnswer, {ticket},
                                        form({{"do", "insert"},
                                              {"kind", "note"},
                                              {"saved", reply},
                                              {"cc", "b@example.org"},
                                              {"text", "First of all."}}));
  CHECK(page.status == 200);
  CHECK(page.body.contains("First of all.\n\nHello a@example.org."));
  CHECK(page.body.contains("value=\"b@example.org\""));
  CHECK(desk.agent.get("/tickets/{id}", {ticket}).body.contains("Hello a@example.org."));
}

TEST_CASE("Insert without a choice, or of a reply that is gone, loses nothing that was typed") {
  Desk desk;
  desk.reply("Refund", "Hello");
  const auto ticket = desk.at.ticket("a@example.org").to_string();
  for (const char* chosen : {"", "12345", "nonsense"}) {
    const Response page = desk.agent.post(
        kAnswer, {ticket}, form({{"do", "insert"}, {"saved", chosen}, {"text", "Only mine."}}));
    CHECK(page.status == 422);
    CHECK(page.body.contains("Only mine."));
  }
}

TEST_CASE("a ticket offers the replies of its group, and only those can be put in") {
  Desk desk;
  const auto billing = core::GroupId::of(desk.at.named(ports::NamedKind::group, "Billing"));
  const auto reply = desk.reply("Refund", "Hello", billing).to_string();
  const auto ticket = desk.at.ticket("a@example.org");
  const std::string id = ticket.to_string();
  CHECK_FALSE(desk.agent.get("/tickets/{id}", {id}).body.contains("id=\"saved\""));
  CHECK(desk.agent.get(kWords, {id, reply}).status == 404);
  expect(
      app::change_ticket(desk.at.app(), ticket, {.group = std::optional{billing}}, desk.agent_id));
  CHECK(desk.agent.get("/tickets/{id}", {id}).body.contains("id=\"saved\""));
  CHECK(desk.agent.get(kWords, {id, reply}).body == "Hello");
}

}  // namespace
}  // namespace lethe::web
