// A TileStore in memory. It can be told to die after a number of writes, as a
// process does: what was written stays, everything after fails.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lethe/ports/tile_store.h"

namespace lethe::test {

class MemoryTileStore : public ports::TileStore {
 public:
  Result<Bytes> read(const ports::LogPath& path) override {
    ++reads;
    const auto found = files.find(path.text());
    if (found == files.end()) return fail(Errc::not_found, "no " + path.text());
    return found->second;
  }

  Status write(const ports::LogPath& path, ByteView content) override {
    if (content.size() > ports::kLogResourceBytesMax) return fail(Errc::too_large, path.text());
    if (writes_left && (*writes_left)-- <= 0) return fail(Errc::unavailable, "the disk is gone");
    ++writes;
    files[path.text()] = Bytes(content.begin(), content.end());
    return {};
  }

  Status remove_partials_of(const ports::LogPath& full) override {
    if (writes_left && *writes_left <= 0) return fail(Errc::unavailable, "the disk is gone");
    std::erase_if(files,
                  [&](const auto& file) { return file.first.starts_with(full.text() + ".p/"); });
    return {};
  }

  std::map<std::string, Bytes> files;
  std::optional<int> writes_left;  // nothing: the disk lives on
  int reads = 0;
  int writes = 0;
};

}  // namespace lethe::test
