// The words of the search index: what is written to and asked of its shards, on each engine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lethe/ports/search_index.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

// A word of an FTS5 text: 16 hex digits.
[[nodiscard]] std::string hex_words(const std::vector<ports::Token>& tokens,
                                    std::string_view separator);
// PostgreSQL array literal; tokens are kept as signed numbers.
[[nodiscard]] std::string array_literal(const std::vector<ports::Token>& tokens);

// Over a writer's connection, inside its transaction; `connection` outlives this.
class ShardWords {
 public:
  explicit ShardWords(Connection& connection) : connection_(connection) {}

  [[nodiscard]] Status add(int shard, std::int64_t doc_id, const std::vector<ports::Token>& tokens);
  // FTS5 forgets the words it is told: those the document was added with. PostgreSQL needs none.
  [[nodiscard]] Status remove(int shard, std::int64_t doc_id,
                              const std::vector<ports::Token>& tokens);
  // Writes the shard anew, without what was removed from it.
  [[nodiscard]] Status rewrite(int shard);
  [[nodiscard]] Status empty(int shard);

 private:
  [[nodiscard]] bool is_sqlite() const { return connection_.engine() == Engine::sqlite; }
  // A command of FTS5, given by inserting its name into the column named like the table.
  [[nodiscard]] Status command(const std::string& table, const char* name);

  Connection& connection_;
};

}  // namespace lethe::sql
