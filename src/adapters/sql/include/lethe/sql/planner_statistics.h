// What SQLite's planner is told of the tables: figures of ours, from the annotated schema.
//
// Without figures the planner takes a primary key's first column, the workspace, for a good choice
// and walks whole tables; with those that ANALYZE finds the same statement runs in one way in a
// small installation and in another one in a large one. Told always the same, it plans always the
// same, and a test can see every plan. PostgreSQL gathers its own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/schema.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

// A row of sqlite_stat1.
struct IndexStatistics {
  std::string table;
  std::string index;    // the table's name for the primary key of a narrow table
  std::string figures;  // rows, then the rows that are equal in 1, 2, ... columns of the index

  friend auto operator<=>(const IndexStatistics&, const IndexStatistics&) = default;
};

// Whether the planner is told of a million rows, or of the few that an organisation has, or has
// open at a time.
[[nodiscard]] bool grows_with_tickets(std::string_view table) noexcept;

[[nodiscard]] std::vector<IndexStatistics> statistics_of(std::span<const core::Table> tables);

// Writes them into the database where it holds others. Connections opened afterwards plan by them.
// Nothing to do on PostgreSQL.
[[nodiscard]] Status teach_planner(Connection& connection);

}  // namespace lethe::sql
