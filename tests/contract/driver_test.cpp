// Values, parameters and errors: the same on both engines.
#include <cstdint>
#include <limits>

#include "fresh_database.h"
#include "lethe/core/ids.h"
#include "lethe/sql/ddl.h"

namespace lethe::testing {
namespace {

using sql::Connection;
using sql::Row;

constexpr auto kIgnore = [](const Row&) {};

std::unique_ptr<Connection> with_table(FreshDatabase& database) {
  auto connection = database.writer();
  const auto blob = sql::type_name(core::ColumnType::cell, connection->engine());
  expect(connection->execute_script(
      "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, words TEXT, bytes " + std::string{blob} +
      ", amount BIGINT, part DOUBLE PRECISION, CHECK (amount < 1000000 OR amount > 2000000))"));
  return connection;
}

Errc code_of(const Result<std::int64_t>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

TEST_CASE("integers come back whole, up to both ends of 64 bits") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    const auto lowest = std::numeric_limits<std::int64_t>::min();
    const auto highest = std::numeric_limits<std::int64_t>::max();
    CHECK(expect(connection->execute(
              "INSERT INTO thing (id, amount) VALUES ($1, $2), ($3, $4), ($5, $6)",
              {1, lowest, 2, highest, 3, std::optional<std::int64_t>{}})) == 3);
    const auto found = expect(sql::all(*connection, "SELECT amount FROM thing ORDER BY id", {},
                                       [](const Row& row) { return row.optional_int64(0); }));
    CHECK(found == std::vector<std::optional<std::int64_t>>{lowest, highest, std::nullopt});
  });
}

TEST_CASE("bytes come back as they went in, NUL included, and empty bytes are not NULL") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    Bytes every_byte;
    for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<std::uint8_t>(byte));
    expect(connection->execute("INSERT INTO thing (id, bytes) VALUES (1, $1), (2, $2), (3, $3)",
                               {every_byte, Bytes{}, std::optional<Bytes>{}}));
    const auto found = expect(sql::all(*connection, "SELECT bytes FROM thing ORDER BY id", {},
                                       [](const Row& row) { return row.optional_bytes(0); }));
    CHECK(found == std::vector<std::optional<Bytes>>{every_byte, Bytes{}, std::nullopt});
  });
}

TEST_CASE("hostile text stays text") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    const std::vector<std::string> texts{"",
                                         "'; DROP TABLE thing; --",
                                         "$1 $2 ? :a @b",
                                         "back\\slash \\x00 \\",
                                         "\"quoted\"",
                                         "line\r\nbreak\ttab",
                                         "Zoë \xF0\x9F\x98\x80 \xE2\x80\xAE",
                                         std::string(100'000, 'x')};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      expect(
          connection->execute("INSERT INTO thing (id, words) VALUES ($1, $2)", {i + 1, texts[i]}));
    }
    CHECK(expect(sql::all(*connection, "SELECT words FROM thing ORDER BY id", {},
                          [](const Row& row) { return row.string(0); })) == texts);
  });
}

TEST_CASE("text with NUL or broken UTF-8 is refused by both engines alike") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    const std::string sql = "INSERT INTO thing (id, words) VALUES (1, $1)";
    CHECK(code_of(connection->execute(sql, {std::string{"a\0b", 3}})) == Errc::invalid_argument);
    CHECK(code_of(connection->execute(sql, {"\xFF"})) == Errc::invalid_argument);
    CHECK(expect(sql::one_int64(*connection, "SELECT COUNT(*) FROM thing")) == 0);
  });
}

