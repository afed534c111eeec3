#include "handles.h"

#include <array>

#include "lethe/base/disk_full.h"
#include "lethe/sql/statement_text.h"

namespace lethe::sqlite {
namespace {

Errc errc_of_constraint(int extended_code) noexcept {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Errc::already_exists;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Errc::conflict;
    default:
      return Errc::invalid_argument;
  }
}

Status run(sqlite3* db, const std::string& sql) {
  const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(db, code, sql));
  return {};
}

Status demand_wal(sqlite3* db) {
  std::string mode;
  const auto keep = [](void* out, int, char** values, char**) {
    *static_cast<std::string*>(out) = values[0];
    return 0;
  };
  const int code = sqlite3_exec(db, "PRAGMA journal_mode=WAL", keep, &mode, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(db, code, "PRAGMA journal_mode=WAL"));
  if (mode != "wal")
    return fail(Errc::unsupported, "the file system cannot hold SQLite's write-ahead log");
  return {};
}

Status configure(sqlite3* db, const ConnectionSettings& settings) {
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  for (const int option : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL}) {
    sqlite3_db_config(db, option, 0, nullptr);
  }
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  LETHE_CHECK(demand_wal(db));
  LETHE_CHECK(run(db,
                  "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; "
                  "PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF; "
                  "PRAGMA cell_size_check=ON"));
  LETHE_CHECK(run(db, "PRAGMA cache_size=-" + std::to_string(settings.cache_kib)));
  if (settings.role == Role::reader) return run(db, "PRAGMA query_only=ON");
  return {};
}

}  // namespace

Errc errc_of(int extended_code) noexcept {
  switch (extended_code & 0xff) {
    case SQLITE_CONSTRAINT:
      return errc_of_constraint(extended_code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
      return Errc::busy;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
      return Errc::unavailable;
    case SQLITE_READONLY:
      // Without a subcode it is query_only: a reader that writes.
      return extended_code == SQLITE_READONLY ? Errc::forbidden : Errc::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::corrupt;
    case SQLITE_TOOBIG:
      return Errc::too_large;
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return Errc::invalid_argument;
    default:
      return Errc::internal;
  }
}

sql::Trouble trouble_of(int extended_code) noexcept {
  switch (errc_of(extended_code)) {
    case Errc::unavailable:
    case Errc::corrupt:
      return sql::Trouble::engine;
    case Errc::busy:
      return sql::Trouble::retry;
    default:
      return sql::Trouble::statement;
  }
}

Error error_of(sqlite3* db, int extended_code, std::string_view sql) {
  // SQLite's words for it may repeat what is written in the file.
  if (errc_of(extended_code) == Errc::corrupt) {
    return {Errc::corrupt,
            "the database is damaged (sqlite " + std::to_string(extended_code) + ")",
            {}};
  }
  if ((extended_code & 0xff) == SQLITE_READONLY && extended_code != SQLITE_READONLY) {
    return {errc_of(extended_code),
            "it cannot be written: the file or its directory is read-only for this user (sqlite " +
                std::to_string(extended_code) + ")",
            {}};
  }
  return {errc_of(extended_code),
          "sqlite " + std::to_string(extended_code) + ": " + sqlite3_errmsg(db) + ": " +
              sql::sql_head(sql),
          std::string{(extended_code & 0xff) == SQLITE_FULL ? kDiskFull : ""}};
}

Result<DatabaseHandle> open_handle(const ConnectionSettings& settings) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(settings.path.c_str(), &raw, flags, nullptr);
  DatabaseHandle handle{raw};
  if (code != SQLITE_OK) {
    return fail(errc_of(code), "cannot open " + settings.path + ": " + sqlite3_errstr(code));
  }
  if (auto configured = configure(raw, settings); !configured) {
    return std::unexpected(std::move(configured).error().within(settings.path));
  }
  return handle;
}

}  // namespace lethe::sqlite
