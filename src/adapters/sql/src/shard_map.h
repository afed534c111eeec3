// Which shard of the search index holds whose documents.
//
// A shard is what one erasure writes anew, so none may grow without end
// (SearchShards::documents_max), and a person's documents lie together. New
// persons fill one shard after another: a group of mails then writes to one
// or two, and those who wrote at the same time fall due at the same time.
// A shard that has filled up is written anew once: queries find one segment.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lethe/core/ids.h"
#include "lethe/sql/driver.h"
#include "lethe/sql/search_index.h"

namespace lethe::sql {

class ShardMap {
 public:
  explicit ShardMap(SearchShards limits) : limits_(limits) {}

  // Reads how full the shards are: at the beginning of each transaction, whatever came before.
  [[nodiscard]] Status load(Connection& connection);
  // For the person's next document: where the last one is, or else a shard with room, made when
  // there is none.
  [[nodiscard]] Result<int> shard_for(Connection& connection, core::PersonId person);
  void count(int shard, std::int64_t documents);
  // Writes what was counted, and anew what filled up since load().
  [[nodiscard]] Status store(Connection& connection);

  [[nodiscard]] std::vector<int> shards() const;

 private:
  [[nodiscard]] bool has_room(int shard) const;  // for new persons
  Result<int> open_shard(Connection& connection);
  Result<int> make_shard(Connection& connection);

  SearchShards limits_;
  std::map<int, std::int64_t> documents_;
  std::set<int> changed_, filled_;
  std::map<core::PersonId, int> placed_;  // in this transaction
  std::optional<int> open_;               // where new persons go
};

}  // namespace lethe::sql
