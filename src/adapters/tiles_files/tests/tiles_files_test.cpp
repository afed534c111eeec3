#include "lethe/tiles_files/tiles_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include "lethe/test/memory_tile_store.h"
#include "lethe/test/temp_directory.h"
#include "lethe/test/tile_store_contract.h"

using namespace lethe;
namespace fs = std::filesystem;
using ports::LogPath;

TEST_CASE("tiles in memory keep the contract of a tile store") {
  test::MemoryTileStore store;
  test::check_tile_store_contract(store);
}

TEST_CASE("tiles in files keep the contract of a tile store") {
  const test::TempDirectory directory;
  const auto store = tiles_files::open(directory.path() / "ledger");
  REQUIRE(store);
  test::check_tile_store_contract(**store);
}

TEST_CASE("the files lie where the C2SP rules look for them, and nothing else does") {
  const test::TempDirectory directory;
  const auto store = tiles_files::open(directory.path() / "a/b/ledger");
  REQUIRE(store);
  REQUIRE((*store)->write(LogPath::tile(3, 1234067, 17), as_bytes("x")));
  REQUIRE((*store)->write(LogPath::checkpoint(), as_bytes("x")));
  std::set<std::string> files;
  for (const auto& file : fs::recursive_directory_iterator{directory.path()}) {
    if (file.is_regular_file()) files.insert(fs::relative(file, directory.path() / "a/b/ledger"));
  }
  CHECK(files == std::set<std::string>{"checkpoint", "tile/3/x001/x234/067.p/17"});
}

TEST_CASE("what was written is there when the directory is opened again") {
  const test::TempDirectory directory;
  {
    const auto store = tiles_files::open(directory.path());
    REQUIRE((*store)->write(LogPath::entries(0, 1), as_bytes("kept")));
  }
  const auto again = tiles_files::open(directory.path());
  CHECK(as_text(*(*again)->read(LogPath::entries(0, 1))) == "kept");
}

TEST_CASE("a write cut short by a crash leaves the former content") {
  const test::TempDirectory directory;
  const auto store = tiles_files::open(directory.path());
  REQUIRE((*store)->write(LogPath::checkpoint(), as_bytes("former")));
  std::ofstream{directory.path() / "checkpoint.tmp"} << "half of the next";
  CHECK(as_text(*(*store)->read(LogPath::checkpoint())) == "former");
  REQUIRE((*store)->write(LogPath::checkpoint(), as_bytes("next")));
  CHECK(as_text(*(*store)->read(LogPath::checkpoint())) == "next");
  CHECK_FALSE(fs::exists(directory.path() / "checkpoint.tmp"));
}

TEST_CASE("nobody but the owner may write the log's files") {
  const test::TempDirectory directory;
  const auto store = tiles_files::open(directory.path() / "ledger");
  REQUIRE((*store)->write(LogPath::tile(0, 0, 1), as_bytes("x")));
  for (const char* path : {"ledger", "ledger/tile/0", "ledger/tile/0/000.p/1"}) {
    struct stat status{};
    REQUIRE(::stat((directory.path() / path).c_str(), &status) == 0);
    CHECK((status.st_mode & 0022) == 0);
  }
}

TEST_CASE("a file in the place of a directory is an error with a sentence, not a crash") {
  const test::TempDirectory directory;
  const auto store = tiles_files::open(directory.path());
  std::ofstream{directory.path() / "tile"} << "in the way";
  const auto written = (*store)->write(LogPath::tile(0, 0, 1), as_bytes("x"));
  CHECK(written.error().code == Errc::unavailable);
  CHECK(written.error().detail.contains("cannot"));
  CHECK_FALSE((*store)->read(LogPath::tile(0, 0, 1)));
  CHECK_FALSE(tiles_files::open(directory.path() / "tile"));
}
