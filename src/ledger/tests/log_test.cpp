#include "lethe/ledger/log.h"

#include <doctest/doctest.h>

#include "lethe/test/memory_signer.h"
#include "lethe/test/memory_tile_store.h"
#include "naive_tree.h"

using namespace lethe;
using namespace lethe::ledger;

namespace {

constexpr auto kOrigin = "help.example.org/ledger";

std::string entry_number(std::uint64_t number) { return "entry " + std::to_string(number); }

Log opened(test::MemoryTileStore& store, test::MemorySigner& signer) {
  auto log = Log::open(store, signer, kOrigin);
  REQUIRE(log);
  return std::move(*log);
}

void append_up_to(Log& log, std::uint64_t size) {
  while (log.size() < size) REQUIRE(log.append(as_bytes(entry_number(log.size()))));
}

Hash expected_root(std::uint64_t size) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < size; ++i) leaves.push_back(leaf_hash(as_bytes(entry_number(i))));
  return test::naive_root(leaves);
}

bool is_proved(Log& log, std::uint64_t index, std::string_view entry) {
  const auto proof = log.proof(index);
  if (!proof) return false;
  const auto note = parse_checkpoint(proof->checkpoint);
  return note && check_signature(*note, log.key()) == SignatureCheck::good &&
         proof->extra == to_bytes(entry) &&
         proves_inclusion(leaf_hash(as_bytes(entry)), index, note->checkpoint.head, proof->path);
}

}  // namespace

TEST_CASE("a log of any size is signed with the root RFC 6962 defines and opens again") {
  for (const std::uint64_t size : {0, 1, 2, 255, 256, 257, 512, 513, 700}) {
    test::MemoryTileStore store;
    test::MemorySigner signer;
    Log log = opened(store, signer);
    append_up_to(log, size);
    CHECK(*log.checkpoint() == TreeHead{size, expected_root(size)});

    Log again = opened(store, signer);
    CHECK(again.status());
    CHECK(again.size() == size);
    CHECK(again.signed_note() == log.signed_note());
    CHECK(again.check());
    append_up_to(again, size + 1);
    CHECK(again.checkpoint()->root == expected_root(size + 1));
  }
}

TEST_CASE("a checkpoint after each entry gives the same log as one at the end") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  for (std::uint64_t size = 1; size <= 600; ++size) {
    append_up_to(log, size);
    REQUIRE(log.checkpoint());
  }
  CHECK(log.signed_head().root == expected_root(600));
  CHECK(log.check());
}

TEST_CASE("the files on disk are those that the C2SP rules ask of a tree of this size") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 70'000);
  REQUIRE(log.checkpoint());
  std::size_t full = 0;
  for (const auto& [path, content] : store.files) {
    CHECK(ports::LogPath::parse(path));
    if (path.starts_with("tile/0/") && !path.contains(".p/")) {
      ++full;
      CHECK(content.size() == 8192);
    }
  }
  CHECK(full == 273);
  CHECK(store.files.at("tile/0/273.p/112").size() == 112 * 32);
  CHECK(store.files.at("tile/1/000").size() == 8192);
  CHECK(store.files.at("tile/1/001.p/17").size() == 17 * 32);
  CHECK(store.files.at("tile/2/000.p/1").size() == 32);
  CHECK(store.files.contains("tile/entries/272"));
  CHECK(store.files.contains("tile/entries/273.p/112"));
}

TEST_CASE("entry bundles are entries behind their 16-bit length and hash to their tile") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 2);
  REQUIRE(log.checkpoint());
  CHECK(as_text(store.files.at("tile/entries/000.p/2")) ==
        std::string_view{"\0\7entry 0\0\7entry 1", 18});
  const Bytes& tile = store.files.at("tile/0/000.p/2");
  CHECK(std::ranges::equal(ByteView{tile}.first(32), leaf_hash(as_bytes("entry 0"))));
}

