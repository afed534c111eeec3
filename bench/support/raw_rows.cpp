#include "raw_rows.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>

#include "report.h"

namespace lethe::bench {
namespace {

namespace fs = std::filesystem;

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct FreeValue {
  void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;
using Row = std::vector<std::unique_ptr<sqlite3_value, FreeValue>>;

Database open(const std::string& file) {
  sqlite3* db = nullptr;
  if (sqlite3_open(file.c_str(), &db) != SQLITE_OK) give_up("cannot open " + file);
  return Database{db};
}

void execute(const Database& db, const std::string& sql) {
  if (sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    give_up(std::string{"raw rows: "} + sqlite3_errmsg(db.get()));
  }
}

Statement prepare(const Database& db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    give_up(std::string{"raw rows: "} + sqlite3_errmsg(db.get()));
  }
  return Statement{statement};
}

std::vector<std::string> texts(const Database& db, const std::string& sql) {
  std::vector<std::string> found;
  const Statement statement = prepare(db, sql);
  while (sqlite3_step(statement.get()) == SQLITE_ROW) {
    found.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0)));
  }
  return found;
}

struct Table {
  Statement insert;
  std::vector<Row> rows;

  void insert_part(std::int64_t group, std::int64_t groups) const {
    const auto end = [&](std::int64_t of) {
      return static_cast<std::size_t>(static_cast<std::int64_t>(rows.size()) * of / groups);
    };
    for (std::size_t n = end(group); n < end(group + 1); ++n) insert_row(rows[n]);
  }

 private:
  void insert_row(const Row& row) const {
    for (std::size_t n = 0; n < row.size(); ++n) {
      sqlite3_bind_value(insert.get(), static_cast<int>(n) + 1, row[n].get());
    }
    if (sqlite3_step(insert.get()) != SQLITE_DONE) give_up("raw rows: a row was refused");
    sqlite3_reset(insert.get());
  }
};

bool has_column(const Database& db, const std::string& table, const std::string& column) {
  return !texts(db,
                "SELECT name FROM pragma_table_info('" + table + "') WHERE name = '" + column + "'")
              .empty();
}

std::string order_of(const Database& db, const std::string& table) {
  if (!texts(db, "SELECT 'x' FROM sqlite_master WHERE name = '" + table +
                     "' AND sql LIKE '%WITHOUT ROWID%'")
           .empty()) {
    for (const char* column : {"message_id", "ticket_id"}) {
      if (has_column(db, table, column)) return std::string{" ORDER BY "} + column;
    }
    return {};
  }
  return " ORDER BY rowid";
}

Table read_table(const Database& from, const Database& to, const std::string& name) {
  const std::string order = order_of(from, name);
  const Statement all = prepare(from, "SELECT * FROM " + name + order);
  Table table;
  const int columns = sqlite3_column_count(all.get());
  while (sqlite3_step(all.get()) == SQLITE_ROW) {
    Row row;
    for (int n = 0; n < columns; ++n) {
      row.emplace_back(sqlite3_value_dup(sqlite3_column_value(all.get(), n)));
    }
    table.rows.push_back(std::move(row));
  }
  if (order.empty()) std::ranges::shuffle(table.rows, std::minstd_rand{1});
  std::string places = "?";
  for (int n = 1; n < columns; ++n) places += ", ?";
  table.insert = prepare(to, "INSERT INTO " + name + " VALUES (" + places + ")");
  return table;
}

class Copy {
 public:
  Copy(const std::string& file, const std::string& directory)
      : db_(open(directory + "/" + fs::path{file}.filename().string())) {
    const Database from = open(file);
    execute(db_,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
            "PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000;");
    for (const std::string& sql :
         texts(from,
               "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE "
               "'sqlite_%' ORDER BY type = 'index'")) {
      execute(db_, sql);
    }
    for (const std::string& name :
         texts(from,
               "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
               "'sqlite_%'")) {
      tables_.push_back(read_table(from, db_, name));
    }
  }

  void insert_group(std::int64_t group, std::int64_t groups) const {
    execute(db_, "BEGIN IMMEDIATE");
    for (const Table& table : tables_) table.insert_part(group, groups);
    execute(db_, "COMMIT");
  }

 private:
  Database db_;
  std::vector<Table> tables_;
};

}  // namespace

std::chrono::duration<double> insert_rows_again(const std::vector<std::string>& files,
                                                const std::string& directory, std::int64_t groups) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  std::vector<Copy> copies;
  for (const std::string& file : files) copies.emplace_back(file, directory);
  const auto began = std::chrono::steady_clock::now();
  for (std::int64_t group = 0; group < groups; ++group) {
    for (const Copy& copy : copies) copy.insert_group(group, groups);
  }
  return std::chrono::steady_clock::now() - began;
}

std::int64_t number_in(const std::string& file, const std::string& query) {
  const Database db = open(file);
  const Statement statement = prepare(db, query);
  if (sqlite3_step(statement.get()) != SQLITE_ROW) give_up("no answer from " + file);
  return sqlite3_column_int64(statement.get(), 0);
}

}  // namespace lethe::bench
