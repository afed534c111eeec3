// ports::SearchIndex over FTS5 (its own file) or PostgreSQL arrays (unlogged tables).
//
// 16 shards by person. SQLite: contentless FTS5 with detail=none; the words of
// the text it sees are 16 hex digits each, keyed tokens. Before 3.42 FTS5
// leaves deleted tokens in its segments, so scrub() merges the shard into one
// segment and truncates the log. PostgreSQL: an erasure
// rewrites the partition.
#pragma once

#include <memory>

#include "lethe/ports/search_index.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

// Makes what is missing. SQLite: `database` is search.db alone; a file that cannot be read as an
// index should be removed by the caller and opened again. `database` must outlive the index.
[[nodiscard]] Result<std::unique_ptr<ports::SearchIndex>> open_search_index(Database& database);

}  // namespace lethe::sql
