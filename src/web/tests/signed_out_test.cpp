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

}  // namespace
}  // namespace lethe::web
