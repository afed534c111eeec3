#include "database.h"

#include <utility>

#include "lethe/base/disk_full.h"

namespace lethe::keyring_files {

std::int64_t Row::number(int column) const noexcept {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> Row::maybe_number(int column) const noexcept {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

Bytes Row::bytes(int column) const {
  const auto* const start =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {start, start + sqlite3_column_bytes(statement_, column)};
}

Result<Database> Database::open(const std::string& path) {
  Database database;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return std::unexpected(database.error("keyring.db does not open"));
  sqlite3_extended_result_codes(handle, 1);
  // Somebody may look at the file with the sqlite3 tool; wait for them a little.
  sqlite3_busy_timeout(handle, 2000);
  return database;
}

Error Database::error(std::string_view context) const {
  const int code = sqlite3_errcode(handle_.get()) & 0xff;
  const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  const char* const words = code == SQLITE_READONLY
                                ? "the file or its directory is read-only for this user"
                                : sqlite3_errmsg(handle_.get());
  return Error{damaged ? Errc::corrupt : Errc::unavailable, words,
               std::string{code == SQLITE_FULL ? kDiskFull : ""}}
      .within(context);
}

Status Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error("keyring.db"));
}

Result<sqlite3_stmt*> Database::prepared(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second.get();
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return std::unexpected(error("keyring.db"));
  }
  statements_.emplace(sql, statement);
  return statement;
}

Status Database::step_all(sqlite3_stmt* statement, const std::function<void(const Row&)>& visit) {
  const Row row{statement};
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) visit(row);
  Status done;
  if (code != SQLITE_DONE) done = std::unexpected(error("keyring.db"));
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return done;
}

void Database::bind(sqlite3_stmt* statement, int place, std::int64_t value) noexcept {
  sqlite3_bind_int64(statement, place, value);
}
void Database::bind(sqlite3_stmt* statement, int place, const Value& value) noexcept {
  if (value) sqlite3_bind_int64(statement, place, *value);
}
// The bytes outlive the step: they belong to the caller of run() or query().
void Database::bind(sqlite3_stmt* statement, int place, ByteView value) noexcept {
  sqlite3_bind_blob64(statement, place, value.data(), value.size(), SQLITE_STATIC);
}

Result<Transaction> Transaction::begin(Database& database) {
  LETHE_CHECK(database.run("BEGIN IMMEDIATE"));
  return Transaction{database};
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ == nullptr || sqlite3_get_autocommit(database_->handle()) != 0) return;
  // SQLite may have rolled back already; either way nothing is left.
  sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Status Transaction::commit() {
  LETHE_CHECK(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace lethe::keyring_files
