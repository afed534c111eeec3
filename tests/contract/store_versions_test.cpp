// Stores of earlier versions are brought to this one when they are opened.
#include "lethe/ports/notices.h"
#include "lethe/ports/saved_replies.h"
#include "lethe/ports/threading.h"
#include "lethe/sql/migrations.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::Reading;
using ports::Writing;

constexpr const char* kTablesOfVersion3[] = {"saved_replies", "agent_notices", "former_requesters"};

int version_in(FreshDatabase& database) { return expect(sql::schema_version(*database.writer())); }

// As a program that knew two versions left it.
void make_version_2(FreshDatabase& database) {
  expect(sql::create_store(database.get(), workspace()));
  expect(database.writer()->execute_script("DELETE FROM schema_version WHERE version = 3"));
  REQUIRE(version_in(database) == 2);
}

std::int64_t notice_indexes(FreshDatabase& database) {
  const bool sqlite = database.get().engine() == sql::Engine::sqlite;
  return expect(sql::one_int64(
      *database.reader(),
      sqlite ? "SELECT COUNT(*) FROM sqlite_master WHERE name = 'outgoing_notices'"
             : "SELECT COUNT(*) FROM pg_indexes WHERE schemaname = CURRENT_SCHEMA AND indexname = "
               "'outgoing_notices'"));
}

void drop_what_version_3_brought(FreshDatabase& database) {
  const auto connection = database.writer();
  expect(connection->execute_script("DROP INDEX outgoing_notices"));
  for (const char* table : kTablesOfVersion3) {
    expect(connection->execute_script(std::string{"DROP TABLE "} + table));
  }
}

void note_former_requester(ports::Store& store) {
  write(store, [](Writing& tx) {
    return ports::threading(tx).add_former_requester(ticket(1), person(1));
  });
}

std::size_t former_requesters(ports::Store& store) {
  return read(store,
              [](const Reading& tx) { return ports::threading(tx).former_requesters(ticket(1)); })
      .size();
}

TEST_CASE("a store of version 2 gets what it lacks when it is opened") {
  on_each_engine([](FreshDatabase& database) {
    make_version_2(database);
    drop_what_version_3_brought(database);
    REQUIRE(notice_indexes(database) == 0);
    auto store = expect(sql::open_store(database.get(), {}));
    note_former_requester(*store);
    CHECK(former_requesters(*store) == 1);
    CHECK(read(*store, [](const Reading& tx) { return ports::notices(tx).all(); }).empty());
    CHECK(
        read(*store, [](const Reading& tx) { return ports::saved_replies(tx).titles(); }).empty());
    store.reset();
    CHECK(version_in(database) == 3);
    CHECK(notice_indexes(database) == 1);
  });
}

TEST_CASE("a store of version 2 that has those tables keeps what is in them") {
  on_each_engine([](FreshDatabase& database) {
    make_version_2(database);
    note_former_requester(*expect(sql::open_store(database.get(), {})));
    expect(database.writer()->execute_script("DELETE FROM schema_version WHERE version = 3"));
    const auto store = expect(sql::open_store(database.get(), {}));
    CHECK(former_requesters(*store) == 1);
  });
}

TEST_CASE("opening a store of this version again changes nothing") {
  on_each_engine([](FreshDatabase& database) {
    note_former_requester(*new_store(database));
    const auto store = expect(sql::open_store(database.get(), {}));
    CHECK(former_requesters(*store) == 1);
  });
}

}  // namespace
}  // namespace lethe::testing
