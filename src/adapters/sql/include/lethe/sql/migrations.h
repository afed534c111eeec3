// Bringing a database to the schema this program knows.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lethe/sql/driver.h"

namespace lethe::sql {

// One step; a released step never changes.
struct Migration {
  int version = 0;  // 1, 2, 3 ... without a gap
  std::vector<std::string> statements;
};

// The version recorded in the database; 0 for an empty one.
[[nodiscard]] Result<int> schema_version(Connection& connection);

// Applies what is missing, each step in a transaction of its own that also records it, and returns
// the version reached. A step that fails leaves the steps before it.
//
// Errors: unsupported, with a sentence for the operator, when the database is newer than `known`;
// those of a failing step, named by its version.
[[nodiscard]] Result<int> migrate(Connection& connection, std::span<const Migration> known);

}  // namespace lethe::sql
