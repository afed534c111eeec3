#include "pulled_document.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <string>

using namespace lethe;
using namespace lethe::web;

namespace {

// Everything up to the end or the error.
std::pair<std::string, Status> drained(const PulledDocument& document) {
  std::string all;
  while (true) {
    const auto piece = document();
    if (!piece) return {all, std::unexpected(piece.error())};
    if (!*piece) return {all, Status{}};
    all += **piece;
  }
}

}  // namespace

TEST_CASE("a pulled document is what was pushed, however it was cut") {
  const auto document = pulled([](const PieceSink& sink) -> Status {
    for (int i = 0; i < 300'000; ++i) LETHE_CHECK(sink(std::to_string(i % 10)));
    return {};
  });
  REQUIRE(document);
  const auto [all, status] = drained(*document);
  CHECK(status);
  REQUIRE(all.size() == 300'000);
  CHECK(all.starts_with("01234567890123"));
  CHECK(all.ends_with("6789"));
}

TEST_CASE("an empty document ends at once") {
  const auto document = pulled([](const PieceSink&) -> Status { return {}; });
  REQUIRE(document);
  CHECK(drained(*document).first.empty());
}

TEST_CASE("what fails before the first byte is no answer, what fails later is no end") {
  const auto none = pulled(
      [](const PieceSink&) -> Status { return fail(Errc::not_found, "there is no such person"); });
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);

  const auto half = pulled([](const PieceSink& sink) -> Status {
    LETHE_CHECK(sink(std::string(kPulledBytes, 'x')));
    return fail(Errc::corrupt, "a file cannot be opened");
  });
  REQUIRE(half);
  const auto [all, status] = drained(*half);
  CHECK(all.size() == kPulledBytes);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::corrupt);

  const auto thrown =
      pulled([](const PieceSink&) -> Status { throw std::runtime_error{"secret words"}; });
  REQUIRE_FALSE(thrown);
  CHECK_FALSE(thrown.error().detail.contains("secret"));
}

TEST_CASE("a writer is held back while nobody reads, and ends when nobody will") {
  auto pushed = std::make_shared<std::atomic<std::size_t>>(0);
  auto ended = std::make_shared<std::latch>(1);
  {
    const auto document = pulled([pushed, ended](const PieceSink& sink) -> Status {
      Status status;
      while (status) {
        status = sink(std::string(1024, 'x'));
        if (status) *pushed += 1024;
      }
      ended->count_down();
      return status;
    });
    REQUIRE(document);
    REQUIRE((*document)());
    // Two portions were taken, and a third may wait.
    CHECK(*pushed <= 3 * kPulledBytes + 1024);
  }
  ended->wait();
  CHECK(*pushed <= 3 * kPulledBytes + 1024);
}
