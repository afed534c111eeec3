// Where each personal column of the schema stands in a subject export, or why it is left out.
//
// The unit test walks core::all_tables(): a personal column that this list does not name fails it.
#pragma once

#include <span>
#include <string_view>

namespace lethe::app {

struct ExportedColumn {
  std::string_view table, column;
  std::string_view where;     // member of the document; empty: left out
  std::string_view left_out;  // the reason, for the record; empty: exported
};

[[nodiscard]] std::span<const ExportedColumn> exported_columns() noexcept;

}  // namespace lethe::app
