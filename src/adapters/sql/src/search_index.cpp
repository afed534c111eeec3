#include "lethe/sql/search_index.h"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>

#include "lethe/base/bytes.h"
#include "lethe/sql/full_text.h"
#include "lethe/sql/reader_pool.h"
#include "shard_map.h"
#include "shard_words.h"

namespace lethe::sql {
namespace {

using ports::Document;
using ports::DocumentKey;
using ports::DocumentKind;
using ports::Hit;
using ports::Token;

constexpr std::chrono::seconds kScrubPatience{10};
// SQLite joins at most 500 selects in one statement.
constexpr std::size_t kShardsAtOnce = 64;
constexpr int kShardsOfFormerLayout = 16;

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
  core::PersonId person;
  std::optional<std::vector<Token>> tokens;
};

// Of doc_id, kind, ref, person_id, ticket_id.
Hit hit_at(const Row& row) {
  return {{static_cast<DocumentKind>(row.int64(1)), row.int64(2)},
          row.id<core::PersonId>(3),
          row.optional_id<core::TicketId>(4)};
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
  SqlSearchIndex(Database& database, SearchShards shards, std::unique_ptr<Connection> writer)
      : database_(database),
        readers_(database, {.connections = 2}),
        map_(shards),
        writer_(std::move(writer)) {}

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
                 "SELECT doc_id, kind, ref, person_id, ticket_id FROM search_docs "
                 "WHERE person_id = $1",
                 {person}, hit_at);
    });
  }

  Status scrub(const std::vector<core::PersonId>& persons) override {
    const std::scoped_lock lock{mutex_};
    LETHE_TRY(const auto shards, shards_with_traces(persons));
    for (const int shard : shards) {
      LETHE_CHECK(in_transaction([&]() -> Status {
        LETHE_CHECK(ShardWords{*writer_}.rewrite(shard));
        return writer_->post("DELETE FROM search_removed WHERE shard = $1", {shard});
      }));
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
    LETHE_CHECK(in_transaction([&] { return empty_all(); }));
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
    LETHE_CHECK(map_.load(*writer_));
    LETHE_TRY(std::int64_t last_doc,
              one_int64(*writer_, "SELECT COALESCE(MAX(doc_id), 0) FROM search_docs"));
    for (const Document& document : removals) {
      LETHE_TRY(const auto stored, find(document.key));
      if (!stored) continue;
      LETHE_CHECK(remove(document.key, *stored, document.tokens));
      if (document.person != stored->person) {
        LETHE_CHECK(note_traces(document.person, stored->shard));
      }
    }
    for (const Document& document : additions) {
      LETHE_TRY(const auto stored, find(document.key));
      if (stored && !is_replaced(document.key.kind)) continue;
      if (stored) LETHE_CHECK(remove(document.key, *stored, {}));
      LETHE_CHECK(add(document, ++last_doc));
    }
    return map_.store(*writer_);
  }

  Status empty_all() {
    LETHE_CHECK(map_.load(*writer_));
    for (const int shard : map_.shards()) LETHE_CHECK(ShardWords{*writer_}.empty(shard));
    return writer_->execute_script(
        "DELETE FROM search_docs; DELETE FROM search_made; DELETE FROM search_removed; "
        "UPDATE search_shards SET documents = 0");
  }

  Result<std::optional<Stored>> find(const DocumentKey& key) {
    return first(
        *writer_,
        "SELECT doc_id, shard, person_id, tokens FROM search_docs WHERE kind = $1 AND ref = $2",
        {static_cast<std::int64_t>(key.kind), key.id}, [](const Row& row) {
          Stored stored{row.int64(0), static_cast<int>(row.int64(1)), row.id<core::PersonId>(2),
                        std::nullopt};
          if (!row.is_null(3)) stored.tokens = unpacked(row.blob(3));
          return stored;
        });
  }

  // The row in docs and the words go together: no row, no delete.
  Status remove(const DocumentKey& key, const Stored& stored, const std::vector<Token>& given) {
    LETHE_CHECK(ShardWords{*writer_}.remove(stored.shard, stored.doc_id,
                                            stored.tokens ? *stored.tokens : given));
    LETHE_CHECK(writer_->execute("DELETE FROM search_docs WHERE kind = $1 AND ref = $2",
                                 {static_cast<std::int64_t>(key.kind), key.id}));
    map_.count(stored.shard, -1);
    return note_traces(stored.person, stored.shard);
  }

  // What was removed can be read in the shard's files until scrub(), which asks here where.
  Status note_traces(core::PersonId person, int shard) {
    return writer_->post(
        "INSERT INTO search_removed (person_id, shard) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        {person, shard});
  }

  Result<std::set<int>> shards_with_traces(const std::vector<core::PersonId>& persons) {
    std::set<int> shards;
    for (const core::PersonId person : persons) {
      LETHE_CHECK(writer_->query("SELECT shard FROM search_removed WHERE person_id = $1", {person},
                                 [&](const Row& row) {
                                   shards.insert(static_cast<int>(row.int64(0)));
                                   return Status{};
                                 }));
    }
    return shards;
  }

  // The number is the caller's: a statement that made it would need a journal of its own, for
  // which SQLite writes out the words of all shards each time.
  Status add(const Document& document, std::int64_t doc_id) {
    LETHE_TRY(const int shard, map_.shard_for(*writer_, document.person));
    const Bytes tokens = packed(document.tokens);
    const Param kept = keeps_tokens(document.key.kind, writer_->engine()) ? Param{tokens} : Null{};
    LETHE_CHECK(
        writer_->post("INSERT INTO search_docs (doc_id, kind, ref, shard, person_id, ticket_id, "
                      "tokens) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                      {doc_id, static_cast<std::int64_t>(document.key.kind), document.key.id, shard,
                       document.person, document.ticket, kept}));
    map_.count(shard, 1);
    return ShardWords{*writer_}.add(shard, doc_id, document.tokens);
  }

  // Each shard hands out its documents newest first and only as many as are wanted: the engine
  // merges them.
  static std::string newest_of(std::span<const int> shards) {
    std::string found;
    for (const int shard : shards) {
      const std::string table = full_text_shard_name(shard);
      found += found.empty() ? "SELECT rowid AS doc_id FROM " : " UNION ALL SELECT rowid FROM ";
      found += table + " WHERE " + table + " MATCH $1";
    }
    return "SELECT d.doc_id, d.kind, d.ref, d.person_id, d.ticket_id FROM (" + found +
           " ORDER BY doc_id DESC LIMIT $2) f JOIN search_docs d ON d.doc_id = f.doc_id";
  }

  static Result<std::vector<Hit>> query_sqlite(Connection& connection,
                                               const std::vector<std::vector<Token>>& groups,
                                               int limit) {
    std::string match;
    for (const std::vector<Token>& group : groups) {
      match += (match.empty() ? "(" : " AND (") + hex_words(group, " OR ") + ")";
    }
    LETHE_TRY(const auto shards,
              all(connection, "SELECT shard FROM search_shards WHERE documents > 0 ORDER BY shard",
                  {}, [](const Row& row) { return static_cast<int>(row.int64(0)); }));
    std::map<std::int64_t, Hit, std::greater<>> newest;
    for (std::span<const int> rest{shards}; !rest.empty();) {
      const auto some = rest.first(std::min(kShardsAtOnce, rest.size()));
      LETHE_CHECK(connection.query(newest_of(some), {match, limit}, [&](const Row& row) {
        newest.emplace(row.int64(0), hit_at(row));
        return Status{};
      }));
      rest = rest.subspan(some.size());
    }
    std::vector<Hit> hits;
    for (const auto& [doc_id, hit] : newest) {
      if (std::ssize(hits) < limit) hits.push_back(hit);
    }
    return hits;
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
               "SELECT d.doc_id, d.kind, d.ref, d.person_id, d.ticket_id FROM search_document s "
               "JOIN search_docs d ON d.doc_id = s.doc_id WHERE " +
                   where + " ORDER BY d.doc_id DESC LIMIT $1",
               params, hit_at);
  }

  Database& database_;
  ReaderPool readers_;
  std::mutex mutex_;
  ShardMap map_;
  std::unique_ptr<Connection> writer_;
};

