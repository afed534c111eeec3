// What a page's script is told when the session has ended.
#include "browser.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using testing::Browser;
using testing::form;
using web_protocol::Response;

struct SignedOut {
  AppFixture at;
  Browser browser{at, at.agent("mira@example.com")};
  SignedOut() { browser.signed_in = false; }

  // A piece of `pattern`, asked for by the page at `url`.
  Response fragment(std::string_view pattern, std::string url) {
    browser.extra_headers = {{"HX-Request", "true"}, {"HX-Current-URL", std::move(url)}};
    return browser.get(pattern, {}, form({{"q", "pump"}}));
  }
};

TEST_CASE("a page leads to the sign-in page and back to itself") {
  SignedOut out;
  const Response answer = out.browser.get("/inbox", {}, form({{"status", "open"}}));
  CHECK(answer.status == 303);
  CHECK(answer.headers.get("Location") == "/sign-in?back=%2Finbox%3Fstatus%3Dopen");
}

TEST_CASE("a fragment is refused, and says where to sign in and come back to the page around it") {
  SignedOut out;
  const Response answer = out.fragment("/inbox", "https://desk.example.com/tickets/7?from=x#m-3");
  CHECK(answer.status == 401);
  CHECK(answer.body.empty());
  CHECK(answer.headers.get("Location").empty());
  CHECK(answer.headers.get("HX-Redirect") == "/sign-in?back=%2Ftickets%2F7%3Ffrom%3Dx");
  const Response stream = out.fragment("/events/inbox", "https://desk.example.com/inbox");
  CHECK(stream.status == 401);
  CHECK(stream.headers.get("HX-Redirect") == "/sign-in?back=%2Finbox");
}

TEST_CASE("a fragment of a page that is none of ours comes back to its own address") {
  SignedOut out;
  for (const char* url : {"", "nonsense", "https://desk.example.com", "https://x//evil.example/",
                          "https://x/\\evil.example/"}) {
    const Response answer = out.fragment("/inbox", url);
    CHECK(answer.status == 401);
    CHECK(answer.headers.get("HX-Redirect") == "/sign-in?back=%2Finbox%3Fq%3Dpump");
  }
}

TEST_CASE("a short reply stands readably on the page that says so") {
  SignedOut out;
  out.browser.extra_headers = {{"Sec-Fetch-Site", "same-origin"}};
  const Response answer =
      out.browser.post("/tickets/{id}/messages", {out.at.ticket("ann@example.org").to_string()},
                       form({{"kind", "reply"}, {"do", "send"}, {"text", "Yes."}}));
  CHECK(answer.status == 403);
  CHECK(answer.body.contains("What you typed"));
  CHECK(answer.body.contains(">\nYes.</textarea>"));
  CHECK(answer.body.contains("<textarea hidden name=\"kind\">\nreply</textarea>"));
}

TEST_CASE("every form that may be long is guarded by a doorman, and no other needs one") {
  SignedOut out;
  int guarded = 0;
  for (const Route& route : out.browser.routes()) {
    CAPTURE(route.pattern);
    const bool may_be_long = route.body_bytes_max > kFormBytesMax;
    CHECK(static_cast<bool>(route.admit) == may_be_long);
    if (!may_be_long) continue;
    const auto refused = route.admit(web_protocol::Request{});
    REQUIRE(refused);
    CHECK(refused->status == 303);
    CHECK(refused->headers.get("Location").starts_with("/sign-in"));
    ++guarded;
  }
  CHECK(guarded >= 4);
}

TEST_CASE("a long form without a session is refused unread as a short one is refused read") {
  SignedOut out;
  const std::vector<std::string> ticket{out.at.ticket("ann@example.org").to_string()};
  for (const char* pattern : {"/tickets/{id}/messages", "/tickets/{id}/draft"}) {
    CAPTURE(pattern);
    out.browser.extra_headers = {};
    const auto led = out.browser.at_door(pattern, ticket);
    REQUIRE(led);
    CHECK(led->status == 303);
    CHECK(led->headers.get("Location") == "/sign-in");
    out.browser.extra_headers = {{"HX-Request", "true"},
                                 {"HX-Current-URL", "https://desk.example.com/tickets/7"}};
    const auto fragment = out.browser.at_door(pattern, ticket);
    REQUIRE(fragment);
    CHECK(fragment->status == 401);
    CHECK(fragment->headers.get("HX-Redirect") == "/sign-in?back=%2Ftickets%2F7");
  }
}

TEST_CASE("who was signed out while writing something long reads that nothing of it was stored") {
  SignedOut out;
  const std::vector<std::string> ticket{out.at.ticket("ann@example.org").to_string()};
  out.browser.extra_headers = {{"Sec-Fetch-Site", "same-origin"}};
  const auto page = out.browser.at_door("/tickets/{id}/messages", ticket);
  REQUIRE(page);
  CHECK(page->status == 403);
  CHECK(page->body.contains("<h1>You were signed out</h1>"));
  CHECK(page->body.contains("nothing of it was stored"));
  CHECK(page->body.contains("href=\"/sign-in\""));
  CHECK_FALSE(page->body.contains("<textarea"));
  CHECK_FALSE(page->headers.get("Content-Security-Policy").empty());
}

TEST_CASE("a long draft of a session that ended leaves the words on the page and says so") {
  SignedOut out;
  out.browser.extra_headers = {{"Sec-Fetch-Site", "same-origin"}, {"HX-Request", "true"}};
  const auto sentence =
      out.browser.at_door("/tickets/{id}/draft", {out.at.ticket("ann@example.org").to_string()});
  REQUIRE(sentence);
  CHECK(sentence->status == 200);
  CHECK(sentence->body.starts_with("You were signed out"));
  CHECK(sentence->headers.get("HX-Redirect").empty());
}

TEST_CASE("a long form of somebody signed in is read, unless another site sends it") {
  SignedOut out;
  out.browser.signed_in = true;
  for (const char* site : {"", "same-origin", "none"}) {
    CAPTURE(site);
    out.browser.extra_headers = {{"Sec-Fetch-Site", site}};
    CHECK_FALSE(out.browser.at_door("/tickets/new"));
  }
  for (const char* site : {"cross-site", "same-site"}) {
    CAPTURE(site);
    out.browser.extra_headers = {{"Sec-Fetch-Site", site}};
    const auto refused = out.browser.at_door("/tickets/new");
    REQUIRE(refused);
    CHECK(refused->status == 403);
  }
}

}  // namespace
}  // namespace lethe::web
