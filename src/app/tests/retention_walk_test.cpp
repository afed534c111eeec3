#include "retention_walk.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "app_fixture.h"

namespace lethe::app::testing {
namespace {

constexpr int kYieldsMax = 20'000;

TEST_CASE("a step holds at most so many tickets, however many a person has") {
  CHECK(step_for(kStretch, 1'000'000'000) == kStretch);
  CHECK(step_for(kStretch + 1, 0) == kLongStretch);
  CHECK(step_for(100'000, 500'000) == kLongStretch);
  for (const std::int64_t each : {6, 10, 20, 50, 90}) {
    const std::int64_t people = 40'000;
    const int step = step_for(people, people * each);
    CHECK(step > kStretch);
    CHECK(step < kLongStretch);
    CHECK(step * each <= kTicketsInStep);
  }
  CHECK(step_for(40'000, 40'000 * 100) == kStretch);
}

TEST_CASE("long steps end where there would be more than twenty of them") {
  const std::int64_t most = 20 * std::int64_t{kLongStretch};
  CHECK(step_for(most, 0) == kLongStretch);
  CHECK(step_for(most + 1, 0) == kStretch);
  CHECK(step_for(9'523 * 20, 9'523 * 20 * 20) == 9'523);
  CHECK(step_for(9'523 * 20 + 1, (9'523 * 20 + 1) * 20) == kStretch);
}

// Everybody inside a walk waits for more than may be there, for a bounded while.
class Crowd {
 public:
  void come_and_wait() {
    const int now = ++inside_;
    int seen = most_.load();
    while (seen < now && !most_.compare_exchange_weak(seen, now)) {
    }
    for (int n = 0; n < kYieldsMax && most_.load() <= kWalkersMax; ++n) std::this_thread::yield();
    --inside_;
  }
  [[nodiscard]] int most() const { return most_.load(); }

 private:
  std::atomic<int> inside_{0};
  std::atomic<int> most_{0};
};

int walkers_at_once(AppFixture& at, const std::vector<Range>& ranges) {
  Crowd crowd;
  std::vector<Status> done(ranges.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t n = 0; n < ranges.size(); ++n) {
      threads.emplace_back([&, n] {
        done[n] = walk_range(at.app(), kStart, ranges[n], {}, [&](const auto&, auto&&) -> Status {
          crowd.come_and_wait();
          return {};
        });
      });
    }
  }
  for (const Status& status : done) expect(status);
  return crowd.most();
}

TEST_CASE("walks over everybody hold two readers together, and the others wait their turn") {
  AppFixture at;
  at.ticket("ann@example.org");
  auto everybody = expect(everybody_in(at.app(), 1));
  REQUIRE(everybody.size() == 1);
  everybody.resize(4, everybody.front());
  CHECK(walkers_at_once(at, everybody) <= kWalkersMax);
  // A sample is one short step and does not wait behind them.
  CHECK(walkers_at_once(at, std::vector<Range>(4, Range{.limit = 1})) >= 1);
}

TEST_CASE("a walk that ends in an error lets the next one through") {
  AppFixture at;
  at.ticket("ann@example.org");
  const auto everybody = expect(everybody_in(at.app(), 1));
  for (int n = 0; n < 2 * kWalkersMax; ++n) {
    const Status status =
        walk_range(at.app(), kStart, everybody.front(), {},
                   [](const auto&, auto&&) -> Status { return fail(Errc::cancelled, "hung up"); });
    CHECK(status.error().code == Errc::cancelled);
  }
  int visited = 0;
  expect(walk_range(at.app(), kStart, everybody.front(), {}, [&](const auto&, auto&&) -> Status {
    ++visited;
    return {};
  }));
  CHECK(visited >= 1);
}

}  // namespace
}  // namespace lethe::app::testing
