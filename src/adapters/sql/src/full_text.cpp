#include "lethe/sql/full_text.h"

namespace lethe::sql {

std::string full_text_shard_name(int shard) { return "search_shard_" + std::to_string(shard); }

std::vector<std::string> full_text_ddl(Engine engine) {
  if (engine == Engine::sqlite) return {};
  return {
      "CREATE TABLE search_document (shard BIGINT NOT NULL, doc_id BIGINT NOT NULL, "
      "tokens BIGINT[] NOT NULL, PRIMARY KEY (shard, doc_id)) PARTITION BY LIST (shard)"};
}

std::vector<std::string> full_text_shard_ddl(Engine engine, int shard) {
  const std::string table = full_text_shard_name(shard);
  if (engine == Engine::sqlite) {
    return {"CREATE VIRTUAL TABLE IF NOT EXISTS " + table +
            " USING fts5(tokens, content='', detail=none, tokenize='ascii')"};
  }
  return {"CREATE UNLOGGED TABLE IF NOT EXISTS " + table +
              " PARTITION OF search_document FOR VALUES IN (" + std::to_string(shard) + ")",
          "CREATE INDEX IF NOT EXISTS " + table + "_tokens ON " + table + " USING gin (tokens)"};
}

}  // namespace lethe::sql