TEST_CASE("partial tiles stay for every checkpoint until their full tile is signed") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  for (const std::uint64_t size : {3, 200}) {
    append_up_to(log, size);
    REQUIRE(log.checkpoint());
  }
  CHECK(store.files.contains("tile/0/000.p/3"));
  append_up_to(log, 256);
  CHECK(store.files.contains("tile/0/000.p/3"));
  REQUIRE(log.checkpoint());
  CHECK_FALSE(store.files.contains("tile/0/000.p/3"));
  CHECK_FALSE(store.files.contains("tile/entries/000.p/200"));
  CHECK(is_proved(log, 2, "entry 2"));
}

TEST_CASE("one more entry costs the same few files in a log of 10 and of 66,000") {
  for (const std::uint64_t size : {10, 66'000}) {
    test::MemoryTileStore store;
    test::MemorySigner signer;
    Log log = opened(store, signer);
    append_up_to(log, size);
    REQUIRE(log.checkpoint());
    store.reads = store.writes = 0;
    append_up_to(log, size + 1);
    REQUIRE(log.checkpoint());
    CHECK(store.writes == 3);  // bundle, tile, checkpoint
    CHECK(store.reads == 0);
  }
}

TEST_CASE("opening a log reads a few files, however long it is") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 66'000);
  REQUIRE(log.checkpoint());
  store.reads = 0;
  opened(store, signer);
  CHECK(store.reads <= 10);
}

TEST_CASE("every signed entry is proved, and none that is not signed yet") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 300);
  CHECK(log.proof(0).error().code == Errc::not_found);
  REQUIRE(log.checkpoint());
  for (std::uint64_t index = 0; index < 300; ++index) {
    CHECK(is_proved(log, index, entry_number(index)));
  }
  CHECK_FALSE(is_proved(log, 5, "entry 6"));
  append_up_to(log, 301);
  CHECK(log.proof(300).error().code == Errc::not_found);
  CHECK(is_proved(log, 299, "entry 299"));
}

TEST_CASE("any two checkpoints of a log are consistent, and a fork is not") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  for (const std::uint64_t size : {0, 1, 7, 256, 300, 513}) {
    append_up_to(log, size);
    REQUIRE(log.checkpoint());
  }
  for (TreeHead older : signer.signed_heads) {
    const auto proof = log.consistency(older.size);
    REQUIRE(proof);
    CHECK(proves_consistency(older, log.signed_head(), *proof));
    older.root[7] ^= 1;
    CHECK_FALSE(proves_consistency(older, log.signed_head(), *proof));
  }
  CHECK(log.consistency(514).error().code == Errc::out_of_range);
}

TEST_CASE("entries are bounded, and no entry is empty") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  CHECK(log.append({}).error().code == Errc::invalid_argument);
  CHECK(log.append(Bytes(kEntryBytesMax + 1, 1)).error().code == Errc::too_large);
  CHECK(log.append(Bytes(kEntryBytesMax, 1)));
  CHECK(log.checkpoint());
  CHECK(log.entry(0)->size() == kEntryBytesMax);
}

TEST_CASE("a resumed erasure does not stand in the log twice") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  for (const std::uint64_t before : {0, 3, 250, 600}) {
    append_up_to(log, before);
    const std::uint64_t not_before = log.size();
    const std::string mine = "mine at " + std::to_string(before);
    const std::uint64_t index = *log.append_once(as_bytes(mine), not_before);
    CHECK(*log.append_once(as_bytes(mine), not_before) == index);
    append_up_to(log, log.size() + 300);
    REQUIRE(log.checkpoint());
    Log again = opened(store, signer);
    CHECK(*again.append_once(as_bytes(mine), not_before) == index);
    CHECK(*again.append_once(as_bytes(mine), index) == index);
    CHECK(*again.append_once(as_bytes(mine), index + 1) == again.size() - 1);
  }
}

