// Transactions, savepoints and two writers: the same on both engines.
#include "fresh_database.h"

namespace lethe::testing {
namespace {

using sql::Begin;
using sql::Connection;
using sql::Row;
using sql::Trouble;

std::unique_ptr<Connection> with_counter(FreshDatabase& database) {
  auto connection = database.writer();
  expect(connection->execute_script(
      "CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)"));
  return connection;
}

Status insert(Connection& connection, std::int64_t id) {
  return connection.post("INSERT INTO counter (id, n) VALUES ($1, 0)", {id});
}

std::vector<std::int64_t> ids(Connection& connection) {
  return expect(sql::all(connection, "SELECT id FROM counter ORDER BY id", {},
                         [](const Row& row) { return row.int64(0); }));
}

TEST_CASE("a rolled back savepoint takes its own rows along and no others") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    expect(connection->begin(Begin::immediate));
    expect(insert(*connection, 1));
    expect(connection->savepoint("item"));
    expect(insert(*connection, 2));
    expect(connection->rollback_to("item"));
    expect(connection->savepoint("item"));
    expect(insert(*connection, 3));
    expect(connection->release("item"));
    expect(connection->commit());
    CHECK(ids(*connection) == std::vector<std::int64_t>{1, 3});
  });
}

TEST_CASE("rollback leaves nothing, and is harmless outside a transaction") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    connection->rollback();
    expect(connection->begin(Begin::immediate));
    expect(insert(*connection, 1));
    connection->rollback();
    CHECK_FALSE(connection->in_transaction());
    CHECK(ids(*connection).empty());
  });
}

TEST_CASE("after a failed statement the transaction takes nothing but a rollback") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    expect(connection->begin(Begin::immediate));
    expect(insert(*connection, 1));
    expect(connection->savepoint("item"));
    CHECK_FALSE(connection->execute("INSERT INTO counter (id, n) VALUES (1, 0)").has_value());
    CHECK(connection->trouble() == Trouble::statement);
    CHECK(connection->execute("SELECT 1").error().code == Errc::internal);
    CHECK(connection->release("item").error().code == Errc::internal);
    expect(connection->rollback_to("item"));
    CHECK(connection->trouble() == Trouble::none);
    expect(insert(*connection, 2));
    expect(connection->commit());
    CHECK(ids(*connection) == std::vector<std::int64_t>{1, 2});
  });
}

TEST_CASE("a commit after a failed statement fails and keeps nothing") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    expect(connection->begin(Begin::immediate));
    expect(insert(*connection, 1));
    CHECK_FALSE(connection->execute("INSERT INTO counter (id, n) VALUES (1, 0)").has_value());
    CHECK_FALSE(connection->commit().has_value());
    CHECK_FALSE(connection->in_transaction());
    CHECK(ids(*connection).empty());
  });
}

TEST_CASE("an error of something posted comes out at release, at the latest at commit") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    const auto insert_twice = [&] {
      Status first = insert(*connection, 1);
      return first ? insert(*connection, 1) : first;
    };
    expect(connection->begin(Begin::immediate));
    expect(connection->savepoint("item"));
    Status posted = insert_twice();
    if (posted) posted = connection->release("item");
    CHECK(posted.error().code == Errc::already_exists);
    expect(connection->rollback_to("item"));
    posted = insert_twice();
    if (posted) posted = connection->commit();
    CHECK(posted.error().code == Errc::already_exists);
    connection->rollback();
    CHECK(ids(*connection).empty());
  });
}

TEST_CASE("hundreds of posted statements arrive in order") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    expect(connection->begin(Begin::immediate));
    for (int i = 1; i <= 1'000; ++i) expect(insert(*connection, i));
    CHECK(expect(connection->execute("UPDATE counter SET n = id")) == 1'000);
    expect(connection->commit());
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(n) FROM counter")) == 500'500);
  });
}

TEST_CASE("a second begin and a commit without begin are refused") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_counter(database);
    CHECK_FALSE(connection->commit().has_value());
    CHECK_FALSE(connection->savepoint("item").has_value());
    expect(connection->begin(Begin::immediate));
    CHECK_FALSE(connection->begin(Begin::immediate).has_value());
  });
}

TEST_CASE("a reader sees one moment, however long it looks") {
  on_each_engine([](FreshDatabase& database) {
    const auto writer = with_counter(database);
    const auto reader = database.reader();
    expect(insert(*writer, 1));
    expect(reader->begin(Begin::deferred));
    CHECK(ids(*reader).size() == 1);
    expect(insert(*writer, 2));
    CHECK(ids(*reader).size() == 1);
    reader->rollback();
    CHECK(ids(*reader).size() == 2);
  });
}

TEST_CASE("a reader cannot write") {
  on_each_engine([](FreshDatabase& database) {
    const auto writer = with_counter(database);
    const auto reader = database.reader();
    CHECK(reader->execute("INSERT INTO counter (id, n) VALUES (1, 1)").error().code ==
          Errc::forbidden);
    expect(reader->begin(Begin::deferred));
    CHECK(reader->execute("DELETE FROM counter").error().code == Errc::forbidden);
  });
}

// Each reads what the other writes: run one after the other, either order gives another result
// than both on the old state.
TEST_CASE("two writers never both act on what the other changes") {
  on_each_engine([](FreshDatabase& database) {
    const auto first = with_counter(database);
    const auto second = database.writer();
    if (second->engine() == sql::Engine::sqlite) {
      expect(second->execute_script("PRAGMA busy_timeout=0"));
    }
    expect(first->execute("INSERT INTO counter (id, n) VALUES (1, 1), (2, 1)"));
    const auto take = [](Connection& connection, int id) -> Status {
      LETHE_CHECK(sql::one_int64(connection, "SELECT SUM(n) FROM counter"));
      LETHE_CHECK(connection.execute("UPDATE counter SET n = 0 WHERE id = $1", {id}));
      return {};
    };
    expect(first->begin(Begin::immediate));
    expect(take(*first, 1));
    Status late = second->begin(Begin::immediate);
    if (late) late = take(*second, 2);
    expect(first->commit());
    if (late) late = second->commit();
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == Errc::busy);
    second->rollback();
    CHECK(expect(sql::one_int64(*first, "SELECT SUM(n) FROM counter")) == 1);
  });
}

TEST_CASE("past its deadline a connection answers busy, and works again without one") {
  on_each_engine([](FreshDatabase& database) {
    const auto writer = with_counter(database);
    const auto reader = database.reader();
    reader->set_deadline(std::chrono::steady_clock::now());
    CHECK(sql::one_int64(*reader, "SELECT 1").error().code == Errc::busy);
    reader->set_deadline(std::nullopt);
    CHECK(expect(sql::one_int64(*reader, "SELECT 1")) == 1);
  });
}

TEST_CASE("a statement that would never end is cut at the deadline") {
  on_each_engine([](FreshDatabase& database) {
    const auto reader = database.reader();
    reader->set_deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds{20});
    expect(reader->begin(Begin::deferred));
    const auto counted = sql::one_int64(
        *reader,
        "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n) "
        "SELECT COUNT(*) FROM n");
    CHECK(counted.error().code == Errc::busy);
    reader->rollback();
    reader->set_deadline(std::nullopt);
    CHECK(expect(sql::one_int64(*reader, "SELECT 1")) == 1);
  });
}

}  // namespace
}  // namespace lethe::testing
