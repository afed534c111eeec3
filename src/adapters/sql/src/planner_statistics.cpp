#include "lethe/sql/planner_statistics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "lethe/core/tables.h"

namespace lethe::sql {
namespace {

using core::Column;
using core::ColumnType;
using core::Table;

constexpr std::int64_t kManyRows = 1'000'000;
constexpr std::int64_t kFewRows = 200;
constexpr std::int64_t kFewest = 5;  // equal in every column of an index that is not unique

// What an organisation has, or has open at a time: rules, rooms, people who work there.
constexpr auto kFewRowsIn = std::to_array<std::string_view>(
    {"access_events", "agent_notices", "agents",    "drafts",        "holds",
     "index_queue",   "links",         "mailboxes", "named",         "quarantined",
     "refusals",      "rules",         "runs",      "saved_replies", "second_steps",
     "sessions",      "settings",      "tokens",    "views",         "workspace"});

// References to those: each is in many rows.
constexpr auto kOftenTheSame =
    std::to_array<std::string_view>({"agent_id", "assignee_id", "by_agent_id", "group_id",
                                     "mailbox_id", "rule_id", "run_id", "tag_id", "type_id"});

bool is_in(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// How many different ones a column holds.
std::int64_t values_of(const Column& column) {
  if (column.name == "workspace_id") return 1;
  if (is_in(kOftenTheSame, column.name)) return 100;
  switch (column.type) {
    case ColumnType::boolean:
      return 2;
    case ColumnType::integer:
      return column.name == "number" ? kManyRows : 4;  // states and kinds
    default:
      return kManyRows / 5;
  }
}

std::string figures(const Table& table, std::string_view columns, bool unique) {
  std::int64_t left = grows_with_tickets(table.name) ? kManyRows : kFewRows;
  std::string out = std::to_string(left);
  while (!columns.empty()) {
    const std::string_view item = core::schema_detail::next_item(columns);
    const Column& column = *table.find(item.substr(0, item.find(' ')));
    left = std::min(left, std::max(left / values_of(column), kFewest));
    if (unique && columns.empty()) left = 1;
    out += " " + std::to_string(left);
  }
  return out;
}

std::string primary_key_of(const Table& table) {
  const std::string name{table.name};
  return table.storage == core::Storage::narrow ? name : "sqlite_autoindex_" + name + "_1";
}

Result<std::vector<IndexStatistics>> known_to(Connection& connection) {
  return all(
      connection, "SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL", {},
      [](const Row& row) { return IndexStatistics{row.string(0), row.string(1), row.string(2)}; });
}

Status replace(Connection& connection, const std::vector<IndexStatistics>& rows) {
  LETHE_CHECK(connection.execute("DELETE FROM sqlite_stat1"));
  for (const IndexStatistics& row : rows) {
    LETHE_CHECK(connection.post("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)",
                                {row.table, row.index, row.figures}));
  }
  return {};
}

}  // namespace

bool grows_with_tickets(std::string_view table) noexcept { return !is_in(kFewRowsIn, table); }

std::vector<IndexStatistics> statistics_of(std::span<const Table> tables) {
  std::vector<IndexStatistics> out;
  for (const Table& table : tables) {
    const std::string name{table.name};
    out.push_back({name, primary_key_of(table), figures(table, table.primary_key, true)});
    for (const core::Index& index : table.indexes) {
      const bool unique = index.unique == core::Uniqueness::unique;
      out.push_back({name, std::string{index.name}, figures(table, index.columns, unique)});
    }
  }
  std::ranges::sort(out);
  return out;
}

Status teach_planner(Connection& connection) {
  if (connection.engine() != Engine::sqlite) return {};
  LETHE_TRY(
      const auto has_table,
      one_int64(connection, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"));
  // Nothing else may make that table.
  if (has_table == 0) LETHE_CHECK(connection.execute_script("ANALYZE schema_version"));
  const auto wanted = statistics_of(core::all_tables());
  LETHE_TRY(auto known, known_to(connection));
  std::ranges::sort(known);
  if (known == wanted) return {};
  LETHE_CHECK(connection.begin(Begin::immediate));
  if (auto done = replace(connection, wanted); !done) {
    connection.rollback();
    return done;
  }
  return connection.commit();
}

}  // namespace lethe::sql