TEST_CASE("ids, instants, booleans and reals have their readers") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    const auto id = core::TicketId::of(7);
    expect(connection->execute("INSERT INTO thing (id, amount, part) VALUES ($1, $2, $3)",
                               {id, instant_of(1'234), 0.25}));
    expect(connection->query("SELECT id, amount, part, amount > 5, amount < 5 FROM thing", {},
                             [&](const Row& row) {
                               CHECK(row.id<core::TicketId>(0) == id);
                               CHECK(row.instant(1) == instant_of(1'234));
                               CHECK(row.real(2) == 0.25);
                               CHECK(row.boolean(3));
                               CHECK_FALSE(row.boolean(4));
                               CHECK(row.columns() == 5);
                             }));
  });
}

TEST_CASE("sums of big integers read as integers, averages as reals") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    expect(connection->execute("INSERT INTO thing (id, amount) VALUES (1, $1), (2, $2), (3, $3)",
                               {4'000'000'000'000'000'000, 20'000, -100'000'000}));
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(amount) FROM thing")) ==
          3'999'999'999'900'020'000);
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(amount) FROM thing WHERE id = 3")) ==
          -100'000'000);
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(amount) FROM thing WHERE id = 2")) ==
          20'000);
    CHECK(expect(sql::one_int64(*connection,
                                "SELECT SUM(amount - 20000) FROM thing WHERE id = 2")) == 0);
    const auto average = expect(sql::first(*connection, "SELECT AVG(id) FROM thing WHERE id < 3",
                                           {}, [](const Row& row) { return row.real(0); }));
    CHECK(average == 1.5);
  });
}

TEST_CASE("parameters bind by number, not by place") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = database.writer();
    expect(connection->query("SELECT CAST($2 AS BIGINT), CAST($1 AS TEXT), CAST($2 AS BIGINT) + 1",
                             {"one", 2}, [](const Row& row) {
                               CHECK(row.int64(0) == 2);
                               CHECK(row.text(1) == "one");
                               CHECK(row.int64(2) == 3);
                             }));
  });
}

TEST_CASE("the same statement takes null and a value in the same place") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    const std::string sql = "INSERT INTO thing (id, words, amount) VALUES ($1, $2, $3)";
    expect(connection->execute(sql, {1, std::nullopt, 5}));
    expect(connection->execute(sql, {2, "b", std::nullopt}));
    expect(connection->execute(sql, {3, sql::Null{}, 6}));
    CHECK(expect(sql::one_int64(*connection, "SELECT COUNT(*) FROM thing WHERE words IS NULL")) ==
          2);
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(amount) FROM thing")) == 11);
  });
}

TEST_CASE("a wrong number of arguments and a foreign dialect are refused") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    CHECK(code_of(connection->execute("DELETE FROM thing WHERE id = $1")) ==
          Errc::invalid_argument);
    CHECK(code_of(connection->execute("DELETE FROM thing WHERE id = $1", {1, 2})) ==
          Errc::invalid_argument);
    CHECK(code_of(connection->execute("DELETE FROM thing WHERE id = ?", {1})) ==
          Errc::invalid_argument);
    CHECK(code_of(connection->execute("SELECT $1::bigint", {1})) == Errc::invalid_argument);
    CHECK(connection->execute("SELEKT 1").error().code == Errc::internal);
    // A quoted word is a name on both: no silent string.
    CHECK_FALSE(connection->query("SELECT \"nonsense\" FROM thing", {}, kIgnore).has_value());
  });
}

TEST_CASE("the number of changed rows is that of this statement") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    CHECK(expect(connection->execute("INSERT INTO thing (id) VALUES (1), (2), (3)")) == 3);
    CHECK(expect(connection->execute("SELECT id FROM thing")) == 0);
    CHECK(expect(connection->execute("UPDATE thing SET amount = 1 WHERE id > $1", {1})) == 2);
    CHECK(expect(connection->execute("UPDATE thing SET amount = 1 WHERE id > $1", {9})) == 0);
    CHECK(expect(connection->execute(
              "INSERT INTO thing (id) VALUES (3) ON CONFLICT (id) DO NOTHING")) == 0);
    CHECK(expect(connection->execute("DELETE FROM thing")) == 3);
  });
}

TEST_CASE("RETURNING hands over the rows that were written") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    const auto ids = expect(
        sql::all(*connection, "INSERT INTO thing (id, amount) VALUES ($1, 1), ($2, 2) RETURNING id",
                 {10, 11}, [](const Row& row) { return row.int64(0); }));
    CHECK(ids == std::vector<std::int64_t>{10, 11});
    CHECK(expect(sql::one_int64(*connection, "SELECT COUNT(*) FROM thing")) == 2);
  });
}

