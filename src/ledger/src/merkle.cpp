#include "lethe/ledger/merkle.h"

#include <algorithm>
#include <bit>

#include "bundle.h"
#include "lethe/base/assert.h"

namespace lethe::ledger {
namespace {

constexpr unsigned kTileHeight = 8;
constexpr std::uint64_t kTileWidth = 256;
constexpr std::size_t kCachedTiles = 16;  // a proof walks along two edges of at most eight levels

// The place where RFC 6962 cuts a tree of `size` >= 2 leaves: the largest power
// of two smaller than it.
std::uint64_t cut_of(std::uint64_t size) { return std::bit_floor(size - 1); }

std::vector<Hash> row_above(std::span<const Hash> row) {
  std::vector<Hash> above(row.size() / 2);
  for (std::size_t i = 0; i < above.size(); ++i) above[i] = node_hash(row[2 * i], row[2 * i + 1]);
  return above;
}

// rows[k] are the roots of the perfect subtrees of 2^k hashes.
std::vector<std::vector<Hash>> rows_over(std::vector<Hash> hashes) {
  std::vector<std::vector<Hash>> rows{std::move(hashes)};
  while (rows.size() < kTileHeight) rows.push_back(row_above(rows.back()));
  return rows;
}

}  // namespace

Hash root_of_perfect(std::span<const Hash> hashes) {
  std::vector<Hash> row(hashes.begin(), hashes.end());
  while (row.size() > 1) row = row_above(row);
  return row.front();
}

Hash root_of_subtrees(std::span<const Hash> roots) {
  if (roots.empty()) return empty_root();
  Hash root = roots.back();
  for (std::size_t i = roots.size() - 1; i-- > 0;) root = node_hash(roots[i], root);
  return root;
}

Result<std::vector<Hash>> TileReader::tile(unsigned level, std::uint64_t index,
                                           std::uint64_t width) {
  LETHE_ASSERT(width >= 1 && width <= kTileWidth);
  const auto path = ports::LogPath::tile(level, index, static_cast<unsigned>(width));
  LETHE_TRY(const Bytes bytes,
            read_either(store_, path, ports::LogPath::tile(level, index, kTileWidth)));
  if (bytes.size() < width * sizeof(Hash)) {
    return fail(Errc::corrupt, "ledger file " + path.text() + " is too short");
  }
  std::vector<Hash> hashes(width);
  for (std::size_t i = 0; i < width; ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Hash)), sizeof(Hash),
                hashes[i].begin());
  }
  return hashes;
}

Result<const TileReader::Subtrees*> TileReader::subtrees(unsigned level, std::uint64_t index) {
  const auto cached = std::ranges::find_if(
      cache_, [&](const Subtrees& c) { return c.level == level && c.index == index; });
  if (cached != cache_.end()) return &*cached;

  const std::uint64_t at_level = size_ >> (kTileHeight * level);
  const std::uint64_t width = std::min(kTileWidth, at_level - index * kTileWidth);
  LETHE_TRY(auto hashes, tile(level, index, width));
  if (cache_.size() == kCachedTiles) cache_.erase(cache_.begin());
  cache_.push_back({level, index, rows_over(std::move(hashes))});
  return &cache_.back();
}

// The root of the perfect subtree of 2^height leaves from `start`, which is a
// multiple of that.
Result<Hash> TileReader::perfect(std::uint64_t start, unsigned height) {
  const unsigned level = height / kTileHeight;
  const unsigned row = height % kTileHeight;
  const std::uint64_t first = start >> (kTileHeight * level);
  LETHE_TRY(const Subtrees* tree, subtrees(level, first / kTileWidth));
  return tree->rows[row][first % kTileWidth >> row];
}

Result<Hash> TileReader::range(std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t size = end - begin;
  if (std::has_single_bit(size)) {
    return perfect(begin, static_cast<unsigned>(std::countr_zero(size)));
  }
  const std::uint64_t middle = begin + cut_of(size);
  LETHE_TRY(const Hash left, range(begin, middle));
  LETHE_TRY(const Hash right, range(middle, end));
  return node_hash(left, right);
}

