// A SQLite connection with a cache of prepared statements; errors as Results.
//
// Not thread-safe. SQL texts must be literals: they are the cache's keys.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::keyring_files {

// The current row of a query.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  [[nodiscard]] std::int64_t number(int column) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> maybe_number(int column) const noexcept;
  [[nodiscard]] Bytes bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

using Value = std::optional<std::int64_t>;  // NULL or an integer

class Database {
 public:
  // Errors: unavailable with SQLite's own message.
  [[nodiscard]] static Result<Database> open(const std::string& path);

  // Any number of statements, no parameters.
  [[nodiscard]] Status execute(const char* sql);
  // One statement; parameters are integers, optional integers or ByteViews.
  template <class... Args>
  [[nodiscard]] Status run(std::string_view sql, const Args&... args) {
    return query(sql, [](const Row&) {}, args...);
  }
  template <class Visit, class... Args>
  [[nodiscard]] Status query(std::string_view sql, Visit&& visit, const Args&... args) {
    LETHE_TRY(sqlite3_stmt* const statement, prepared(sql));
    int place = 0;
    (bind(statement, ++place, args), ...);
    return step_all(statement, std::forward<Visit>(visit));
  }

  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }
  [[nodiscard]] Error error(std::string_view context) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };

  [[nodiscard]] Result<sqlite3_stmt*> prepared(std::string_view sql);
  [[nodiscard]] Status step_all(sqlite3_stmt* statement,
                                const std::function<void(const Row&)>& visit);
  static void bind(sqlite3_stmt* statement, int place, std::int64_t value) noexcept;
  static void bind(sqlite3_stmt* statement, int place, const Value& value) noexcept;
  static void bind(sqlite3_stmt* statement, int place, ByteView value) noexcept;

  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// Rolls back unless commit() succeeded.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  [[nodiscard]] Status commit();

 private:
  explicit Transaction(Database& database) noexcept : database_(&database) {}
  Database* database_;
};

}  // namespace lethe::keyring_files
