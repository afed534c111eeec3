// One session, always in pipeline mode: a statement is sent at once and
// answered when someone waits.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "handles.h"
#include "wire.h"

namespace lethe::postgres {

class PostgresConnection final : public sql::Connection {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PostgresConnection>> open(const std::string& conninfo,
                                                                        const std::string& schema,
                                                                        Role role);

  [[nodiscard]] sql::Engine engine() const noexcept override { return sql::Engine::postgres; }
  [[nodiscard]] bool broken() const noexcept override;
  void set_deadline(Deadline at) override { deadline_ = at; }

 protected:
  Result<std::int64_t> do_execute(std::string_view sql, sql::Params params) override;
  Status do_post(std::string_view sql, sql::Params params) override;
  Status do_query(std::string_view sql, sql::Params params, sql::RowCallback each) override;
  Status do_script(std::string_view sql) override;
  Status do_begin(sql::Begin mode) override;
  Status do_commit() override;
  void do_rollback() noexcept override;
  Status do_abandon_posted() override;

 private:
  struct Prepared {
    std::string name;
    std::string sql;
    int parameters = 0;
  };
  // What was sent and not answered yet.
  struct Sent {
    std::string key;  // of the statement in prepared_
    bool preparing = false;
  };

  PostgresConnection(ConnectionHandle connection, Role role)
      : connection_(std::move(connection)), role_(role) {}

  Status send(std::string_view sql, sql::Params params);
  Result<const Prepared*> prepared_for(const std::string& key, std::string_view sql,
                                       const Arguments& arguments);
  Status forget_statements();
  // Waits for everything sent and returns the last answer, or the first error.
  Result<ResultHandle> answers();
  Result<ResultHandle> ask(std::string_view sql, sql::Params params);
  Status send_timeout();
  [[nodiscard]] std::unexpected<Error> lost();
  [[nodiscard]] Error note_error(const PGresult* result, const Sent& sent);

  ConnectionHandle connection_;
  Role role_;
  std::unordered_map<std::string, Prepared> prepared_;  // by text and types
  std::vector<Sent> sent_;
  std::int64_t prepared_ever_ = 0;
  Deadline deadline_;
};

}  // namespace lethe::postgres