Result<Hash> TileReader::leaf(std::uint64_t index) {
  if (index >= size_) return fail(Errc::out_of_range, "no such entry in the log");
  return perfect(index, 0);
}

Result<Hash> TileReader::root(std::uint64_t size) {
  if (size > size_) return fail(Errc::out_of_range, "the log has fewer entries");
  if (size == 0) return empty_root();
  return range(0, size);
}

// RFC 6962 section 2.1.1, PATH(m, D[begin:end]).
Result<HashPath> TileReader::path_in(std::uint64_t index, std::uint64_t begin, std::uint64_t end) {
  if (end - begin == 1) return HashPath{};
  const std::uint64_t middle = begin + cut_of(end - begin);
  const bool left = index < middle;
  LETHE_TRY(HashPath path, left ? path_in(index, begin, middle) : path_in(index, middle, end));
  LETHE_TRY(const Hash sibling, left ? range(middle, end) : range(begin, middle));
  path.push_back(sibling);
  return path;
}

Result<HashPath> TileReader::inclusion(std::uint64_t index, std::uint64_t size) {
  if (index >= size || size > size_) return fail(Errc::out_of_range, "no such entry in the log");
  return path_in(index, 0, size);
}

// RFC 6962 section 2.1.2, SUBPROOF(m, D[begin:end], whole).
Result<HashPath> TileReader::subproof(std::uint64_t from, std::uint64_t begin, std::uint64_t end,
                                      bool whole) {
  if (from == end - begin) {
    if (whole) return HashPath{};
    LETHE_TRY(const Hash root, range(begin, end));
    return HashPath{root};
  }
  const std::uint64_t cut = cut_of(end - begin);
  const std::uint64_t middle = begin + cut;
  const bool left = from <= cut;
  LETHE_TRY(HashPath path,
            left ? subproof(from, begin, middle, whole) : subproof(from - cut, middle, end, false));
  LETHE_TRY(const Hash other, left ? range(middle, end) : range(begin, middle));
  path.push_back(other);
  return path;
}

Result<HashPath> TileReader::consistency(std::uint64_t from, std::uint64_t to) {
  if (from > to || to > size_) return fail(Errc::out_of_range, "the log has fewer entries");
  if (from == 0 || from == to) return HashPath{};
  return subproof(from, 0, to, true);
}

bool proves_inclusion(const Hash& leaf, std::uint64_t index, const TreeHead& head,
                      std::span<const Hash> proof) {
  if (index >= head.size) return false;
  std::uint64_t node = index;
  std::uint64_t last = head.size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      // The right edge has no sibling on the levels in between.
      for (; (node & 1) == 0 && node != 0; node >>= 1) last >>= 1;
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == head.root;
}

namespace {

// RFC 9162 section 2.1.4.2 steps 4 to 7; `path` begins with the node at which
// the two trees agree.
bool same_prefix(const TreeHead& older, const TreeHead& newer, std::span<const Hash> path) {
  std::uint64_t node = older.size - 1;
  std::uint64_t last = newer.size - 1;
  for (; (node & 1) != 0; node >>= 1) last >>= 1;
  Hash old_root = path.front();
  Hash new_root = path.front();
  for (const Hash& hash : path.subspan(1)) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_root = node_hash(hash, old_root);
      new_root = node_hash(hash, new_root);
      for (; (node & 1) == 0 && node != 0; node >>= 1) last >>= 1;
    } else {
      new_root = node_hash(new_root, hash);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_root == older.root && new_root == newer.root;
}

}  // namespace

bool proves_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> proof) {
  if (older.size > newer.size) return false;
  if (older.size == newer.size) return proof.empty() && older.root == newer.root;
  if (older.size == 0) return proof.empty() && older.root == empty_root();
  if (!std::has_single_bit(older.size)) {
    return !proof.empty() && same_prefix(older, newer, proof);
  }
  // A perfect older tree is itself the first node; the proof leaves it out.
  if (proof.empty()) return false;
  std::vector<Hash> path{older.root};
  path.insert(path.end(), proof.begin(), proof.end());
  return same_prefix(older, newer, path);
}

}  // namespace lethe::ledger
