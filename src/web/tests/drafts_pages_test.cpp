// Drafts in the composer: two windows of one agent, and what becomes of a text that was not sent.
#include "browser.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using testing::Browser;
using testing::form;
using web_protocol::Response;

constexpr std::string_view kTicket = "/tickets/{id}";
constexpr std::string_view kDraft = "/tickets/{id}/draft";
constexpr std::string_view kAnswer = "/tickets/{id}/messages";

struct Desk {
  AppFixture at;
  Browser agent{at, at.agent("mira@example.com")};
  std::string ticket = at.ticket("ann@example.org").to_string();

  // As htmx sends it while somebody types.
  Response type(const std::string& text, const std::string& draft) {
    agent.extra_headers = {{"HX-Request", "true"}};
    Response kept =
        agent.post(kDraft, {ticket}, form({{"kind", "reply"}, {"text", text}, {"draft", draft}}));
    agent.extra_headers.clear();
    return kept;
  }
  Response post(std::string_view what, const std::string& text) {
    return agent.post(
        kAnswer, {ticket},
        form({{"do", std::string{what}}, {"kind", "reply"}, {"text", text}, {"draft", ""}}));
  }
};

// The id that the next save of this window names.
std::string draft_in(const std::string& page) {
  constexpr std::string_view kField = "name=\"draft\" value=\"";
  const auto at = page.find(kField);
  if (at == std::string::npos) return "none";
  const auto begin = at + kField.size();
  return page.substr(begin, page.find('"', begin) - begin);
}

TEST_CASE("each save tells the window which draft it shows from now on") {
  Desk desk;
  CHECK(draft_in(desk.agent.get(kTicket, {desk.ticket}).body).empty());
  const Response first = desk.type("Dear Ann", "");
  CHECK(first.status == 200);
  CHECK(first.body.contains("Draft saved"));
  CHECK_FALSE(first.body.contains("<html"));
  const Response second = desk.type("Hello Ann", draft_in(first.body));
  CHECK(second.status == 200);
  CHECK(draft_in(desk.agent.get(kTicket, {desk.ticket}).body) == draft_in(second.body));
}

TEST_CASE("a window that shows an older draft is asked, and overwrites nothing until it answers") {
  Desk desk;
  desk.type("Words of the first window", "");
  const Response late = desk.type("Words of the second", "");
  CHECK(late.status == 409);
  CHECK(late.body.contains("another window of yours has a newer draft"));
  CHECK(draft_in(late.body).empty());
  CHECK(
      desk.agent.get(kTicket, {desk.ticket}).body.contains("Words of the first window</textarea>"));
}

TEST_CASE("without scripts the same question comes with what was typed") {
  Desk desk;
  desk.type("Words of the first window", "");
  const Response late = desk.post("draft", "Words of the second");
  CHECK(late.status == 409);
  CHECK(late.body.contains("Words of the second</textarea>"));
  CHECK(late.body.contains("value=\"draft_both\""));
  CHECK(desk.post("draft_both", "Words of the second").status == 303);
  CHECK(desk.agent.get(kTicket, {desk.ticket})
            .body.contains("Words of the second\n\nWords of the first window</textarea>"));
  CHECK(desk.post("draft_mine", "Only these").status == 303);
  CHECK(desk.agent.get(kTicket, {desk.ticket}).body.contains("Only these</textarea>"));
}

TEST_CASE("a page that only asks again still names the newest message that the writer had seen") {
  Desk desk;
  const std::string page =
      desk.agent
          .post(kAnswer, {desk.ticket},
                form({{"do", "preview"}, {"kind", "reply"}, {"text", "Hello"}, {"version", "5"}}))
          .body;
  CHECK(page.contains("name=\"version\" value=\"5\""));
}

TEST_CASE("a window that is closed leaves its words behind those of the other") {
  Desk desk;
  desk.type("First", "");
  const auto left = desk.agent.post(
      kDraft, {desk.ticket},
      form({{"kind", "reply"}, {"text", "Second"}, {"draft", ""}, {"others", "join"}}));
  CHECK(left.status == 200);
  CHECK(desk.agent.get(kTicket, {desk.ticket}).body.contains("Second\n\nFirst</textarea>"));
}

}  // namespace
}  // namespace lethe::web
