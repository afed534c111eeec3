#include "lethe/sql/ddl.h"

#include <doctest/doctest.h>

namespace lethe::sql {
namespace {

using namespace core;

consteval Column plain(std::uint16_t number, std::string_view name, ColumnType type, Nulls nulls) {
  return {number,
          name,
          type,
          nulls,
          Personal::no,
          Category::none,
          Purpose::operation,
          LegalBasis::none,
          Retention::installation,
          KeyOwner::none};
}

constexpr Column kNoteColumns[] = {
    plain(1, "workspace_id", ColumnType::id, Nulls::refused),
    plain(2, "id", ColumnType::id, Nulls::refused),
    Column{3, "person_id", ColumnType::id, Nulls::allowed, Personal::reference,
           Category::correspondence_metadata, Purpose::answering, LegalBasis::declared,
           Retention::with_person, KeyOwner::none},
    Column{4, "body", ColumnType::cell, Nulls::refused, Personal::yes, Category::message_content,
           Purpose::answering, LegalBasis::declared, Retention::with_ticket, KeyOwner::ticket_body},
    plain(5, "hidden", ColumnType::boolean, Nulls::refused),
    plain(6, "written_at", ColumnType::instant, Nulls::refused),
};
constexpr Index kNoteIndexes[] = {
    Index{"note_by_person", Uniqueness::none, "workspace_id, person_id, written_at DESC",
          "person_id IS NOT NULL"},
};
constexpr Column kVoteColumns[] = {
    plain(1, "workspace_id", ColumnType::id, Nulls::refused),
    plain(2, "name", ColumnType::text_plain, Nulls::refused),
};
constexpr Table kTables[] = {
    Table{7, "note", Storage::wide, kNoteColumns, "workspace_id, id", kNoteIndexes},
    Table{8, "vote", Storage::narrow, kVoteColumns, "workspace_id, name", {}},
};
static_assert(well_formed(kTables));
static_assert(kTables[0].column("body").id == 4);

TEST_CASE("a wide table keeps its rowid on SQLite and refuses values of the wrong type") {
  const auto ddl = ddl_for(kTables[0], Engine::sqlite);
  REQUIRE(ddl.size() == 2);
  CHECK(ddl[0] ==
        "CREATE TABLE note (workspace_id INTEGER NOT NULL CHECK (workspace_id > 0), "
        "id INTEGER NOT NULL CHECK (id > 0), person_id INTEGER CHECK (person_id > 0), "
        "body BLOB NOT NULL, hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)), "
        "written_at INTEGER NOT NULL, PRIMARY KEY (workspace_id, id)) STRICT");
  CHECK(ddl[1] ==
        "CREATE INDEX note_by_person ON note (workspace_id, person_id, written_at DESC) "
        "WHERE person_id IS NOT NULL");
}

TEST_CASE("a narrow table is clustered by its key on SQLite") {
  CHECK(ddl_for(kTables[1], Engine::sqlite).front().ends_with(" STRICT, WITHOUT ROWID"));
}

TEST_CASE("PostgreSQL gets its own type names and does not try to compress ciphertext") {
  const auto ddl = ddl_for(std::span<const Table>{kTables}, Engine::postgres);
  REQUIRE(ddl.size() == 4);
  CHECK(ddl[0].find("body BYTEA NOT NULL") != std::string::npos);
  CHECK(ddl[0].find("STRICT") == std::string::npos);
  CHECK(ddl[2] == "ALTER TABLE note ALTER COLUMN body SET STORAGE EXTERNAL");
}

TEST_CASE("a column added later is defined as if it had been there from the start") {
  CHECK(add_column(kTables[0], kTables[0].column("person_id"), Engine::postgres) ==
        "ALTER TABLE note ADD COLUMN person_id BIGINT CHECK (person_id > 0)");
}

}  // namespace
}  // namespace lethe::sql
