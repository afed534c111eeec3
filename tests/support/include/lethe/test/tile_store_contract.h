// What every TileStore must do; run for each implementation.
#pragma once

#include <doctest/doctest.h>

#include "lethe/ports/tile_store.h"

namespace lethe::test {

inline void check_tile_store_contract(ports::TileStore& store) {
  using ports::LogPath;
  const LogPath partial = LogPath::tile(0, 1234067, 17);
  const LogPath full = LogPath::tile(0, 1234067, 256);

  CHECK(store.read(partial).error().code == Errc::not_found);
  CHECK(store.read(LogPath::checkpoint()).error().code == Errc::not_found);
  CHECK(store.remove_partials_of(full));

  CHECK(store.write(partial, as_bytes("first")));
  CHECK(as_text(*store.read(partial)) == "first");
  CHECK(store.write(partial, as_bytes("second, longer")));
  CHECK(as_text(*store.read(partial)) == "second, longer");
  CHECK(store.write(partial, {}));
  CHECK(store.read(partial)->empty());

  // A full tile, its partial ones and its neighbours do not get into each other's way.
  const LogPath other_partial = LogPath::tile(0, 1234067, 255);
  const LogPath neighbour = LogPath::tile(0, 1234068, 17);
  const LogPath entries = LogPath::entries(1234067, 17);
  for (const LogPath& path : {full, other_partial, neighbour, entries, LogPath::checkpoint()}) {
    CHECK(store.write(path, as_bytes(path.text())));
  }
  CHECK(store.remove_partials_of(full));
  CHECK(store.read(partial).error().code == Errc::not_found);
  CHECK(store.read(other_partial).error().code == Errc::not_found);
  for (const LogPath& path : {full, neighbour, entries, LogPath::checkpoint()}) {
    CHECK(as_text(*store.read(path)) == path.text());
  }

  const Bytes largest(ports::kLogResourceBytesMax, 0xa5);
  CHECK(store.write(full, largest));
  CHECK(*store.read(full) == largest);
  const Bytes too_large(ports::kLogResourceBytesMax + 1, 0xa5);
  CHECK(store.write(full, too_large).error().code == Errc::too_large);
  CHECK(*store.read(full) == largest);
}

}  // namespace lethe::test
