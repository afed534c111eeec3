#include "lethe/ledger/tree_edge.h"

#include <bit>

namespace lethe::ledger {
namespace {

constexpr unsigned kTileHeight = 8;
constexpr std::size_t kTileWidth = 256;

// Cuts the hashes of a partial tile into perfect subtrees, largest first.
void append_subtrees(std::span<const Hash> hashes, std::vector<Hash>& roots) {
  while (!hashes.empty()) {
    const std::size_t count = std::bit_floor(hashes.size());
    roots.push_back(root_of_perfect(hashes.first(count)));
    hashes = hashes.subspan(count);
  }
}

}  // namespace

Result<TreeEdge> TreeEdge::read(TileReader& tiles, std::uint64_t size) {
  TreeEdge edge;
  edge.size_ = size;
  unsigned level = 0;
  for (std::uint64_t rest = size; rest > 0; rest /= kTileWidth, ++level) {
    edge.levels_.emplace_back();
    if (rest % kTileWidth == 0) continue;
    LETHE_TRY(edge.levels_.back(), tiles.tile(level, rest / kTileWidth, rest % kTileWidth));
  }
  return edge;
}

Status TreeEdge::push(const Hash& leaf, const OnFull& on_full) {
  Hash carry = leaf;
  unsigned level = 0;
  for (; level < levels_.size() && levels_[level].size() == kTileWidth - 1; ++level) {
    std::vector<Hash> full = levels_[level];
    full.push_back(carry);
    LETHE_CHECK(on_full(level, size_ >> (kTileHeight * (level + 1)), full));
    carry = root_of_perfect(full);
  }
  for (unsigned below = 0; below < level; ++below) levels_[below].clear();
  if (level == levels_.size()) levels_.emplace_back();
  levels_[level].push_back(carry);
  ++size_;
  return {};
}

TreeHead TreeEdge::head() const {
  std::vector<Hash> roots;
  for (std::size_t level = levels_.size(); level-- > 0;) append_subtrees(levels_[level], roots);
  return {size_, root_of_subtrees(roots)};
}

}  // namespace lethe::ledger
