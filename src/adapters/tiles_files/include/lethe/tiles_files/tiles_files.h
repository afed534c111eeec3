// The transparency log's files in a `ledger/` directory.
//
// The directory has the layout of C2SP tlog-tiles and nothing else but
// `*.tmp` files of a write in progress, so a web server can publish it.
#pragma once

#include <filesystem>
#include <memory>

#include "lethe/ports/tile_store.h"

namespace lethe::tiles_files {

// Makes the directory if it is missing. One writer at a time (the data
// directory's lock); reads may come from any thread. Errors: unavailable.
[[nodiscard]] Result<std::unique_ptr<ports::TileStore>> open(std::filesystem::path directory);

}  // namespace lethe::tiles_files
