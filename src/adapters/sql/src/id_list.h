// Many ids as parameters of one statement.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "lethe/sql/value.h"

namespace lethe::sql {

// Each once, ascending: answers of stretches of them then follow one another in order.
template <class Id>
[[nodiscard]] std::vector<Id> sorted_ids(std::span<const Id> ids) {
  std::vector<Id> sorted{ids.begin(), ids.end()};
  std::ranges::sort(sorted);
  const auto twice = std::ranges::unique(sorted);
  sorted.erase(twice.begin(), twice.end());
  return sorted;
}

// The next power of four. Lists are filled up to one with what stands last in them, so that there
// are few texts of a statement and each stays prepared.
[[nodiscard]] inline std::size_t filled_size(std::size_t size) {
  std::size_t filled = 1;
  while (filled < size) filled *= 4;
  return filled;
}

// Adds `ids`, at least one, to `params` and gives "IN ($2, $3, ...)".
template <class Id>
[[nodiscard]] std::string in_list(std::span<const Id> ids, std::vector<Param>& params) {
  std::string list = "IN (";
  const std::size_t size = filled_size(ids.size());
  for (std::size_t n = 0; n < size; ++n) {
    params.emplace_back(ids[std::min(n, ids.size() - 1)]);
    list += (n == 0 ? "$" : ", $") + std::to_string(params.size());
  }
  return list + ")";
}

}  // namespace lethe::sql
