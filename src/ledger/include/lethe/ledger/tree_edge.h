// The right edge of a growing Merkle tree: all it takes to add a leaf and to
// know the root, in at most 255 hashes per level.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lethe/ledger/merkle.h"

namespace lethe::ledger {

class TreeEdge {
 public:
  // Told of each tile that a leaf completes, lowest level first.
  using OnFull =
      std::function<Status(unsigned level, std::uint64_t index, std::span<const Hash> hashes)>;

  TreeEdge() = default;
  // The edge of the tree of `size` leaves, read from its tiles. Errors: as TileReader.
  [[nodiscard]] static Result<TreeEdge> read(TileReader& tiles, std::uint64_t size);

  // Adds a leaf. When `on_full` fails, the edge is as before and its error is returned.
  [[nodiscard]] Status push(const Hash& leaf, const OnFull& on_full);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] TreeHead head() const;
  // Levels that hold anything or are below one that does.
  [[nodiscard]] unsigned levels() const noexcept { return static_cast<unsigned>(levels_.size()); }
  // The partial tile of `level` < levels(); may be empty.
  [[nodiscard]] std::span<const Hash> level(unsigned level) const { return levels_.at(level); }

 private:
  std::uint64_t size_ = 0;
  std::vector<std::vector<Hash>> levels_;
};

}  // namespace lethe::ledger
