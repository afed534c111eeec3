#include "shard_map.h"

#include <algorithm>
#include <ranges>

#include "lethe/sql/full_text.h"
#include "shard_words.h"

namespace lethe::sql {

Status ShardMap::load(Connection& connection) {
  documents_.clear();
  changed_.clear();
  filled_.clear();
  placed_.clear();
  LETHE_CHECK(
      connection.query("SELECT shard, documents FROM search_shards", {}, [&](const Row& row) {
        documents_.emplace(static_cast<int>(row.int64(0)), row.int64(1));
        return Status{};
      }));
  if (open_ && !documents_.contains(*open_)) open_.reset();
  if (!open_ && !documents_.empty()) open_ = documents_.rbegin()->first;
  return {};
}

Result<int> ShardMap::shard_for(Connection& connection, core::PersonId person) {
  const auto placed = placed_.find(person);
  if (placed != placed_.end() && documents_.at(placed->second) < limits_.documents_max) {
    return placed->second;
  }
  LETHE_TRY(const auto last,
            first(connection,
                  "SELECT shard FROM search_docs WHERE person_id = $1 ORDER BY doc_id DESC LIMIT 1",
                  {person}, [](const Row& row) { return static_cast<int>(row.int64(0)); }));
  if (last && documents_.at(*last) < limits_.documents_max) return placed_[person] = *last;
  LETHE_TRY(const int open, open_shard(connection));
  return placed_[person] = open;
}

bool ShardMap::has_room(int shard) const {
  return documents_.at(shard) < limits_.documents_of_new_persons;
}

// What erasures have half emptied is filled again before there is a new one.
Result<int> ShardMap::open_shard(Connection& connection) {
  if (open_ && has_room(*open_)) return *open_;
  if (open_) filled_.insert(*open_);
  const auto least =
      std::ranges::min_element(documents_, {}, [](const auto& shard) { return shard.second; });
  if (least != documents_.end() && least->second < limits_.documents_of_new_persons / 2) {
    open_ = least->first;
  } else {
    LETHE_TRY(open_, make_shard(connection));
  }
  return *open_;
}

Result<int> ShardMap::make_shard(Connection& connection) {
  const int shard = documents_.empty() ? 0 : documents_.rbegin()->first + 1;
  for (const std::string& statement : full_text_shard_ddl(connection.engine(), shard)) {
    LETHE_CHECK(connection.execute_script(statement));
  }
  LETHE_CHECK(
      connection.post("INSERT INTO search_shards (shard, documents) VALUES ($1, $2)", {shard, 0}));
  documents_.emplace(shard, 0);
  return shard;
}

void ShardMap::count(int shard, std::int64_t documents) {
  documents_[shard] += documents;
  changed_.insert(shard);
}

Status ShardMap::store(Connection& connection) {
  for (const int shard : changed_) {
    LETHE_CHECK(connection.post("UPDATE search_shards SET documents = $1 WHERE shard = $2",
                                {documents_.at(shard), shard}));
  }
  if (connection.engine() != Engine::sqlite) return {};
  for (const int shard : filled_) LETHE_CHECK(ShardWords{connection}.rewrite(shard));
  return {};
}

std::vector<int> ShardMap::shards() const {
  const auto numbers = documents_ | std::views::keys;
  return {numbers.begin(), numbers.end()};
}

}  // namespace lethe::sql
