#include "site_memory.h"

#include <doctest/doctest.h>

namespace lethe::web {
namespace {

constexpr Instant kNoon{Seconds{1'800'000'000}};
const core::TicketId kTicket = core::TicketId::of(7);
const core::AgentId kMarta = core::AgentId::of(1);
const core::AgentId kJonas = core::AgentId::of(2);

class Counting final : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (auto& byte : out) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

}  // namespace

TEST_CASE("others see who is writing for half a minute and not a second longer") {
  Presence presence;
  CHECK(presence.enter(kTicket, kJonas, "Jonas", kNoon));
  CHECK_FALSE(presence.enter(kTicket, kJonas, "Jonas", kNoon));
  CHECK(presence.others(kTicket, kMarta, kNoon + Presence::kLife).size() == 1);
  CHECK(presence.others(kTicket, kMarta, kNoon + Presence::kLife + Seconds{1}).empty());
}

TEST_CASE("nobody sees themselves writing, nor those at another ticket") {
  Presence presence;
  presence.enter(kTicket, kJonas, "Jonas", kNoon);
  CHECK(presence.others(kTicket, kJonas, kNoon).empty());
  CHECK(presence.others(core::TicketId::of(8), kMarta, kNoon).empty());
  CHECK(presence.leave(kTicket, kJonas));
  CHECK_FALSE(presence.leave(kTicket, kJonas));
  CHECK(presence.others(kTicket, kMarta, kNoon).empty());
}

TEST_CASE(
    "the brake holds a peer after thirty failures, nobody else, and lets go after its window") {
  Brake brake;
  for (int i = 0; i < Brake::kTriesMax; ++i) {
    CHECK_FALSE(brake.holds("192.0.2.1", kNoon));
    brake.note_failure("192.0.2.1", kNoon);
  }
  CHECK(brake.holds("192.0.2.1", kNoon));
  CHECK(brake.holds("192.0.2.1", kNoon + Brake::kWindow));
  CHECK_FALSE(brake.holds("192.0.2.2", kNoon));
  CHECK_FALSE(brake.holds("192.0.2.1", kNoon + Brake::kWindow + Seconds{1}));
}

TEST_CASE("an address of an inline image works once") {
  OneTimeFiles files;
  Counting random;
  const std::string token = files.offer(core::AttachmentId::of(3), random, kNoon);
  CHECK(files.take(token, kNoon) == core::AttachmentId::of(3));
  CHECK_FALSE(files.take(token, kNoon).has_value());
  CHECK_FALSE(files.take("guessed", kNoon).has_value());
}

TEST_CASE("an address of an inline image ends after five minutes, used or not") {
  OneTimeFiles files;
  Counting random;
  const std::string in_time = files.offer(core::AttachmentId::of(3), random, kNoon);
  const std::string too_late = files.offer(core::AttachmentId::of(4), random, kNoon);
  CHECK(in_time != too_late);
  CHECK(files.take(in_time, kNoon + OneTimeFiles::kLife).has_value());
  CHECK_FALSE(files.take(too_late, kNoon + OneTimeFiles::kLife + Seconds{1}).has_value());
}

}  // namespace lethe::web
