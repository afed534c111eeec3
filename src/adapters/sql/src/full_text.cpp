#include "lethe/sql/full_text.h"

namespace lethe::sql {
namespace {

std::vector<std::string> sqlite_shard(const std::string& number) {
  return {"CREATE VIRTUAL TABLE search_shard_" + number +
          " USING fts5(tokens, content='', detail=none, tokenize='ascii')"};
}

std::vector<std::string> postgres_shard(const std::string& number) {
  const std::string table = "search_shard_" + number;
  return {"CREATE UNLOGGED TABLE " + table + " PARTITION OF search_document FOR VALUES IN (" +
              number + ")",
          "CREATE INDEX " + table + "_tokens ON " + table + " USING gin (tokens)"};
}

}  // namespace

std::vector<std::string> full_text_ddl(Engine engine, int shards) {
  std::vector<std::string> out;
  if (engine == Engine::postgres) {
    out.emplace_back(
        "CREATE TABLE search_document (shard BIGINT NOT NULL, doc_id BIGINT NOT NULL, "
        "tokens BIGINT[] NOT NULL, PRIMARY KEY (shard, doc_id)) PARTITION BY LIST (shard)");
  }
  for (int n = 0; n < shards; ++n) {
    const std::string number = std::to_string(n);
    for (std::string& statement :
         engine == Engine::sqlite ? sqlite_shard(number) : postgres_shard(number)) {
      out.push_back(std::move(statement));
    }
  }
  return out;
}

}  // namespace lethe::sql
