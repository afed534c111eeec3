#include "lethe/ledger/merkle.h"

#include <doctest/doctest.h>

#include "lethe/ledger/tree_edge.h"
#include "lethe/test/memory_tile_store.h"
#include "naive_tree.h"

using namespace lethe;
using namespace lethe::ledger;
using ports::LogPath;

namespace {

constexpr std::size_t kLeaves = 600;  // two full tiles, a partial one, and a level above

Hash leaf_number(std::uint64_t number) { return leaf_hash(as_bytes(std::to_string(number))); }

Bytes joined(std::span<const Hash> hashes) {
  Bytes bytes;
  for (const Hash& hash : hashes) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

struct Tree {
  test::MemoryTileStore store;
  std::vector<Hash> leaves;
  TreeEdge edge;

  void grow() {
    leaves.push_back(leaf_number(leaves.size()));
    const auto write = [this](unsigned level, std::uint64_t index, std::span<const Hash> hashes) {
      return store.write(LogPath::tile(level, index, 256), joined(hashes));
    };
    REQUIRE(edge.push(leaves.back(), write));
    for (unsigned level = 0; level < edge.levels(); ++level) {
      const auto hashes = edge.level(level);
      if (hashes.empty()) continue;
      const std::uint64_t index = edge.size() >> (8 * (level + 1));
      const auto path = LogPath::tile(level, index, static_cast<unsigned>(hashes.size()));
      REQUIRE(store.write(path, joined(hashes)));
    }
  }
};

Tree grown_to(std::size_t size) {
  Tree tree;
  while (tree.leaves.size() < size) tree.grow();
  return tree;
}

}  // namespace

TEST_CASE("the root of every tree of 0 to 600 leaves is the one RFC 6962 defines") {
  Tree tree;
  CHECK(tree.edge.head().root == empty_root());
  for (std::size_t size = 1; size <= kLeaves; ++size) {
    tree.grow();
    CHECK(tree.edge.head() == TreeHead{size, test::naive_root(tree.leaves)});
  }
  TileReader tiles{tree.store, kLeaves};
  const std::span<const Hash> leaves{tree.leaves};
  for (std::size_t size = 0; size <= kLeaves; ++size) {
    CHECK(*tiles.root(size) == test::naive_root(leaves.first(size)));
  }
}

TEST_CASE("the edge read back from tiles is the edge that grew, at every size") {
  Tree tree;
  for (std::size_t size = 1; size <= kLeaves; ++size) {
    tree.grow();
    TileReader tiles{tree.store, size};
    CHECK(TreeEdge::read(tiles, size)->head() == tree.edge.head());
  }
}

TEST_CASE("every inclusion proof is the one RFC 6962 defines and is accepted") {
  Tree tree = grown_to(kLeaves);
  TileReader tiles{tree.store, kLeaves};
  const std::span<const Hash> leaves{tree.leaves};
  for (const std::size_t size : {1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 599, 600}) {
    const TreeHead head{size, test::naive_root(leaves.first(size))};
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = tiles.inclusion(index, size);
      REQUIRE(path);
      CHECK(proves_inclusion(leaves[index], index, head, *path));
      if (index % 37 == 0) CHECK(*path == test::naive_path(index, leaves.first(size)));
    }
  }
}

TEST_CASE("each index has an accepted proof in each tree of 1 to 600 leaves") {
  Tree tree = grown_to(kLeaves);
  TileReader tiles{tree.store, kLeaves};
  for (std::size_t size = 1; size <= kLeaves; ++size) {
    const TreeHead head{size, *tiles.root(size)};
    for (std::size_t index = size % 11; index < size; index += 11) {
      CHECK(proves_inclusion(tree.leaves[index], index, head, *tiles.inclusion(index, size)));
    }
  }
}

TEST_CASE("every pair of sizes has a consistency proof that is accepted") {
  Tree tree = grown_to(kLeaves);
  TileReader tiles{tree.store, kLeaves};
  std::vector<Hash> roots;
  for (std::size_t size = 0; size <= kLeaves; ++size) roots.push_back(*tiles.root(size));
  for (std::size_t from = 0; from <= kLeaves; ++from) {
    for (std::size_t to = from; to <= kLeaves; to += 1 + (from + to) % 7) {
      const auto proof = tiles.consistency(from, to);
      REQUIRE(proof);
      CHECK(proves_consistency({from, roots[from]}, {to, roots[to]}, *proof));
    }
  }
}

TEST_CASE("consistency proofs are the ones RFC 6962 defines") {
  Tree tree = grown_to(kLeaves);
  TileReader tiles{tree.store, kLeaves};
  const std::span<const Hash> leaves{tree.leaves};
  for (const std::size_t from : {1, 3, 4, 6, 255, 256, 257, 300, 512, 599}) {
    for (const std::size_t to : {from, std::size_t{599}, std::size_t{600}}) {
      CHECK(*tiles.consistency(from, to) == test::naive_subproof(from, leaves.first(to), true));
    }
  }
}

