#include "lethe/ports/log_path.h"

#include <doctest/doctest.h>

using lethe::ports::LogPath;

TEST_CASE("paths are spelled as C2SP tlog-tiles says") {
  CHECK(LogPath::checkpoint().text() == "checkpoint");
  CHECK(LogPath::tile(0, 0, 256).text() == "tile/0/000");
  CHECK(LogPath::tile(0, 999, 255).text() == "tile/0/999.p/255");
  CHECK(LogPath::tile(63, 1000, 1).text() == "tile/63/x001/000.p/1");
  CHECK(LogPath::entries(1234067, 256).text() == "tile/entries/x001/x234/067");
  CHECK(LogPath::entries(UINT64_MAX, 256).text() ==
        "tile/entries/x018/x446/x744/x073/x709/x551/615");
}

TEST_CASE("every path is read back, and its partial directory is known") {
  for (const LogPath& path : {LogPath::checkpoint(), LogPath::tile(7, 1234067, 17),
                              LogPath::tile(0, 0, 256), LogPath::entries(UINT64_MAX, 1)}) {
    CHECK(*LogPath::parse(path.text()) == path);
  }
  CHECK(LogPath::tile(0, 1, 17).partial_directory() == "tile/0/001.p");
  CHECK(LogPath::tile(0, 1, 256).partial_directory().empty());
  CHECK(LogPath::checkpoint().partial_directory().empty());
}

TEST_CASE("a path that leaves the log's directory or has a second spelling is refused") {
  for (const char* bad : {"",
                          "/",
                          "tile",
                          "tile/",
                          "tile/0",
                          "tile/0/",
                          "tile/0/0",
                          "tile/0/00",
                          "tile/0/0000",
                          "tile/0/x000/001",
                          "tile/0/001/x002",
                          "tile/0/x001",
                          "tile/0/001/002",
                          "tile/00/001",
                          "tile/64/001",
                          "tile/-1/001",
                          "tile/0/001.p/0",
                          "tile/0/001.p/256",
                          "tile/0/001.p/01",
                          "tile/0/001.p/",
                          "tile/0/001.p",
                          "tile/0/001.p/1/2",
                          "tile/0/001.p/1.p/1",
                          "tile/0/../001",
                          "../tile/0/001",
                          "tile/0/001/",
                          "tile//0/001",
                          "/tile/0/001",
                          "Tile/0/001",
                          "tile/0/001 ",
                          "tile/entries",
                          "tile/entries/x18446744073709551616",
                          "checkpoint/",
                          "checkpoint.tmp",
                          "tile/entries/x018/x446/x744/x073/x709/x551/616",
                          "tile/0/001.tmp"}) {
    CHECK_FALSE_MESSAGE(LogPath::parse(bad), bad);
  }
}
