#include "app_fixture.h"

namespace lethe::app::testing {
namespace {

TEST_CASE("a ticket survives a restart, and none of its words lie in clear") {
  AppFixture at;
  const auto id = at.ticket("greta@example.org", "Velocipede", "My pedal squeaks terribly.");
  at.index_everything();
  CHECK(at.view(id).summary.subject == "Velocipede");
  at.restart();
  CHECK(at.view(id).summary.subject == "Velocipede");
  CHECK_FALSE(at.lies_in_clear("squeaks"));
  CHECK_FALSE(at.lies_in_clear("greta@"));
  CHECK_FALSE(at.lies_in_clear("Velocipede"));
}

}  // namespace
}  // namespace lethe::app::testing
