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

}  // namespace
}  // namespace lethe::testing
