// The list of people in the browser.
#include "browser.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using testing::Browser;

std::string list_of(int people) {
  AppFixture at;
  for (int n = 0; n < people; ++n) {
    at.ticket("person" + std::to_string(n) + "@example.org");
    at.clock.advance(Seconds{1});
  }
  Browser browser{at, at.agent("mira@example.com")};
  return browser.get("/people").body;
}

TEST_CASE("a page of people says how many it shows, and of how many only when it is the last") {
  const std::string last = list_of(50);
  CHECK(last.contains("1–50 of 50"));
  CHECK_FALSE(last.contains("rel=\"next\""));
  const std::string more = list_of(51);
  CHECK(more.contains("1–50 </span>"));
  CHECK_FALSE(more.contains("of 51"));
  CHECK(more.contains("rel=\"next\""));
}

}  // namespace
}  // namespace lethe::web
