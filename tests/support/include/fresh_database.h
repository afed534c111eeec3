// Fresh, empty databases for tests, on every engine that is here.
//
// SQLite always is. PostgreSQL is when LETHE_TEST_POSTGRES holds a conninfo, which
// script/with-postgres (and so script/test) sees to. Link sql, sqlite and postgres.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lethe/postgres/database.h"
#include "lethe/sql/driver.h"
#include "lethe/sqlite/database.h"

namespace lethe::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lethe-test.XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

// The engines to test on; the first call prints which.
inline const std::vector<sql::Engine>& engines_here() {
  static const std::vector<sql::Engine> engines = [] {
    std::vector<sql::Engine> found{sql::Engine::sqlite};
    if (std::getenv("LETHE_TEST_POSTGRES") != nullptr) found.push_back(sql::Engine::postgres);
    std::printf("engines: sqlite%s\n",
                found.size() > 1 ? " postgres" : " (postgres: script/with-postgres)");
    return found;
  }();
  return engines;
}

// Opens a database with every error a failed test.
template <class T>
T expect(Result<T> result) {
  const std::string detail = result ? "" : result.error().detail;
  REQUIRE_MESSAGE(result.has_value(), detail);
  return std::move(*result);
}
inline void expect(Status status) {
  const std::string detail = status ? "" : status.error().detail;
  REQUIRE_MESSAGE(status.has_value(), detail);
}

// How to open one database again: by another connection, or another process.
struct DatabaseAddress {
  sql::Engine engine = sql::Engine::sqlite;
  std::string where;  // SQLite: the file; PostgreSQL: the schema
};

inline Result<std::unique_ptr<sql::Database>> open_database(const DatabaseAddress& address) {
  if (address.engine == sql::Engine::sqlite) return sqlite::open({.path = address.where});
  const char* conninfo = std::getenv("LETHE_TEST_POSTGRES");
  return postgres::open({.conninfo = conninfo == nullptr ? "" : conninfo, .schema = address.where});
}

// Made empty; gone with the object.
class FreshDatabase {
 public:
  explicit FreshDatabase(sql::Engine engine) {
    static int made = 0;
    const std::string name = "t_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    address_ = {engine,
                engine == sql::Engine::sqlite ? directory_.path() + "/" + name + ".db" : name};
    database_ = expect(open_database(address_));
  }
  ~FreshDatabase() {
    if (address_.engine == sql::Engine::sqlite) return;
    auto connection = database_->open_writer();
    if (connection) {
      std::ignore = (*connection)->execute_script("DROP SCHEMA " + address_.where + " CASCADE");
    }
  }
  FreshDatabase(const FreshDatabase&) = delete;
  FreshDatabase& operator=(const FreshDatabase&) = delete;

  [[nodiscard]] sql::Database& get() const noexcept { return *database_; }
  [[nodiscard]] const DatabaseAddress& address() const noexcept { return address_; }
  [[nodiscard]] const std::string& directory() const noexcept { return directory_.path(); }
  [[nodiscard]] std::unique_ptr<sql::Connection> writer() const {
    return expect(database_->open_writer());
  }
  [[nodiscard]] std::unique_ptr<sql::Connection> reader() const {
    return expect(database_->open_reader());
  }

 private:
  TemporaryDirectory directory_;
  DatabaseAddress address_;
  std::unique_ptr<sql::Database> database_;
};

// Runs `body` once per engine, each time on a fresh database.
inline void on_each_engine(const std::function<void(FreshDatabase&)>& body) {
  for (const sql::Engine engine : engines_here()) {
    const std::string name{sql::name_of(engine)};
    INFO("engine: ", name);
    FreshDatabase database{engine};
    body(database);
  }
}

}  // namespace lethe::testing
