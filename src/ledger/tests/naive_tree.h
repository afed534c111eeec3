// RFC 6962 section 2.1 written down as it stands there, for comparison: slow,
// recursive, over all leaves.
#pragma once

#include <span>
#include <vector>

#include "lethe/ledger/hash.h"

namespace lethe::test {

using ledger::Hash;

inline std::size_t naive_cut(std::size_t size) {
  std::size_t cut = 1;
  while (cut * 2 < size) cut *= 2;
  return cut;
}

inline Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return ledger::empty_root();
  if (leaves.size() == 1) return leaves.front();
  const std::size_t cut = naive_cut(leaves.size());
  return ledger::node_hash(naive_root(leaves.first(cut)), naive_root(leaves.subspan(cut)));
}

inline std::vector<Hash> naive_path(std::size_t index, std::span<const Hash> leaves) {
  if (leaves.size() <= 1) return {};
  const std::size_t cut = naive_cut(leaves.size());
  std::vector<Hash> path = index < cut ? naive_path(index, leaves.first(cut))
                                       : naive_path(index - cut, leaves.subspan(cut));
  path.push_back(naive_root(index < cut ? leaves.subspan(cut) : leaves.first(cut)));
  return path;
}

inline std::vector<Hash> naive_subproof(std::size_t from, std::span<const Hash> leaves,
                                        bool whole) {
  if (from == leaves.size()) return whole ? std::vector<Hash>{} : std::vector{naive_root(leaves)};
  const std::size_t cut = naive_cut(leaves.size());
  std::vector<Hash> path = from <= cut ? naive_subproof(from, leaves.first(cut), whole)
                                       : naive_subproof(from - cut, leaves.subspan(cut), false);
  path.push_back(naive_root(from <= cut ? leaves.subspan(cut) : leaves.first(cut)));
  return path;
}

}  // namespace lethe::test
