// From the annotated schema (core/schema.h) to statements that make it.
#pragma once

#include <string>
#include <vector>

#include "lethe/core/schema.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

// The type a column has in `engine`, for a handful of hand-written CASTs ("BLOB", "BYTEA").
[[nodiscard]] std::string_view type_name(core::ColumnType type, Engine engine) noexcept;

// CREATE TABLE and its indexes, in order. Ids are positive and booleans 0 or 1 by CHECK; SQLite
// tables are STRICT, so a value of the wrong type is refused on both engines.
[[nodiscard]] std::vector<std::string> ddl_for(const core::Table& table, Engine engine);
[[nodiscard]] std::vector<std::string> ddl_for(std::span<const core::Table> tables, Engine engine);

// For later migrations. A NOT NULL column of a table with rows needs another way: make a new table.
[[nodiscard]] std::string add_column(const core::Table& table, const core::Column& column,
                                     Engine engine);

}  // namespace lethe::sql
