#include "lethe/sql/search_index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <set>
#include <string>

#include "lethe/base/bytes.h"
#include "lethe/sql/full_text.h"
#include "lethe/sql/reader_pool.h"

namespace lethe::sql {
namespace {

using ports::Document;
using ports::DocumentKey;
using ports::DocumentKind;
using ports::Hit;
using ports::Token;

constexpr int kShards = 16;
constexpr std::chrono::seconds kScrubPatience{10};

int shard_of(core::PersonId person) { return static_cast<int>(person.value() % kShards); }
std::string table_of(int shard) { return "search_shard_" + std::to_string(shard); }

std::string hex_word(Token token) {
  std::array<char, 17> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), token, 16).ptr;
  std::string word(digits.data(), end);
  return std::string(16 - word.size(), '0') + word;
}

std::string joined(const std::vector<Token>& tokens, std::string_view separator) {
  std::string text;
  for (const Token token : tokens) {
    if (!text.empty()) text += separator;
    text += hex_word(token);
  }
  return text;
}

// PostgreSQL array literal; tokens are kept as signed numbers.
std::string array_literal(const std::vector<Token>& tokens) {
  std::string text = "{";
  for (const Token token : tokens) {
    if (text.size() > 1) text += ',';
    text += std::to_string(static_cast<std::int64_t>(token));
  }
  return text + "}";
}

Bytes packed(const std::vector<Token>& tokens) {
  Bytes bytes;
  for (const Token token : tokens) append_u64(bytes, token);
  return bytes;
}

std::vector<Token> unpacked(ByteView bytes) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    tokens.push_back(read_u64(bytes.subspan(at, 8)));
  }
  return tokens;
}

// Tickets and persons are few and change: an addition replaces the former one.
bool is_replaced(DocumentKind kind) { return kind != DocumentKind::message; }
// FTS5 forgets words only when told them, so those of what is replaced are kept beside it.
// PostgreSQL needs none, and a copy there would outlive scrub() as a dead row.
bool keeps_tokens(DocumentKind kind, Engine engine) {
  return is_replaced(kind) && engine == Engine::sqlite;
}

struct Stored {
  std::int64_t doc_id = 0;
  int shard = 0;
  std::optional<std::vector<Token>> tokens;
};

// Statements that differ by engine.
class Words {
 public:
  explicit Words(Connection& connection) : connection_(connection) {}

  Status add(int shard, std::int64_t doc_id, const std::vector<Token>& tokens) {
    if (is_sqlite()) {
      const std::string text = joined(tokens, " ");
      return connection_.post("INSERT INTO " + table_of(shard) + " (rowid, tokens) VALUES ($1, $2)",
                              {doc_id, text});
    }
    const std::string array = array_literal(tokens);
    return connection_.post(
        "INSERT INTO search_document (shard, doc_id, tokens) VALUES ($1, $2, CAST($3 AS BIGINT[]))",
        {shard, doc_id, array});
  }

  Status remove(int shard, std::int64_t doc_id, const std::vector<Token>& tokens) {
    if (is_sqlite()) {
      const std::string table = table_of(shard);
      const std::string text = joined(tokens, " ");
      return connection_.post(
          "INSERT INTO " + table + " (" + table + ", rowid, tokens) VALUES ('delete', $1, $2)",
          {doc_id, text});
    }
    return connection_.post("DELETE FROM search_document WHERE shard = $1 AND doc_id = $2",
                            {shard, doc_id});
  }

  Status rewrite(int shard) {
    const std::string table = table_of(shard);
    if (is_sqlite()) {
      return connection_.execute_script("INSERT INTO " + table + " (" + table +
                                        ") VALUES ('optimize')");
    }
    return connection_.execute_script(
        "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT shard, doc_id, tokens FROM " + table +
        "; TRUNCATE " + table + "; INSERT INTO " + table +
        " (shard, doc_id, tokens) SELECT shard, doc_id, tokens FROM kept");
  }

  Status empty_all() {
    for (int shard = 0; shard < kShards; ++shard) {
      const std::string table = table_of(shard);
      LETHE_CHECK(connection_.execute_script(is_sqlite() ? "INSERT INTO " + table + " (" + table +
                                                               ") VALUES ('delete-all')"
                                                         : "TRUNCATE " + table));
    }
    return connection_.execute_script("DELETE FROM search_docs; DELETE FROM search_made");
  }

 private:
  bool is_sqlite() const { return connection_.engine() == Engine::sqlite; }
  Connection& connection_;
};

Hit hit_at(const Row& row) {
  return {{static_cast<DocumentKind>(row.int64(0)), row.int64(1)},
          row.id<core::PersonId>(2),
          row.optional_id<core::TicketId>(3)};
}

// Its commits wait for no disk. What says that a document is indexed or gone is written afterwards
// by the store, durably and into the same log, which carries these commits with it.
Result<std::unique_ptr<Connection>> open_index_writer(Database& database) {
  LETHE_TRY(auto writer, database.open_writer());
  LETHE_CHECK(writer->execute_script(database.engine() == Engine::sqlite
                                         ? "PRAGMA synchronous=NORMAL"
                                         : "SET synchronous_commit TO off"));
  return writer;
}

