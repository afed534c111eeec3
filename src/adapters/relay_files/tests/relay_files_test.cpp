#include "lethe/relay_files/relay_files.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace {

using namespace lethe;
using ports::RelayDigest;
using ports::RelayOutcome;
using Known = ports::RelayRecord::Known;
namespace fs = std::filesystem;

constexpr ports::RelayMailboxId kDesk = 7;
const Instant kNoon = instant_of(1'770'000'000 / 3600 * 3600);

class Place {
 public:
  Place() {
    std::string name = (fs::temp_directory_path() / "lethe-relay.XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Place() { fs::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{path_}, {}));
  }

 private:
  fs::path path_;
};

std::unique_ptr<ports::RelayRecord> opened(const Place& place) {
  auto record = relay_files::open(place.path());
  REQUIRE(record);
  return std::move(*record);
}

RelayDigest digest(std::uint8_t number) {
  RelayDigest digest{};
  digest.fill(number);
  return digest;
}

Known begun(ports::RelayRecord& record, std::uint8_t number, Instant at = kNoon) {
  const auto begun = record.begin(kDesk, digest(number), at);
  REQUIRE(begun);
  return begun->known;
}

void ended(ports::RelayRecord& record, std::uint8_t number, RelayOutcome outcome,
           Instant at = kNoon) {
  REQUIRE(record.end(kDesk, digest(number), outcome, 1, at));
}

TEST_CASE("a mail that was taken is known to be taken, also after a restart") {
  const Place place;
  {
    auto record = opened(place);
    CHECK(begun(*record, 1) == Known::fresh);
    CHECK(begun(*record, 1) == Known::under_way);
    ended(*record, 1, RelayOutcome::taken);
    CHECK(begun(*record, 1) == Known::taken);
  }
  auto record = opened(place);
  CHECK(begun(*record, 1) == Known::taken);
  CHECK(begun(*record, 2) == Known::fresh);
}

TEST_CASE("a mail whose outcome nobody knows is tried, with the time of its first attempt") {
  const Place place;
  {
    auto record = opened(place);
    CHECK(begun(*record, 1) == Known::fresh);
    ended(*record, 1, RelayOutcome::unknown);
    CHECK(begun(*record, 2) == Known::fresh);  // the process ends in the middle of it
  }
  auto record = opened(place);
  const auto again = record->begin(kDesk, digest(1), kNoon + Seconds{60});
  REQUIRE(again);
  CHECK(again->known == Known::tried);
  CHECK(again->tried_at == kNoon);
  CHECK(begun(*record, 2) == Known::tried);
}

TEST_CASE("a mail that was certainly not taken is fresh again") {
  const Place place;
  {
    auto record = opened(place);
    for (const auto outcome : {RelayOutcome::deferred, RelayOutcome::misconfigured,
                               RelayOutcome::refused, RelayOutcome::too_large}) {
      CHECK(begun(*record, 1) == Known::fresh);
      ended(*record, 1, outcome);
    }
  }
  CHECK(begun(*opened(place), 1) == Known::fresh);
}

TEST_CASE("no digest outlives five days, and its file is gone") {
  const Place place;
  auto record = opened(place);
  CHECK(begun(*record, 1) == Known::fresh);
  ended(*record, 1, RelayOutcome::taken);
  const Instant end = kNoon + ports::kRelayMemory;
  REQUIRE(record->expire(end - Seconds{1}));
  CHECK(record->size() == 1);
  CHECK(place.files() == 1);
  REQUIRE(record->expire(end));
  CHECK(record->size() == 0);
  CHECK(place.files() == 0);
  CHECK(begun(*record, 1, end) == Known::fresh);
}

TEST_CASE("a torn end costs only what was promised to nobody") {
  const Place place;
  {
    auto record = opened(place);
    CHECK(begun(*record, 1) == Known::fresh);
    ended(*record, 1, RelayOutcome::taken);
  }
  const fs::path file = fs::directory_iterator { place.path() } -> path();
  const auto whole = fs::file_size(file);
  for (const std::size_t torn : {std::size_t{1}, std::size_t{63}, std::size_t{130}}) {
    std::ofstream{file, std::ios::app} << std::string(torn, 'x');
    auto record = opened(place);
    CHECK(fs::file_size(file) == whole);
    CHECK(begun(*record, 1) == Known::taken);
    REQUIRE(record->expire(kNoon));
    record.reset();
    fs::resize_file(file, whole);
  }
}

TEST_CASE("the counts add up, over days and restarts") {
  const Place place;
  {
    auto record = opened(place);
    for (std::uint8_t n = 1; n <= 4; ++n) CHECK(begun(*record, n) == Known::fresh);
    ended(*record, 1, RelayOutcome::taken);
    ended(*record, 2, RelayOutcome::refused);
    ended(*record, 3, RelayOutcome::deferred);
    ended(*record, 4, RelayOutcome::unknown, kNoon + Days{1});
    CHECK(begun(*record, 1) == Known::taken);
  }
  for (const auto& days : {opened(place)->counts(), opened(place)->counts()}) {
    REQUIRE(days.size() == 2);
    CHECK(days[0].counts.received == 4);
    CHECK(days[0].counts.accepted == 2);
    CHECK(days[0].counts.refused == 1);
    CHECK(days[0].counts.deferred == 1);
    CHECK(days[1].counts.deferred == 1);
  }
}

}  // namespace