TEST_CASE("a proof for another leaf, index, size or root is refused") {
  Tree tree = grown_to(300);
  TileReader tiles{tree.store, 300};
  const TreeHead head{300, *tiles.root(300)};
  for (const std::size_t index : {0, 1, 254, 255, 256, 298, 299}) {
    const HashPath path = *tiles.inclusion(index, 300);
    const Hash leaf = tree.leaves[index];
    CHECK_FALSE(proves_inclusion(leaf_number(1000), index, head, path));
    for (std::size_t other = 0; other < 300; ++other) {
      CHECK(proves_inclusion(leaf, other, head, path) == (other == index));
    }
    CHECK_FALSE(proves_inclusion(leaf, index, {head.size, leaf}, path));
    CHECK_FALSE(proves_inclusion(leaf, 300, head, path));
    CHECK_FALSE(proves_inclusion(leaf, UINT64_MAX, head, path));
  }
  // The size of the tree is bound by its signature; a proof alone fits sizes of the same shape.
  CHECK_FALSE(
      proves_inclusion(tree.leaves[299], 299, {301, head.root}, *tiles.inclusion(299, 300)));
  CHECK_FALSE(proves_inclusion(tree.leaves[0], 0, {0, empty_root()}, {}));
}

TEST_CASE("a proof with a hash changed, dropped or added is refused") {
  Tree tree = grown_to(300);
  TileReader tiles{tree.store, 300};
  const TreeHead head{300, *tiles.root(300)};
  const HashPath path = *tiles.inclusion(77, 300);
  for (std::size_t i = 0; i < path.size(); ++i) {
    HashPath changed = path;
    changed[i][31] ^= 1;
    CHECK_FALSE(proves_inclusion(tree.leaves[77], 77, head, changed));
    HashPath shorter = path;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(proves_inclusion(tree.leaves[77], 77, head, shorter));
  }
  HashPath longer = path;
  longer.push_back(path.back());
  CHECK_FALSE(proves_inclusion(tree.leaves[77], 77, head, longer));
}

TEST_CASE("a fork is not consistent with what it forked from") {
  Tree tree = grown_to(400);
  TileReader tiles{tree.store, 400};
  for (const std::size_t from : {1, 2, 255, 256, 300, 399}) {
    const TreeHead older{from, *tiles.root(from)};
    const TreeHead newer{400, *tiles.root(400)};
    const HashPath proof = *tiles.consistency(from, 400);
    TreeHead forked = older;
    forked.root[0] ^= 1;
    CHECK_FALSE(proves_consistency(forked, newer, proof));
    CHECK_FALSE(proves_consistency(older, {400, older.root}, proof));
    CHECK_FALSE(proves_consistency(newer, older, proof));
    CHECK_FALSE(proves_consistency(older, newer, {}));
    HashPath longer = proof;
    longer.push_back(older.root);
    CHECK_FALSE(proves_consistency(older, newer, longer));
  }
  CHECK_FALSE(proves_consistency({0, Hash{}}, {400, *tiles.root(400)}, {}));
}

TEST_CASE("a proof needs the full tile only, once partial tiles were removed") {
  Tree tree = grown_to(300);
  REQUIRE(tree.store.remove_partials_of(LogPath::tile(0, 0, 256)));
  TileReader earlier{tree.store, 100};
  CHECK(proves_inclusion(tree.leaves[42], 42, {100, *earlier.root(100)},
                         *earlier.inclusion(42, 100)));
}

TEST_CASE("a missing or short tile is an error, never a wrong proof") {
  Tree tree = grown_to(300);
  tree.store.files.at("tile/0/000").pop_back();
  TileReader cut{tree.store, 300};
  CHECK(cut.inclusion(5, 300).error().code == Errc::corrupt);
  tree.store.files.erase("tile/0/000");
  TileReader missing{tree.store, 300};
  CHECK(missing.inclusion(5, 300).error().code == Errc::not_found);
  CHECK(missing.inclusion(300, 300).error().code == Errc::out_of_range);
  CHECK(missing.consistency(5, 301).error().code == Errc::out_of_range);
}

TEST_CASE("the edge of a tree does not move when a tile cannot be written") {
  Tree tree = grown_to(255);
  const TreeHead before = tree.edge.head();
  const auto refuse = [](unsigned, std::uint64_t, std::span<const Hash>) -> Status {
    return fail(Errc::unavailable, "disk full");
  };
  CHECK_FALSE(tree.edge.push(leaf_number(255), refuse));
  CHECK(tree.edge.head() == before);
  tree.grow();
  CHECK(tree.edge.head().root == test::naive_root(tree.leaves));
}
