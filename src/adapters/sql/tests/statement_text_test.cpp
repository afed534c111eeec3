#include "lethe/sql/statement_text.h"

#include <doctest/doctest.h>

namespace lethe::sql {
namespace {

bool refused(std::string_view sql) {
  const auto count = count_parameters(sql);
  return !count && count.error().code == Errc::invalid_argument;
}

TEST_CASE("parameters count by number, however often and in whatever order they appear") {
  CHECK(count_parameters("SELECT 1").value() == 0);
  CHECK(count_parameters("SELECT $2, $1, $2").value() == 2);
  CHECK(count_parameters("SELECT $10,$9,$8,$7,$6,$5,$4,$3,$2,$1").value() == 10);
}

TEST_CASE("what looks like a parameter inside quotes or comments is none") {
  CHECK(count_parameters("SELECT '$5 ? :a ''$6''', \"$7\" -- $8\n , $1 /* $9 :: */").value() == 1);
  CHECK(count_parameters("SELECT '$1").value() == 0);
  CHECK(count_parameters("SELECT 1 /* $1").value() == 0);
}

TEST_CASE(
    "other parameter styles, gaps and :: are refused, so that a statement runs on both engines") {
  CHECK(refused("SELECT ?"));
  CHECK(refused("SELECT :name"));
  CHECK(refused("SELECT @name"));
  CHECK(refused("SELECT $name"));
  CHECK(refused("SELECT $1x"));
  CHECK(refused("SELECT $0"));
  CHECK(refused("SELECT $1, $3"));
  CHECK(refused("SELECT $1::bigint"));
  CHECK(refused("SELECT $1000"));
  CHECK(refused("SELECT $99999999999999999999"));
}

TEST_CASE("operators of PostgreSQL that only share a first character pass") {
  CHECK(count_parameters("SELECT a @> $1 FROM t").value() == 1);
}

TEST_CASE("the head of a statement is one short line") {
  CHECK(sql_head("SELECT a\n   FROM b") == "SELECT a FROM b");
  CHECK(sql_head(std::string(500, 'x')).size() == 80);
}

}  // namespace
}  // namespace lethe::sql
