// The watch over SQLite's plans sees what it is there for.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

Status ask(sql::Connection& connection, std::string_view sql) {
  return connection.query(sql, {workspace(), std::int64_t{1}},
                          [](const sql::Row&) -> Status { return {}; });
}

TEST_CASE("a statement that walks all messages is seen, one for a ticket's messages is not") {
  on_each_engine([](FreshDatabase& database) {
    PlanWatch watch{database.get()};
    std::ignore = new_store(watch.database());
    if (watch.database().engine() != sql::Engine::sqlite) return;
    const auto reader = expect(watch.database().open_reader());
    expect(ask(*reader, "SELECT id FROM messages WHERE workspace_id = $1 AND ticket_id = $2"));
    expect(ask(*reader, "SELECT id FROM messages WHERE workspace_id = $1 AND person_id = $2"));
    CHECK(watch.walks() == "");
    expect(ask(*reader, "SELECT id FROM messages WHERE workspace_id = $1 AND created_at = $2"));
    CHECK(watch.walks().contains("messages"));
  });
}

TEST_CASE("without our figures SQLite would walk: the watch is not blind to its own cause") {
  on_each_engine([](FreshDatabase& database) {
    if (database.get().engine() != sql::Engine::sqlite) return;
    expect(sql::create_store(database.get(), workspace()));
    PlanWatch watch{database.get()};
    const auto untaught = expect(watch.database().open_reader());
    const std::string_view asked =
        "SELECT ticket_id, role FROM participants WHERE workspace_id = $1 AND person_id = $2";
    expect(ask(*untaught, asked));
    CHECK(watch.walks().contains("participants"));

    std::ignore = expect(sql::open_store(database.get(), {}));
    PlanWatch again{database.get()};
    const auto taught = expect(again.database().open_reader());
    expect(ask(*taught, asked));
    CHECK(again.walks() == "");
  });
}

}  // namespace
}  // namespace lethe::testing