std::vector<std::string> ddl(Engine engine) {
  const bool sqlite = engine == Engine::sqlite;
  const std::string table = sqlite ? "CREATE TABLE " : "CREATE UNLOGGED TABLE ";
  const std::string number = sqlite ? "INTEGER PRIMARY KEY" : "BIGINT PRIMARY KEY";
  std::vector<std::string> statements = full_text_ddl(engine);
  statements.push_back(table + "search_docs (doc_id " + number +
                       ", kind BIGINT NOT NULL, ref BIGINT NOT NULL, shard BIGINT NOT NULL, "
                       "person_id BIGINT NOT NULL, ticket_id BIGINT, tokens " +
                       (sqlite ? "BLOB" : "BYTEA") + ", UNIQUE (kind, ref))");
  statements.emplace_back("CREATE INDEX search_docs_by_person ON search_docs (person_id, doc_id)");
  statements.push_back(table + "search_shards (shard " + number + ", documents BIGINT NOT NULL)");
  statements.push_back(table +
                       "search_removed (person_id BIGINT NOT NULL, shard BIGINT NOT NULL, "
                       "PRIMARY KEY (person_id, shard))");
  statements.push_back(table +
                       "search_made (tokeniser_version BIGINT NOT NULL, epoch BIGINT NOT NULL, "
                       "indexed_up_to BIGINT NOT NULL)");
  return statements;
}

Result<bool> has_table(Connection& connection, const std::string& name) {
  const char* sql = connection.engine() == Engine::sqlite
                        ? "SELECT COUNT(*) FROM sqlite_master WHERE name = $1"
                        : "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() "
                          "AND tablename = $1";
  LETHE_TRY(const std::int64_t tables, one_int64(connection, sql, {name}));
  return tables != 0;
}

// Sixteen shards by the person's number, before they were counted.
Status drop_former_layout(Connection& connection) {
  if (connection.engine() == Engine::sqlite) {
    for (int shard = 0; shard < kShardsOfFormerLayout; ++shard) {
      LETHE_CHECK(connection.execute_script("DROP TABLE IF EXISTS " + full_text_shard_name(shard)));
    }
  } else {
    LETHE_CHECK(connection.execute_script("DROP TABLE IF EXISTS search_document"));
  }
  return connection.execute_script(
      "DROP TABLE IF EXISTS search_docs; DROP TABLE IF EXISTS search_made");
}

Status make(Connection& connection) {
  LETHE_CHECK(connection.begin(Begin::immediate));
  LETHE_CHECK(drop_former_layout(connection));
  for (const std::string& statement : ddl(connection.engine())) {
    LETHE_CHECK(connection.execute(statement));
  }
  return connection.commit();
}

}  // namespace

Result<std::unique_ptr<ports::SearchIndex>> open_search_index(Database& database,
                                                              SearchShards shards) {
  LETHE_TRY(auto writer, open_index_writer(database));
  LETHE_TRY(const bool made, has_table(*writer, "search_shards"));
  if (!made) LETHE_CHECK(make(*writer));
  return std::make_unique<SqlSearchIndex>(database, shards, std::move(writer));
}

}  // namespace lethe::sql
