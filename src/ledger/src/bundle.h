// Entry bundles and the fall-back from partial to full files.
#pragma once

#include <cstdint>
#include <functional>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/ports/tile_store.h"

namespace lethe::ledger {

inline constexpr std::uint64_t kBundleWidth = 256;

// `partial`, or `full` when the partial file was removed after the full one
// was made; both begin alike. Errors: as TileStore::read.
[[nodiscard]] Result<Bytes> read_either(ports::TileStore& store, const ports::LogPath& partial,
                                        const ports::LogPath& full);

// The first `width` entries of bundle `index`, as they stand there.
// Errors: corrupt when it holds fewer, and those of TileStore::read.
[[nodiscard]] Result<Bytes> read_bundle(ports::TileStore& store, std::uint64_t index,
                                        std::uint64_t width);

void append_entry(Bytes& bundle, ByteView entry);

// Visits the entries in order. Errors: corrupt when a length passes the end;
// the first error of `visit`.
[[nodiscard]] Status for_each_entry(ByteView bundle, const std::function<Status(ByteView)>& visit);

}  // namespace lethe::ledger
