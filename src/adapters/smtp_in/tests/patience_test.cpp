#include "patience.h"

#include <doctest/doctest.h>

#include <utility>

namespace lethe::smtp_in {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Patience::Instant kStart{};

// A session played by hand: the clock stands where the test puts it.
struct Played {
  Deadlines deadlines;
  Patience patience{deadlines, kStart};
  Patience::Standing standing;
  Patience::Instant now = kStart;

  Patience::Instant deadline() { return patience.deadline(standing, now); }
  // One more wait of `pause`; false when the deadline passed meanwhile.
  bool waits(std::chrono::seconds pause) {
    const auto until = deadline();
    now += pause;
    return now < until;
  }
  void reads(std::uint64_t bytes) { standing.content_bytes += bytes; }
  void obeys() { ++standing.progress; }
  void begins_content() { standing.reading_content = true; }
  void begins_chunk() {
    obeys();
    ++standing.chunks;
    begins_content();
  }
  void ends_content() { standing.reading_content = false; }
  void ends_mail() {
    ends_content();
    ++standing.progress;
    ++standing.mails_ended;
    standing.content_bytes = standing.chunks = 0;
  }
};

}  // namespace

TEST_CASE("a command has five minutes from when it is waited for, whatever bytes come") {
  Played peer;
  CHECK(peer.deadline() == kStart + minutes{5});
  peer.now += minutes{4};
  CHECK(peer.deadline() == kStart + minutes{5});
  peer.obeys();
  CHECK(peer.deadline() == kStart + minutes{9});
}

TEST_CASE("after the handshake a command has its whole time") {
  Played peer;
  CHECK(peer.deadline() == kStart + minutes{5});
  peer.now += minutes{1};
  peer.patience.restart_command(peer.now);
  CHECK(peer.deadline() == kStart + minutes{6});
}

TEST_CASE("content has five minutes from one piece to the next and must keep the least rate") {
  Played peer;
  peer.begins_content();
  CHECK(peer.deadline() == kStart + minutes{5});
  peer.now += minutes{4};
  peer.reads(1);
  CHECK(peer.deadline() == kStart + minutes{5});  // a byte earns nothing
  peer.reads(8192 * 60);
  CHECK(peer.deadline() == kStart + minutes{6});
  peer.reads(8192 * 3600);
  CHECK(peer.deadline() == kStart + minutes{9});  // never more than five from now
}

TEST_CASE("a byte every four minutes ends within a command's time, in a line and in content") {
  for (const bool in_content : {false, true}) {
    Played peer;
    peer.standing.reading_content = in_content;
    int waits = 0;
    while (peer.waits(minutes{4})) {
      if (in_content) peer.reads(1);
      REQUIRE(++waits < 10);
    }
    CHECK(peer.now <= kStart + minutes{8});
  }
}

TEST_CASE("a command every four minutes ends with the transaction") {
  Played peer;
  int waits = 0;
  while (peer.waits(minutes{4})) {
    peer.obeys();
    REQUIRE(++waits < 100);
  }
  CHECK(peer.now > kStart + minutes{26});
  CHECK(peer.now <= kStart + minutes{34});
}

TEST_CASE("a chunk of one byte every four minutes ends with the transaction") {
  Played peer;
  int waits = 0;
  while (peer.waits(minutes{2})) {
    peer.begins_chunk();
    if (!peer.waits(minutes{2})) break;
    peer.reads(1);
    peer.ends_content();
    REQUIRE(++waits < 100);
  }
  CHECK(peer.now <= kStart + minutes{34});
}

TEST_CASE("chunks of a byte end with the transaction however fast they come") {
  Played peer;
  // 20,000 a second, more than the least rate asks of content.
  for (int i = 0; i < 31 * 60 && peer.waits(seconds{1}); ++i) {
    peer.obeys();
    peer.standing.chunks += 20'000;
    peer.reads(20'000);
  }
  CHECK(peer.now == kStart + minutes{30});
}

TEST_CASE("a transaction ends after thirty minutes, to the second") {
  for (const auto [waited, is_open] : {std::pair{seconds{4}, true}, std::pair{seconds{5}, false}}) {
    Played peer;
    for (int i = 0; i < 6; ++i) {
      REQUIRE(peer.waits(minutes{5} - seconds{1}));
      peer.obeys();
    }
    REQUIRE(peer.now == kStart + minutes{30} - seconds{6});
    REQUIRE(peer.waits(seconds{1}));
    peer.obeys();
    CHECK(peer.waits(waited) == is_open);
  }
}

TEST_CASE("the end of a mail begins the next one's time") {
  Played peer;
  for (int mails = 0; mails < 50; ++mails) {
    REQUIRE(peer.waits(minutes{4}));
    peer.obeys();
    peer.begins_content();
    REQUIRE(peer.waits(minutes{4}));
    peer.ends_mail();
  }
  CHECK(peer.now == kStart + 50 * minutes{8});
}

TEST_CASE("a large mail on a slow line has the time that its bytes earn") {
  Played peer;
  peer.begins_content();
  // 35 MiB at 10,000 bytes a second: an hour.
  for (int i = 0; i < 3670; ++i) {
    REQUIRE(peer.waits(seconds{1}));
    peer.reads(10'000);
  }
  CHECK(peer.now > kStart + minutes{60});
  // Chunk by chunk as well.
  Played chunks;
  for (int i = 0; i < 3670; ++i) {
    chunks.begins_chunk();
    REQUIRE(chunks.waits(seconds{1}));
    chunks.reads(10'000);
    chunks.ends_content();
    REQUIRE(chunks.waits(seconds{0}));
  }
}

TEST_CASE("the bytes of one mail earn nothing for the next, also between two looks") {
  Played peer;
  peer.begins_content();
  REQUIRE(peer.waits(seconds{1}));
  peer.reads(8192 * 3600);
  CHECK(peer.deadline() == peer.now + minutes{5});
  peer.ends_mail();
  peer.begins_content();  // pipelined: the command line was never waited for
  peer.reads(10);
  peer.now += seconds{1};
  const auto began = peer.now;
  CHECK(peer.deadline() == began + minutes{5});
  peer.now += minutes{4};
  CHECK(peer.deadline() == began + minutes{5});
}

}  // namespace lethe::smtp_in
