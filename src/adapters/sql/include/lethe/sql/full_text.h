// The tables of the search index, the one part of the schema that differs by engine.
//
// SQLite: one contentless FTS5 table per shard, `search_shard_<n>(tokens)`, rowid is the document;
// tokens are words of the text that is indexed, positions are not kept (detail=none).
// PostgreSQL: `search_document(shard, doc_id, tokens BIGINT[])`, one unlogged partition
// `search_shard_<n>` per shard with a GIN index: unlogged, so that no token reaches the log or a
// base backup; empty after a crash, so whoever uses it must be able to rebuild.
#pragma once

#include <string>
#include <vector>

#include "lethe/sql/driver.h"

namespace lethe::sql {

// Statements for what all shards have in common.
[[nodiscard]] std::vector<std::string> full_text_ddl(Engine engine);
// Statements that make one shard, numbered from 0, unless it is there.
[[nodiscard]] std::vector<std::string> full_text_shard_ddl(Engine engine, int shard);
[[nodiscard]] std::string full_text_shard_name(int shard);

}  // namespace lethe::sql
