// Sees how SQLite plans every statement of a store's tests: none may walk a table that grows with
// the tickets, but those that say so here.
#pragma once

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/tables.h"
#include "lethe/sql/planner_statistics.h"
#include "support/observed_database.h"

namespace lethe::testing {

class PlanWatch {
 public:
  explicit PlanWatch(sql::Database& inner)
      : database_(inner, [this](sql::Connection& connection, std::string_view sql,
                                sql::Params params) { look(connection, sql, params); }) {}

  [[nodiscard]] sql::Database& database() noexcept { return database_; }
  // "SEARCH messages USING PRIMARY KEY (workspace_id=?): SELECT ...", a line each; empty when all
  // is well.
  [[nodiscard]] std::string walks() const {
    const std::scoped_lock lock{mutex_};
    return walks_;
  }
  [[nodiscard]] std::size_t statements() const {
    const std::scoped_lock lock{mutex_};
    return seen_.size();
  }

 private:
  // Rules change, a tag or a type is removed, a page counts all people, a ticket is split or leaves
  // for good with the few marks that mails left on people.
  static constexpr auto kMayWalk = std::to_array<std::string_view>(
      {"SELECT COUNT(*) FROM persons ", "UPDATE persons SET next_review_at = $2 WHERE workspace_id",
       "UPDATE tickets SET type_id = NULL ",
       "DELETE FROM person_tags WHERE workspace_id = $1 AND tag_id",
       "SELECT bucket, n FROM ticket_counts ", "UPDATE proposals SET ticket_id = ",
       "DELETE FROM mail_marks WHERE workspace_id = $1 AND ticket_id"});
  // Not of the schema, or an alias of a table of few rows.
  static constexpr auto kOtherFew =
      std::to_array<std::string_view>({"q", "sqlite_master", "sqlite_stat1", "schema_version"});

  void look(sql::Connection& connection, std::string_view sql, sql::Params params) {
    if (connection.engine() != sql::Engine::sqlite || !is_planned(sql)) return;
    {
      const std::scoped_lock lock{mutex_};
      if (!seen_.emplace(sql).second) return;
    }
    std::vector<std::string> lines;
    std::ignore = connection.query("EXPLAIN QUERY PLAN " + std::string{sql}, params,
                                   [&](const sql::Row& row) { lines.push_back(row.string(3)); });
    const std::scoped_lock lock{mutex_};
    for (const std::string& line : lines) {
      if (walks(line, sql)) walks_ += line + ": " + std::string{sql} + "\n";
    }
  }

  static bool is_planned(std::string_view sql) {
    return std::ranges::any_of(
        std::to_array<std::string_view>({"SELECT ", "UPDATE ", "DELETE ", "WITH "}),
        [&](std::string_view verb) { return sql.starts_with(verb); });
  }

  // "SCAN t", or "SEARCH t USING INDEX i (workspace_id=?)" with nothing behind the workspace.
  static bool walks(std::string_view line, std::string_view sql) {
    const bool whole = line.starts_with("SCAN ") || line.ends_with("(workspace_id=?)");
    if (!whole || uses_partial_index(line) || sql.contains(" LIMIT ") ||
        sql.contains(" NOT INDEXED "))
      return false;
    const std::string_view behind = line.substr(line.find(' ') + 1);
    const std::string_view table = behind.substr(0, behind.find(' '));
    const bool few =
        !sql::grows_with_tickets(table) || std::ranges::find(kOtherFew, table) != kOtherFew.end();
    const bool is_part =
        table.starts_with("part") || table.starts_with("CONSTANT") || table.starts_with("(");
    return !few && !is_part && std::ranges::none_of(kMayWalk, [&](std::string_view start) {
      return sql.starts_with(start);
    });
  }

  // It holds the rows that are asked for and no others.
  static bool uses_partial_index(std::string_view line) {
    for (const core::Table& table : core::all_tables()) {
      for (const core::Index& index : table.indexes) {
        if (!index.where.empty() && line.contains(" " + std::string{index.name} + " ")) return true;
      }
    }
    return false;
  }

  ObservedDatabase database_;
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> seen_;
  std::string walks_;
};

}  // namespace lethe::testing