class SqlSearchIndex final : public ports::SearchIndex {
 public:
  SqlSearchIndex(Database& database, std::unique_ptr<Connection> writer)
      : database_(database), readers_(database, {.connections = 2}), writer_(std::move(writer)) {}

  Status apply(const std::vector<Document>& removals,
               const std::vector<Document>& additions) override {
    const std::scoped_lock lock{mutex_};
    return in_transaction([&] { return apply_in(removals, additions); });
  }

  Result<std::vector<Hit>> query(const std::vector<std::vector<Token>>& groups,
                                 int limit) override {
    if (groups.empty() || std::ranges::any_of(groups, &std::vector<Token>::empty)) {
      return std::vector<Hit>{};
    }
    return readers_.read([&](Connection& connection) -> Result<std::vector<Hit>> {
      return connection.engine() == Engine::sqlite ? query_sqlite(connection, groups, limit)
                                                   : query_postgres(connection, groups, limit);
    });
  }

  Result<std::vector<Hit>> of_person(core::PersonId person) override {
    return readers_.read([&](Connection& connection) {
      return all(connection,
                 "SELECT kind, ref, person_id, ticket_id FROM search_docs WHERE person_id = $1",
                 {person}, hit_at);
    });
  }

  Status scrub(const std::vector<core::PersonId>& persons) override {
    const std::scoped_lock lock{mutex_};
    std::set<int> shards;
    for (const core::PersonId person : persons) shards.insert(shard_of(person));
    for (const int shard : shards) {
      LETHE_CHECK(in_transaction([&] { return Words{*writer_}.rewrite(shard); }));
    }
    return database_.checkpoint(kScrubPatience);
  }

  Result<std::int64_t> document_count() override {
    return readers_.read([](Connection& connection) {
      return one_int64(connection, "SELECT COUNT(*) FROM search_docs");
    });
  }

  Result<std::optional<Made>> made() override {
    return readers_.read([](Connection& connection) {
      return first(connection, "SELECT tokeniser_version, epoch, indexed_up_to FROM search_made",
                   {}, [](const Row& row) {
                     return Made{static_cast<int>(row.int64(0)),
                                 static_cast<std::uint32_t>(row.int64(1)), row.int64(2)};
                   });
    });
  }

  Status set_made(const Made& made) override {
    const std::scoped_lock lock{mutex_};
    return in_transaction([&]() -> Status {
      LETHE_CHECK(writer_->post("DELETE FROM search_made"));
      return writer_->post(
          "INSERT INTO search_made (tokeniser_version, epoch, indexed_up_to) VALUES ($1, $2, $3)",
          {made.tokeniser_version, made.epoch, made.indexed_up_to});
    });
  }

  Status reset() override {
    const std::scoped_lock lock{mutex_};
    LETHE_CHECK(in_transaction([&] { return Words{*writer_}.empty_all(); }));
    return database_.checkpoint(kScrubPatience);
  }

 private:
  // A server that was restarted cost one change; the next one has a new connection.
  template <class Change>
  Status in_transaction(Change change) {
    if (writer_->broken()) {
      LETHE_TRY(writer_, open_index_writer(database_));
    }
    LETHE_CHECK(writer_->begin(Begin::immediate));
    Status status = change();
    if (status) status = writer_->commit();
    if (!status) writer_->rollback();
    return status;
  }

  Status apply_in(const std::vector<Document>& removals, const std::vector<Document>& additions) {
    LETHE_TRY(std::int64_t last_doc,
              one_int64(*writer_, "SELECT COALESCE(MAX(doc_id), 0) FROM search_docs"));
    for (const Document& document : removals) {
      LETHE_TRY(const auto stored, find(document.key));
      if (stored) LETHE_CHECK(remove(document.key, *stored, document.tokens));
    }
    for (const Document& document : additions) {
      LETHE_TRY(const auto stored, find(document.key));
      if (stored && !is_replaced(document.key.kind)) continue;
      if (stored) LETHE_CHECK(remove(document.key, *stored, {}));
      LETHE_CHECK(add(document, ++last_doc));
    }
    return {};
  }

  Result<std::optional<Stored>> find(const DocumentKey& key) {
    return first(*writer_,
                 "SELECT doc_id, shard, tokens FROM search_docs WHERE kind = $1 AND ref = $2",
                 {static_cast<std::int64_t>(key.kind), key.id}, [](const Row& row) {
                   Stored stored{row.int64(0), static_cast<int>(row.int64(1)), std::nullopt};
                   if (!row.is_null(2)) stored.tokens = unpacked(row.blob(2));
                   return stored;
                 });
  }

  // The row in docs and the words go together: no row, no delete.
  Status remove(const DocumentKey& key, const Stored& stored, const std::vector<Token>& given) {
    LETHE_CHECK(Words{*writer_}.remove(stored.shard, stored.doc_id,
                                       stored.tokens ? *stored.tokens : given));
    LETHE_CHECK(writer_->execute("DELETE FROM search_docs WHERE kind = $1 AND ref = $2",
                                 {static_cast<std::int64_t>(key.kind), key.id}));
    return {};
  }

