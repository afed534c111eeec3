// Merkle proofs: making them from tiles, checking them without.
//
// Source: RFC 6962 section 2.1; the checks follow RFC 9162 section 2.1.3.2 and
// 2.1.4.2. Sizes count leaves; a proof runs from the leaf up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lethe/ledger/hash.h"
#include "lethe/ports/tile_store.h"

namespace lethe::ledger {

// What a checkpoint signs: so many entries, under this root.
struct TreeHead {
  std::uint64_t size = 0;
  Hash root{};
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

using HashPath = std::vector<Hash>;  // at most 64 in an inclusion proof

// Reads hashes of a tree whose tiles are complete for `size` leaves. Keeps
// the last 16 tiles it has read: make one per piece of work.
class TileReader {
 public:
  TileReader(ports::TileStore& store, std::uint64_t size) : store_(store), size_(size) {}

  // Errors: not_found, corrupt (a tile of the wrong length), unavailable.
  [[nodiscard]] Result<Hash> leaf(std::uint64_t index);
  // The root the tree had when it had `size` leaves; size <= the reader's.
  [[nodiscard]] Result<Hash> root(std::uint64_t size);
  // Proof that leaf `index` is in the tree of `size` leaves; index < size.
  // Errors: out_of_range, and those of leaf().
  [[nodiscard]] Result<HashPath> inclusion(std::uint64_t index, std::uint64_t size);
  // Proof that the tree of `from` leaves is a prefix of that of `to`;
  // from <= to. Empty when from is 0 or equal to `to`.
  [[nodiscard]] Result<HashPath> consistency(std::uint64_t from, std::uint64_t to);
  // The first `width` hashes of a tile, from the partial tile of that width or
  // from the full one. Precondition, asserted: width 1..256.
  [[nodiscard]] Result<std::vector<Hash>> tile(unsigned level, std::uint64_t index,
                                               std::uint64_t width);

 private:
  Result<Hash> perfect(std::uint64_t start, unsigned height);
  Result<Hash> range(std::uint64_t begin, std::uint64_t end);
  Result<HashPath> path_in(std::uint64_t index, std::uint64_t begin, std::uint64_t end);
  Result<HashPath> subproof(std::uint64_t from, std::uint64_t begin, std::uint64_t end, bool whole);

  // A tile and the rows of nodes above its hashes.
  struct Subtrees {
    unsigned level = 0;
    std::uint64_t index = 0;
    std::vector<std::vector<Hash>> rows;
  };
  Result<const Subtrees*> subtrees(unsigned level, std::uint64_t index);

  ports::TileStore& store_;
  std::uint64_t size_;
  std::vector<Subtrees> cache_;
};

// The root of 2^k hashes; not empty.
[[nodiscard]] Hash root_of_perfect(std::span<const Hash> hashes);
// The root of a tree cut into perfect subtrees, largest first;
// none: the empty tree.
[[nodiscard]] Hash root_of_subtrees(std::span<const Hash> roots);

// Does `proof` lead from leaf `leaf` at `index` to the root of `head`?
[[nodiscard]] bool proves_inclusion(const Hash& leaf, std::uint64_t index, const TreeHead& head,
                                    std::span<const Hash> proof);
// Does `proof` show that the tree of `older` is a prefix of that of `newer`?
// The empty tree is a prefix of every tree.
[[nodiscard]] bool proves_consistency(const TreeHead& older, const TreeHead& newer,
                                      std::span<const Hash> proof);

}  // namespace lethe::ledger