TEST_CASE("a callback may ask again on the same connection, even the same question") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    expect(connection->execute("INSERT INTO thing (id) VALUES (1), (2), (3)"));
    int pairs = 0;
    const std::string sql = "SELECT id FROM thing WHERE id >= $1";
    expect(connection->query(sql, {2}, [&](const Row&) {
      return connection->query(sql, {1}, [&](const Row&) { ++pairs; });
    }));
    CHECK(pairs == 6);
  });
}

TEST_CASE("a callback's own error stops the rows and comes back as it is") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    expect(connection->execute("INSERT INTO thing (id) VALUES (1), (2)"));
    expect(connection->begin(sql::Begin::immediate));
    int seen = 0;
    const Status status = connection->query("SELECT id FROM thing", {}, [&](const Row&) -> Status {
      ++seen;
      return fail(Errc::cancelled, "enough");
    });
    CHECK(status.error().code == Errc::cancelled);
    CHECK(seen == 1);
    // It was no failed statement: the transaction goes on.
    CHECK(expect(connection->execute("DELETE FROM thing")) == 2);
    expect(connection->commit());
  });
}

TEST_CASE("reading a value as what it is not fails instead of inventing one") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    expect(connection->execute("INSERT INTO thing (id, words) VALUES (1, 'a')"));
    const auto misread = [&](auto read) {
      const Status status = connection->query("SELECT id, words, amount FROM thing", {},
                                              [&](const Row& row) { std::ignore = read(row); });
      return !status && status.error().code == Errc::corrupt;
    };
    CHECK(misread([](const Row& row) { return row.int64(1); }));
    CHECK(misread([](const Row& row) { return row.text(0); }));
    CHECK(misread([](const Row& row) { return row.blob(1); }));
    CHECK(misread([](const Row& row) { return row.int64(2); }));
    CHECK(misread([](const Row& row) { return row.int64(3); }));
    CHECK(misread([](const Row& row) { return row.is_null(-1); }));
    CHECK_FALSE(misread([](const Row& row) { return row.optional_int64(2); }));
  });
}

TEST_CASE("constraint violations have their own codes and quote no value") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    expect(connection->execute_script(
        "CREATE TABLE part (thing BIGINT NOT NULL REFERENCES thing (id), word TEXT UNIQUE)"));
    expect(connection->execute("INSERT INTO thing (id) VALUES (1)"));
    expect(connection->execute("INSERT INTO part (thing, word) VALUES (1, 'secret')"));

    CHECK(code_of(connection->execute("INSERT INTO thing (id) VALUES (1)")) ==
          Errc::already_exists);
    const auto twice =
        connection->execute("INSERT INTO part (thing, word) VALUES (1, $1)", {"secret"});
    CHECK(code_of(twice) == Errc::already_exists);
    CHECK(twice.error().detail.find("secret") == std::string::npos);
    CHECK(code_of(connection->execute("INSERT INTO part (thing) VALUES (2)")) == Errc::conflict);
    CHECK(code_of(connection->execute("INSERT INTO thing (id, amount) VALUES (2, 1500000)")) ==
          Errc::invalid_argument);
    CHECK(code_of(connection->execute("INSERT INTO part (thing) VALUES ($1)", {sql::Null{}})) ==
          Errc::invalid_argument);
  });
}

TEST_CASE("more different statements than are kept still work") {
  on_each_engine([](FreshDatabase& database) {
    const auto connection = with_table(database);
    for (int i = 1; i <= 700; ++i) {
      const std::string number = std::to_string(i);
      expect(
          connection->execute("INSERT INTO thing (id, amount) VALUES (" + number + ", $1)", {i}));
    }
    CHECK(expect(sql::one_int64(*connection, "SELECT SUM(amount) FROM thing")) == 245'350);
  });
}

}  // namespace
}  // namespace lethe::testing
