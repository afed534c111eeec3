// ports::SearchIndex over FTS5 (its own file) or PostgreSQL arrays (unlogged tables).
//
// Shards by person. SQLite: contentless FTS5 with detail=none; the words of
// the text it sees are 16 hex digits each, keyed tokens. Before 3.42 FTS5
// leaves deleted tokens in its segments, so scrub() merges the shard into one
// segment and truncates the log. PostgreSQL: an erasure rewrites the
// partition.
#pragma once

#include <cstdint>
#include <memory>

#include "lethe/ports/search_index.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

// How large a shard becomes, in documents. Erasing one person writes a shard anew, a query asks
// each: 40,000 are rewritten in 0.4 s, and a million tickets make some fifty shards.
struct SearchShards {
  std::int64_t documents_of_new_persons = 40'000;  // then their next ones go elsewhere
  std::int64_t documents_max = 60'000;             // known persons' documents too
};

// Makes what is missing; an index of another layout is emptied and says so by made(). SQLite:
// `database` is search.db alone; a file that cannot be read as an index should be removed by the
// caller and opened again. `database` must outlive the index.
[[nodiscard]] Result<std::unique_ptr<ports::SearchIndex>> open_search_index(
    Database& database, SearchShards shards = {});

}  // namespace lethe::sql
