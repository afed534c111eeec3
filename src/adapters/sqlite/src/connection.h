#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "handles.h"
#include "writer_turn.h"

namespace lethe::sqlite {

class SqliteConnection final : public sql::Connection {
 public:
  SqliteConnection(DatabaseHandle db, std::shared_ptr<WriterLine> line)
      : line_(std::move(line)), db_(std::move(db)) {}

  [[nodiscard]] sql::Engine engine() const noexcept override { return sql::Engine::sqlite; }
  [[nodiscard]] bool broken() const noexcept override { return false; }
  void set_deadline(Deadline at) override;

 protected:
  Result<std::int64_t> do_execute(std::string_view sql, sql::Params params) override;
  Status do_post(std::string_view sql, sql::Params params) override;
  Status do_query(std::string_view sql, sql::Params params, sql::RowCallback each) override;
  Status do_script(std::string_view sql) override;
  Status do_begin(sql::Begin mode) override;
  Status do_commit() override;
  void do_rollback() noexcept override;

 private:
  struct Prepared {
    StatementHandle handle;
    std::vector<int> places;  // SQLite's index of $1, $2, ...
    bool running = false;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  // A prepared statement bound for one run; reset when it goes.
  class Run;

  Result<Prepared> prepare(std::string_view sql);
  Result<Prepared*> cached(std::string_view sql);
  void forget_idle();
  Status bind(Prepared& prepared, std::string_view sql, sql::Params params);
  // SQLITE_ROW or SQLITE_DONE.
  Result<int> step(Prepared& prepared, std::string_view sql);
  Status run_plain(const char* sql);
  std::unexpected<Error> failed(int code, std::string_view sql);
  [[nodiscard]] bool past_deadline() const;

  std::shared_ptr<WriterLine> line_;
  std::optional<WriterLine::Turn> turn_;  // while a writing transaction runs; goes after db_
  DatabaseHandle db_;
  std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> prepared_;
  Deadline deadline_;
  bool expects_transaction_ = false;
};

}  // namespace lethe::sqlite
