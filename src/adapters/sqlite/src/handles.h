// SQLite's handles owned, and its error codes in our words.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/sql/driver.h"

namespace lethe::sqlite {

struct CloseDatabase {
  void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};
using DatabaseHandle = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

[[nodiscard]] Errc errc_of(int extended_code) noexcept;
[[nodiscard]] sql::Trouble trouble_of(int extended_code) noexcept;

// SQLite's messages name tables, columns and constraints, never values.
[[nodiscard]] Error error_of(sqlite3* db, int extended_code, std::string_view sql);

enum class Role { writer, reader };

struct ConnectionSettings {
  std::string path;
  Role role = Role::writer;
  int cache_kib = 2 * 1024;
};

// Opened with every setting of database.h in force.
// How long a writer waits for others before it answers busy.
inline constexpr int kBusyMilliseconds = 5'000;

[[nodiscard]] Result<DatabaseHandle> open_handle(const ConnectionSettings& settings);

}  // namespace lethe::sqlite