TEST_CASE("a log shorter than what was signed signs nothing until its files are back") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  {
    Log log = opened(store, signer);
    append_up_to(log, 5);
    REQUIRE(log.checkpoint());
  }
  const auto short_files = store.files;
  {
    Log log = opened(store, signer);
    append_up_to(log, 9);
    REQUIRE(log.checkpoint());
  }
  const auto whole_files = store.files;
  const auto times_signed = signer.signed_heads.size();

  for (const auto& files : {std::map<std::string, Bytes>{}, short_files}) {
    store.files = files;
    Log log = opened(store, signer);
    const auto refused = log.append(as_bytes("new"));
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(refused.error().detail.contains("9 entries"));
    CHECK_FALSE(log.checkpoint());
    CHECK_FALSE(log.status());
    CHECK(store.files == files);
    CHECK(signer.signed_heads.size() == times_signed);

    store.files = whole_files;
    CHECK(*log.append(as_bytes("new")) == 9);
    CHECK(log.checkpoint());
    CHECK(log.check());
    signer.signed_heads.resize(times_signed);
  }
}

TEST_CASE("a log whose edge was changed, or that another key signed, signs nothing") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  {
    Log log = opened(store, signer);
    append_up_to(log, 300);
    REQUIRE(log.checkpoint());
  }
  const auto files = store.files;
  for (const char* path : {"tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"}) {
    store.files = files;
    store.files.at(path)[7] ^= 1;
    CHECK(opened(store, signer).append(as_bytes("new")).error().code == Errc::unavailable);
    store.files.erase(path);
    CHECK(opened(store, signer).append(as_bytes("new")).error().code == Errc::unavailable);
  }
  store.files = files;
  test::MemorySigner stranger{8};
  CHECK(opened(store, stranger).append(as_bytes("new")).error().code == Errc::unavailable);
  store.files.at("checkpoint") = to_bytes("garbage");
  CHECK(opened(store, signer).append(as_bytes("new")).error().code == Errc::unavailable);
}

TEST_CASE("a check finds a changed byte in any file of the log") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 600);
  REQUIRE(log.checkpoint());
  REQUIRE(log.check());
  const auto files = store.files;
  for (const auto& [path, content] : files) {
    if (path == "checkpoint") continue;
    for (const std::size_t at : {std::size_t{0}, content.size() / 2, content.size() - 1}) {
      store.files = files;
      store.files.at(path)[at] ^= 0x10;
      CHECK_MESSAGE(log.check().error().code == Errc::corrupt, path);
    }
  }
}

TEST_CASE("a rotten file gives an error instead of a proof that does not hold") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 600);
  REQUIRE(log.checkpoint());
  store.files.at("tile/0/000")[40] ^= 1;
  CHECK(log.proof(3).error().code == Errc::corrupt);
  CHECK(log.proof(0).error().code == Errc::corrupt);
}

TEST_CASE("an origin belongs to a log for ever") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  {
    Log log = opened(store, signer);
    append_up_to(log, 1);
    REQUIRE(log.checkpoint());
  }
  auto moved = Log::open(store, signer, "new.example.org/ledger");
  REQUIRE(moved);
  CHECK(moved->key().origin() == kOrigin);
  CHECK(is_proved(*moved, 0, "entry 0"));
  CHECK(Log::open(store, signer, "not an origin").error().code == Errc::invalid_argument);
}

TEST_CASE("while the keyring cannot be reached nothing is signed, and nothing is lost") {
  test::MemoryTileStore store;
  test::MemorySigner signer;
  Log log = opened(store, signer);
  append_up_to(log, 3);
  signer.down = true;
  CHECK(log.checkpoint().error().code == Errc::unavailable);
  CHECK_FALSE(store.files.contains("checkpoint"));
  CHECK_FALSE(opened(store, signer).status());
  signer.down = false;
  CHECK(log.checkpoint()->size == 3);
}
