// Saved replies in the browser: who may write them, and what the composer makes of them.
#include "lethe/app/saved_replies.h"

#include "app_fixture.h"
#include "browser.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using app::testing::expect;
using testing::Browser;
using testing::form;
using web_protocol::Fields;
using web_protocol::Response;

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

TEST_CASE("the list has fifty replies on a page, and goes on behind one that is gone") {
  Desk desk;
  std::vector<core::SavedReplyId> ids;
  for (int n = 100; n < 150; ++n) ids.push_back(desk.reply("Reply " + std::to_string(n), "Hello"));
  const std::string whole = desk.admin.get(kList).body;
  CHECK(whole.contains("Reply 149"));
  CHECK_FALSE(whole.contains("rel=\"next\""));

  for (int n = 150; n < 201; ++n) ids.push_back(desk.reply("Reply " + std::to_string(n), "Hello"));
  const std::string first = desk.admin.get(kList).body;
  CHECK(first.contains("Reply 149"));
  CHECK_FALSE(first.contains("Reply 150</a>"));
  CHECK(first.contains("rel=\"next\""));
  CHECK(first.contains("of 101"));

  const Fields behind = form({{"after", ids[49].to_string()}, {"title", "Reply 149"}});
  const std::string second = desk.admin.get(kList, {}, behind).body;
  CHECK_FALSE(second.contains("Reply 149</a>"));
  CHECK(second.contains("Reply 150</a>"));
  CHECK(second.contains("Reply 199</a>"));
  CHECK_FALSE(second.contains("Reply 200</a>"));
  CHECK(second.contains("rel=\"prev\""));

  expect(app::remove_saved_reply(desk.at.app(), ids[49], std::nullopt, desk.admin_id));
  const std::string after_removal = desk.admin.get(kList, {}, behind).body;
  CHECK_FALSE(after_removal.contains("Reply 148</a>"));
  CHECK(after_removal.contains("Reply 150</a>"));
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
