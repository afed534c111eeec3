#include "pace.h"

#include <doctest/doctest.h>

namespace lethe::web {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a sender at the slowest pace allowed goes on for ever") {
  Pace pace{seconds{10}};
  for (int second = 0; second < 100'000; ++second) {
    pace.waited(seconds{1}, kSlowestBytesPerSecond);
    REQUIRE(pace.left() == seconds{10});
  }
}

TEST_CASE("who sends a byte now and then is given up") {
  Pace pace{seconds{10}};
  int bytes = 0;
  while (pace.left() > Pace::Wait::zero()) {
    pace.waited(milliseconds{500}, 1);
    REQUIRE(++bytes <= 21);
  }
  CHECK(bytes >= 20);
}

TEST_CASE("what was sent fast is no credit for a pause beyond the stock") {
  Pace pace{seconds{10}};
  pace.waited(milliseconds{1}, std::size_t{1} << 40);
  CHECK(pace.left() == seconds{10});
  pace.waited(seconds{10} - milliseconds{1}, 0);
  CHECK(pace.left() == milliseconds{1});
  pace.waited(seconds{3600}, 0);
  CHECK(pace.left() == Pace::Wait::zero());
}

}  // namespace
}  // namespace lethe::web
