// What a process leaves that dies between any two effects of the log.
#include <doctest/doctest.h>

#include "lethe/ledger/log.h"
#include "lethe/test/memory_signer.h"
#include "lethe/test/memory_tile_store.h"

using namespace lethe;
using namespace lethe::ledger;

namespace {

constexpr auto kOrigin = "help.example.org/ledger";

std::string entry_number(std::uint64_t number) { return "entry " + std::to_string(number); }

// A log of `size` signed entries, then `more` entries and a checkpoint, on a
// disk that dies after `writes`. True when it lived through.
bool lived_through(test::MemoryTileStore& store, test::MemorySigner& signer, std::uint64_t more,
                   int writes) {
  auto log = Log::open(store, signer, kOrigin);
  REQUIRE(log);
  store.writes_left = writes;
  for (std::uint64_t i = 0; i < more; ++i) {
    if (!log->append(as_bytes(entry_number(log->size())))) return false;
  }
  return log->checkpoint().has_value();
}

// The promise of the log: whatever was signed is on disk, proved, and the log goes on.
void check_log_goes_on(test::MemoryTileStore& store, test::MemorySigner& signer) {
  store.writes_left.reset();
  auto log = Log::open(store, signer, kOrigin);
  REQUIRE(log);
  REQUIRE(log->status());
  const auto remembered = signer.last_signed().value();
  if (remembered) CHECK(log->size() == remembered->size);

  const std::uint64_t index = *log->append(as_bytes("after the crash"));
  REQUIRE(log->checkpoint());
  CHECK(log->check());
  CHECK(log->proof(index));
  for (std::size_t i = 0; i < signer.signed_heads.size(); ++i) {
    const TreeHead& head = signer.signed_heads[i];
    CHECK(proves_consistency(head, log->signed_head(), *log->consistency(head.size)));
  }
}

}  // namespace

TEST_CASE("a disk that dies after any write leaves every signed entry in place") {
  for (const std::uint64_t size : {0, 1, 250, 256, 510}) {
    for (const std::uint64_t more : {1, 2, 10, 300}) {
      bool lived = false;
      for (int writes = 0; !lived; ++writes) {
        test::MemoryTileStore store;
        test::MemorySigner signer;
        REQUIRE(lived_through(store, signer, size, 1000));
        store.writes_left.reset();
        lived = lived_through(store, signer, more, writes);
        check_log_goes_on(store, signer);
      }
    }
  }
}

TEST_CASE("a crash between the signer's memory and the checkpoint keeps the entries") {
  for (const std::uint64_t more : {1, 6, 251, 256, 600}) {
    test::MemoryTileStore store;
    test::MemorySigner signer;
    REQUIRE(lived_through(store, signer, 5, 1000));
    signer.dies_after_remembering = true;
    CHECK_FALSE(lived_through(store, signer, more, 1000));
    signer.dies_after_remembering = false;

    store.writes_left.reset();
    auto log = Log::open(store, signer, kOrigin);
    REQUIRE(log);
    CHECK(log->size() == 5 + more);
    CHECK(*log->append_once(as_bytes(entry_number(4 + more)), 5) == 4 + more);
    CHECK(log->checkpoint()->size == 5 + more);
    CHECK(log->proof(4 + more));
    CHECK(log->check());
  }
}

TEST_CASE("what was appended and not signed is written over after a crash") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  REQUIRE(lived_through(store, signer, 200, 1000));
  {
    auto log = Log::open(store, signer, kOrigin);
    for (int i = 0; i < 400; ++i) REQUIRE(log->append(as_bytes("never signed")));
  }
  auto log = Log::open(store, signer, kOrigin);
  CHECK(log->size() == 200);
  for (int i = 0; i < 400; ++i) REQUIRE(log->append(as_bytes("signed")));
  REQUIRE(log->checkpoint());
  CHECK(log->check());
  CHECK(as_text(*log->entry(599)) == "signed");
}

TEST_CASE("a full disk is passed on, and the same log goes on when there is room") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  auto log = Log::open(store, signer, kOrigin);
  REQUIRE(log);
  for (std::uint64_t i = 0; i < 255; ++i) REQUIRE(log->append(as_bytes(entry_number(i))));
  for (int writes = 0; writes < 2; ++writes) {
    store.writes_left = writes;
    CHECK(log->append(as_bytes(entry_number(255))).error().code == Errc::unavailable);
    CHECK(log->size() == 255);
  }
  store.writes_left.reset();
  CHECK(*log->append(as_bytes(entry_number(255))) == 255);
  REQUIRE(log->checkpoint());
  CHECK(log->check());
}