  // The number is the caller's: a statement that made it would need a journal of its own, for
  // which SQLite writes out the words of all shards each time.
  Status add(const Document& document, std::int64_t doc_id) {
    const int shard = shard_of(document.person);
    const Bytes tokens = packed(document.tokens);
    const Param kept = keeps_tokens(document.key.kind, writer_->engine()) ? Param{tokens} : Null{};
    LETHE_CHECK(
        writer_->post("INSERT INTO search_docs (doc_id, kind, ref, shard, person_id, ticket_id, "
                      "tokens) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                      {doc_id, static_cast<std::int64_t>(document.key.kind), document.key.id, shard,
                       document.person, document.ticket, kept}));
    return Words{*writer_}.add(shard, doc_id, document.tokens);
  }

  static Result<std::vector<Hit>> query_sqlite(Connection& connection,
                                               const std::vector<std::vector<Token>>& groups,
                                               int limit) {
    std::string match;
    for (const std::vector<Token>& group : groups) {
      match += (match.empty() ? "(" : " AND (") + joined(group, " OR ") + ")";
    }
    std::string found;
    for (int shard = 0; shard < kShards; ++shard) {
      const std::string table = table_of(shard);
      found += (shard == 0 ? "" : " UNION ALL ");
      found += "SELECT * FROM (SELECT rowid AS doc_id FROM " + table + " WHERE " + table +
               " MATCH $1 ORDER BY rowid DESC LIMIT $2)";
    }
    return all(connection,
               "SELECT d.kind, d.ref, d.person_id, d.ticket_id FROM (" + found +
                   ") f JOIN search_docs d ON d.doc_id = f.doc_id ORDER BY d.doc_id DESC LIMIT $2",
               {match, limit}, hit_at);
  }

  static Result<std::vector<Hit>> query_postgres(Connection& connection,
                                                 const std::vector<std::vector<Token>>& groups,
                                                 int limit) {
    std::vector<std::string> arrays;
    for (const std::vector<Token>& group : groups) arrays.push_back(array_literal(group));
    std::vector<Param> params{limit};
    std::string where;
    for (const std::string& array : arrays) {
      params.emplace_back(array);
      where += (where.empty() ? "" : " AND ");
      where += "s.tokens && CAST($" + std::to_string(params.size()) + " AS BIGINT[])";
    }
    return all(connection,
               "SELECT d.kind, d.ref, d.person_id, d.ticket_id FROM search_document s "
               "JOIN search_docs d ON d.doc_id = s.doc_id WHERE " +
                   where + " ORDER BY d.doc_id DESC LIMIT $1",
               params, hit_at);
  }

  Database& database_;
  ReaderPool readers_;
  std::mutex mutex_;
  std::unique_ptr<Connection> writer_;
};

std::vector<std::string> ddl(Engine engine) {
  const bool sqlite = engine == Engine::sqlite;
  const std::string blob = sqlite ? "BLOB" : "BYTEA";
  const std::string unlogged = sqlite ? "CREATE TABLE " : "CREATE UNLOGGED TABLE ";
  std::vector<std::string> statements = full_text_ddl(engine, kShards);
  statements.push_back(unlogged +
                       "search_docs (doc_id BIGINT PRIMARY KEY, kind BIGINT NOT NULL, ref BIGINT "
                       "NOT NULL, shard BIGINT NOT NULL, person_id BIGINT NOT NULL, ticket_id "
                       "BIGINT, tokens " +
                       blob + ", UNIQUE (kind, ref))");
  statements.push_back("CREATE INDEX search_docs_by_person ON search_docs (person_id)");
  statements.push_back(unlogged +
                       "search_made (tokeniser_version BIGINT NOT NULL, epoch BIGINT NOT NULL, "
                       "indexed_up_to BIGINT NOT NULL)");
  return statements;
}

Result<bool> is_made(Connection& connection) {
  const char* sql = connection.engine() == Engine::sqlite
                        ? "SELECT COUNT(*) FROM sqlite_master WHERE name = 'search_docs'"
                        : "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() "
                          "AND tablename = 'search_docs'";
  LETHE_TRY(const std::int64_t tables, one_int64(connection, sql));
  return tables != 0;
}

}  // namespace

Result<std::unique_ptr<ports::SearchIndex>> open_search_index(Database& database) {
  LETHE_TRY(auto writer, open_index_writer(database));
  LETHE_TRY(const bool made, is_made(*writer));
  if (!made) {
    LETHE_CHECK(writer->begin(Begin::immediate));
    for (const std::string& statement : ddl(database.engine())) {
      LETHE_CHECK(writer->execute(statement));
    }
    LETHE_CHECK(writer->commit());
  }
  return std::make_unique<SqlSearchIndex>(database, std::move(writer));
}

}  // namespace lethe::sql
