// Migrations, ownership and the pool of readers: the same on both engines.
#include "fresh_database.h"
#include "lethe/sql/full_text.h"
#include "lethe/sql/migrations.h"
#include "lethe/sql/reader_pool.h"

namespace lethe::testing {
namespace {

using sql::Connection;
using sql::Migration;
using sql::ReaderPool;

const Migration kFirst{1, {"CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY)"}};
const Migration kSecond{
    2, {"ALTER TABLE note ADD COLUMN n BIGINT", "INSERT INTO note (id, n) VALUES (1, 2)"}};
const Migration kFailing{
    3, {"INSERT INTO note (id) VALUES (7)", "INSERT INTO nowhere (id) VALUES (1)"}};

TEST_CASE("migrations run once, in order, from wherever the database is") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = database.writer();
    CHECK(expect(sql::schema_version(*connection)) == 0);
    CHECK(expect(sql::migrate(*connection, std::vector{kFirst})) == 1);
    CHECK(expect(sql::migrate(*connection, std::vector{kFirst, kSecond})) == 2);
    CHECK(expect(sql::migrate(*connection, std::vector{kFirst, kSecond})) == 2);
    CHECK(expect(sql::schema_version(*connection)) == 2);
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(n) FROM note")) == 2);
  });
}

TEST_CASE("a failing migration leaves nothing of itself and everything before it") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = database.writer();
    const auto reached = sql::migrate(*connection, std::vector{kFirst, kSecond, kFailing});
    REQUIRE_FALSE(reached.has_value());
    CHECK(reached.error().detail.starts_with("schema version 3"));
    CHECK(expect(sql::schema_version(*connection)) == 2);
    CHECK(expect(sql::one_int64(*connection, "SELECT COUNT(*) FROM note")) == 1);
  });
}

TEST_CASE("data of a newer version is refused in a sentence and left as it is") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = database.writer();
    expect(sql::migrate(*connection, std::vector{kFirst, kSecond}));
    const auto reached = sql::migrate(*connection, std::vector{kFirst});
    REQUIRE_FALSE(reached.has_value());
    CHECK(reached.error().code == Errc::unsupported);
    CHECK(reached.error().detail.find("newer Lethe (schema 2)") != std::string::npos);
    CHECK(expect(sql::schema_version(*connection)) == 2);
  });
}

TEST_CASE("a second owner is refused and told who holds the store, until that one lets go") {
  on_each_engine([](FreshDatabase& database) {
    auto first = expect(database.get().own("host-a process 17"));
    CHECK(first->still_held());
    const auto second = database.get().own("host-b process 18");
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == Errc::busy);
    CHECK(second.error().detail.find("host-a process 17") != std::string::npos);
    first.reset();
    CHECK(expect(database.get().own("host-b process 18"))->still_held());
  });
}

// Ends a session, as a cut network would, and waits until the server has noticed.
void cut_session(FreshDatabase& database, std::int64_t process) {
  expect(database.reader()->execute("SELECT pg_terminate_backend(CAST($1 AS INTEGER), 5000)",
                                    {process}));
}
std::int64_t session_of(FreshDatabase& database, const std::string& who) {
  return expect(sql::one_int64(
      *database.reader(), "SELECT pid FROM pg_stat_activity WHERE application_name = $1", {who}));
}

TEST_CASE(
    "PostgreSQL: an owner whose lock was cut gets no new writer, and no rival while it has one") {
  for (const sql::Engine engine : engines_here()) {
    if (engine != sql::Engine::postgres) continue;
    FreshDatabase database{engine};
    const auto first = expect(database.get().own("owner-to-be-cut"));
    const auto writer = database.writer();
    const auto writing = expect(sql::one_int64(*writer, "SELECT pg_backend_pid()"));
    cut_session(database, session_of(database, "owner-to-be-cut"));
    CHECK_FALSE(first->still_held());
    CHECK(database.get().open_writer().error().code == Errc::unavailable);

    const auto elsewhere = expect(open_database(database.address()));
    CHECK(elsewhere->own("rival").error().code == Errc::busy);
    cut_session(database, writing);
    CHECK(elsewhere->own("rival").has_value());
  }
}

TEST_CASE("two stores side by side are owned separately") {
  on_each_engine([](FreshDatabase& database) {
    const FreshDatabase other{database.get().engine()};
    const auto mine = expect(database.get().own("a"));
    CHECK(other.get().own("b").has_value());
  });
}

TEST_CASE("a pool's reads see one moment and give their connection back") {
  on_each_engine([](FreshDatabase& database) {
    const auto writer = database.writer();
    expect(sql::migrate(*writer, std::vector{kFirst}));
    ReaderPool pool{database.get(), {.connections = 1, .wait_max = std::chrono::milliseconds{1}}};
    const auto count = [](Connection& connection) {
      return sql::one_int64(connection, "SELECT COUNT(*) FROM note");
    };
    for (int i = 0; i < 3; ++i) CHECK(expect(pool.read(count)) == 0);
    expect(pool.read([&](Connection& connection) -> Status {
      CHECK(expect(count(connection)) == 0);
      CHECK(expect(writer->execute("INSERT INTO note (id) VALUES (1)")) == 1);
      CHECK(expect(count(connection)) == 0);
      return {};
    }));
    CHECK(expect(pool.read(count)) == 1);
  });
}

TEST_CASE("when every read connection is out the next read is refused, not stuck") {
  on_each_engine([](FreshDatabase& database) {
    ReaderPool pool{database.get(), {.connections = 1, .wait_max = std::chrono::milliseconds{1}}};
    const auto nothing = [](Connection&) -> Status { return {}; };
    expect(pool.read([&](Connection&) -> Status {
      CHECK(pool.read(nothing).error().code == Errc::busy);
      return {};
    }));
    expect(pool.read(nothing));
  });
}

TEST_CASE("a read that overstays its time fails at its next statement") {
  on_each_engine([](FreshDatabase& database) {
    ReaderPool pool{database.get(), {.read_time_max = std::chrono::milliseconds{0}}};
    const auto read =
        pool.read([](Connection& connection) { return sql::one_int64(connection, "SELECT 1"); });
    CHECK(read.error().code == Errc::busy);
  });
}

TEST_CASE("the search shards can be made, filled and asked") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = database.writer();
    std::vector<std::string> statements = sql::full_text_ddl(connection->engine());
    for (const int shard : {0, 1, 1}) {
      for (auto& made : sql::full_text_shard_ddl(connection->engine(), shard)) {
        statements.push_back(std::move(made));
      }
    }
    for (const std::string& statement : statements) expect(connection->execute_script(statement));
    const bool sqlite = connection->engine() == sql::Engine::sqlite;
    expect(connection->execute(
        sqlite ? "INSERT INTO search_shard_1 (rowid, tokens) VALUES ($1, 'a1b2 c3d4')"
               : "INSERT INTO search_document (shard, doc_id, tokens) VALUES (1, $1, '{5,6}')",
        {9}));
    const auto found = expect(
        sql::one_int64(*connection,
                       sqlite ? "SELECT rowid FROM search_shard_1 WHERE search_shard_1 MATCH $1"
                              : "SELECT doc_id FROM search_document WHERE shard = 1 AND tokens @> "
                                "CAST($1 AS BIGINT[])",
                       {sqlite ? "c3d4" : "{6}"}));
    CHECK(found == 9);
  });
}

}  // namespace
}  // namespace lethe::testing
