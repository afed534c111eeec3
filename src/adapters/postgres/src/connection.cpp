#include "connection.h"

#include <charconv>

#include "lethe/sql/statement_text.h"

namespace lethe::postgres {
namespace {

constexpr std::size_t kPreparedMax = 512;
// Bounds what the server can have to say before it is read: both sides blocked on full sockets
// would wait for each other.
constexpr std::size_t kSentMax = 128;

std::int64_t rows_changed(PGresult* result) {
  if (std::string_view{PQcmdStatus(result)}.starts_with("SELECT")) return 0;
  const std::string_view digits = PQcmdTuples(result);
  std::int64_t rows = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  return rows;
}

bool is_good(ExecStatusType status) {
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

std::string_view begin_statement(sql::Begin mode, Role role) {
  if (role == Role::reader) return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  return mode == sql::Begin::immediate ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                       : "BEGIN ISOLATION LEVEL REPEATABLE READ";
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& conninfo,
                                                                     const std::string& schema,
                                                                     Role role) {
  LETHE_TRY(ConnectionHandle handle, connect(conninfo, schema, role));
  if (PQenterPipelineMode(handle.get()) != 1) {
    return fail(Errc::internal, "libpq refuses pipeline mode");
  }
  return std::unique_ptr<PostgresConnection>{new PostgresConnection{std::move(handle), role}};
}

bool PostgresConnection::broken() const noexcept {
  return PQstatus(connection_.get()) != CONNECTION_OK;
}

std::unexpected<Error> PostgresConnection::lost() {
  note_trouble(sql::Trouble::engine);
  sent_.clear();
  return fail(Errc::unavailable, "postgres: connection lost");
}

Error PostgresConnection::note_error(const PGresult* result, const Sent& sent) {
  note_trouble(trouble_of(sqlstate_of(result)));
  const auto statement = prepared_.find(sent.key);
  return error_of(result, statement == prepared_.end() ? "" : statement->second.sql);
}

Status PostgresConnection::forget_statements() {
  LETHE_CHECK(answers());
  prepared_.clear();
  return do_script("DEALLOCATE ALL");
}

Result<const PostgresConnection::Prepared*> PostgresConnection::prepared_for(
    const std::string& key, std::string_view sql, const Arguments& arguments) {
  if (const auto found = prepared_.find(key); found != prepared_.end()) return &found->second;
  LETHE_TRY(const int parameters, sql::count_parameters(sql));
  if (prepared_.size() >= kPreparedMax) LETHE_CHECK(forget_statements());
  Prepared fresh{"s" + std::to_string(++prepared_ever_), std::string{sql}, parameters};
  if (PQsendPrepare(connection_.get(), fresh.name.c_str(), fresh.sql.c_str(), arguments.count(),
                    arguments.types()) != 1) {
    return lost();
  }
  sent_.push_back({key, true});
  return &prepared_.emplace(key, std::move(fresh)).first->second;
}

Status PostgresConnection::send(std::string_view sql, sql::Params params) {
  if (broken()) return lost();
  if (deadline_ && std::chrono::steady_clock::now() >= *deadline_) {
    return fail(Errc::busy, "past the deadline: " + sql::sql_head(sql));
  }
  const Arguments arguments{params};
  const std::string key = std::string{sql} + '\n' + arguments.signature();
  LETHE_TRY(const Prepared* const statement, prepared_for(key, sql, arguments));
  if (statement->parameters != arguments.count()) {
    return fail(Errc::invalid_argument, std::to_string(statement->parameters) + " arguments, not " +
                                            std::to_string(arguments.count()) + ": " +
                                            sql::sql_head(sql));
  }
  if (PQsendQueryPrepared(connection_.get(), statement->name.c_str(), arguments.count(),
                          arguments.values(), arguments.lengths(), arguments.formats(), 1) != 1) {
    return lost();
  }
  sent_.push_back({key, false});
  return {};
}

Result<ResultHandle> PostgresConnection::answers() {
  if (sent_.empty()) return ResultHandle{};
  if (PQpipelineSync(connection_.get()) != 1) return lost();
  ResultHandle last;
  std::optional<Error> first_error;
  std::size_t answered = 0;
  int silences = 0;
  while (true) {
    ResultHandle result{PQgetResult(connection_.get())};
    // One silence ends each statement's answer; more would be a peer that speaks something else.
    if (broken() || (!result && ++silences > 2)) return lost();
    if (!result) continue;
    silences = 0;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (answered == sent_.size()) return lost();
    const Sent& sent = sent_[answered++];
    if (is_good(status)) {
      last = std::move(result);
      continue;
    }
    // After an error the server skips the rest (PIPELINE_ABORTED), which says nothing new.
    if (!first_error && status != PGRES_PIPELINE_ABORTED) {
      first_error = note_error(result.get(), sent);
    }
    if (sent.preparing) prepared_.erase(sent.key);
  }
  sent_.clear();
  if (first_error) return std::unexpected(*std::move(first_error));
  return last;
}

Result<ResultHandle> PostgresConnection::ask(std::string_view sql, sql::Params params) {
  LETHE_CHECK(send(sql, params));
  return answers();
}

Result<std::int64_t> PostgresConnection::do_execute(std::string_view sql, sql::Params params) {
  LETHE_TRY(const ResultHandle result, ask(sql, params));
  return rows_changed(result.get());
}

Status PostgresConnection::do_post(std::string_view sql, sql::Params params) {
  LETHE_CHECK(send(sql, params));
  if (in_transaction() && sent_.size() < kSentMax) return {};
  LETHE_CHECK(answers());
  return {};
}

Status PostgresConnection::do_query(std::string_view sql, sql::Params params,
                                    sql::RowCallback each) {
  LETHE_TRY(const ResultHandle result, ask(sql, params));
  const int rows = PQntuples(result.get());
  for (int row = 0; row < rows; ++row) LETHE_CHECK(each(ResultRow{result.get(), row}));
  return {};
}

Status PostgresConnection::do_script(std::string_view sql) {
  LETHE_CHECK(answers());
  if (PQexitPipelineMode(connection_.get()) != 1) return lost();
  auto done = run_simple(connection_.get(), std::string{sql});
  if (broken() || PQenterPipelineMode(connection_.get()) != 1) return lost();
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Status PostgresConnection::send_timeout() {
  if (!deadline_) return {};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      *deadline_ - std::chrono::steady_clock::now());
  const auto bounded = std::max<std::int64_t>(left.count(), 1);
  return send("SELECT set_config('statement_timeout', CAST($1 AS TEXT), true)",
              {std::to_string(bounded)});
}

Status PostgresConnection::do_begin(sql::Begin mode) {
  LETHE_CHECK(send(begin_statement(mode, role_), {}));
  return send_timeout();
}

Status PostgresConnection::do_commit() {
  LETHE_TRY(const ResultHandle result, ask("COMMIT", {}));
  // A COMMIT of a failed transaction is answered with success and the word ROLLBACK.
  if (std::string_view{PQcmdStatus(result.get())} != "COMMIT") {
    return fail(Errc::internal, "postgres rolled back instead of committing");
  }
  return {};
}

Status PostgresConnection::do_abandon_posted() {
  std::ignore = answers();
  if (broken()) return lost();
  return {};
}

void PostgresConnection::do_rollback() noexcept {
  if (!do_abandon_posted()) return;
  if (PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) return;
  const Deadline kept = std::exchange(deadline_, std::nullopt);
  std::ignore = ask("ROLLBACK", {});
  deadline_ = kept;
}

}  // namespace lethe::postgres
