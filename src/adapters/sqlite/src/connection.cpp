#include "connection.h"

#include "lethe/sql/statement_text.h"

namespace lethe::sqlite {
namespace {

constexpr std::size_t kPreparedMax = 512;
constexpr int kOperationsBetweenClockReadings = 4'000;

class SqliteRow final : public sql::Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement)
      : statement_(statement), columns_(sqlite3_column_count(statement)) {}

  int columns() const override { return columns_; }
  bool is_null(int column) const override { return type(column) == SQLITE_NULL; }

  std::int64_t int64(int column) const override {
    if (!expect(column, SQLITE_INTEGER)) return 0;
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override {
    if (type(column) != SQLITE_INTEGER && !expect(column, SQLITE_FLOAT)) return 0;
    return sqlite3_column_double(statement_, column);
  }
  std::string_view text(int column) const override {
    if (!expect(column, SQLITE_TEXT)) return {};
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {data, size(column)};
  }
  ByteView blob(int column) const override {
    if (!expect(column, SQLITE_BLOB)) return {};
    return {static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column)),
            size(column)};
  }

 private:
  int type(int column) const {
    if (column >= 0 && column < columns_) return sqlite3_column_type(statement_, column);
    note_misreading();
    return SQLITE_NULL;
  }
  bool expect(int column, int wanted) const {
    if (type(column) == wanted) return true;
    note_misreading();
    return false;
  }
  std::size_t size(int column) const {
    return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  }

  sqlite3_stmt* statement_;
  int columns_;
};

// The bytes live as long as the run, so SQLite needs no copy. An empty view may be a null pointer,
// which SQLite would take for NULL.
struct Bind {
  sqlite3_stmt* statement;
  int place;

  int operator()(sql::Null) const { return sqlite3_bind_null(statement, place); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, place, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
  int operator()(std::string_view text) const {
    return sqlite3_bind_text64(statement, place, text.empty() ? "" : text.data(), text.size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(ByteView bytes) const {
    if (bytes.empty()) return sqlite3_bind_zeroblob(statement, place, 0);
    return sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_STATIC);
  }
};

}  // namespace

class SqliteConnection::Run {
 public:
  Run(SqliteConnection& connection, std::string_view sql) : connection_(connection), sql_(sql) {}
  ~Run() {
    if (prepared_ == nullptr) return;
    sqlite3_reset(prepared_->handle.get());
    sqlite3_clear_bindings(prepared_->handle.get());
    prepared_->running = false;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Status start(sql::Params params) {
    LETHE_TRY(Prepared* const kept, connection_.cached(sql_));
    prepared_ = kept;
    // The same statement is already running when a callback asks again: it gets one of its own.
    if (kept->running) {
      prepared_ = nullptr;
      LETHE_TRY(own_, connection_.prepare(sql_));
      prepared_ = &own_;
    }
    prepared_->running = true;
    return connection_.bind(*prepared_, sql_, params);
  }
  Result<bool> next() {
    LETHE_TRY(const int code, connection_.step(*prepared_, sql_));
    return code == SQLITE_ROW;
  }
  [[nodiscard]] sqlite3_stmt* statement() const { return prepared_->handle.get(); }

 private:
  SqliteConnection& connection_;
  std::string_view sql_;
  Prepared own_;
  Prepared* prepared_ = nullptr;
};

std::unexpected<Error> SqliteConnection::failed(int code, std::string_view sql) {
  note_trouble(trouble_of(code));
  // A full disk, among others, makes SQLite roll back the whole transaction by itself.
  if (expects_transaction_ && sqlite3_get_autocommit(db_.get()) != 0) {
    note_trouble(sql::Trouble::engine);
  }
  return std::unexpected(error_of(db_.get(), code, sql));
}

Result<SqliteConnection::Prepared> SqliteConnection::prepare(std::string_view sql) {
  LETHE_TRY(const int count, sql::count_parameters(sql));
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  if (code != SQLITE_OK) return failed(code, sql);
  Prepared prepared{StatementHandle{raw}, {}};
  const std::string_view rest{tail, static_cast<std::size_t>(sql.data() + sql.size() - tail)};
  if (raw == nullptr || rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return fail(Errc::invalid_argument, "one statement at a time: " + sql::sql_head(sql));
  }
  // SQLite numbers $n by first appearance, so the places are looked up by name.
  for (int n = 1; n <= count; ++n) {
    const std::string name = "$" + std::to_string(n);
    prepared.places.push_back(sqlite3_bind_parameter_index(raw, name.c_str()));
  }
  return prepared;
}

void SqliteConnection::forget_idle() {
  std::erase_if(prepared_, [](const auto& entry) { return !entry.second->running; });
}

Result<SqliteConnection::Prepared*> SqliteConnection::cached(std::string_view sql) {
  if (const auto found = prepared_.find(sql); found != prepared_.end()) return found->second.get();
  LETHE_TRY(Prepared fresh, prepare(sql));
  if (prepared_.size() >= kPreparedMax) forget_idle();
  auto kept = std::make_unique<Prepared>(std::move(fresh));
  Prepared* const result = kept.get();
  prepared_.emplace(std::string{sql}, std::move(kept));
  return result;
}

Status SqliteConnection::bind(Prepared& prepared, std::string_view sql, sql::Params params) {
  const auto list = params.list();
  if (list.size() != prepared.places.size()) {
    return fail(Errc::invalid_argument, std::to_string(prepared.places.size()) +
                                            " arguments, not " + std::to_string(list.size()) +
                                            ": " + sql::sql_head(sql));
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const int code = std::visit(Bind{prepared.handle.get(), prepared.places[i]}, list[i].value());
    if (code != SQLITE_OK) return failed(code, sql);
  }
  return {};
}

Result<int> SqliteConnection::step(Prepared& prepared, std::string_view sql) {
  if (past_deadline()) return failed(SQLITE_INTERRUPT, sql);
  const int code = sqlite3_step(prepared.handle.get());
  if (code == SQLITE_ROW || code == SQLITE_DONE) return code;
  return failed(code, sql);
}

Result<std::int64_t> SqliteConnection::do_execute(std::string_view sql, sql::Params params) {
  Run run{*this, sql};
  LETHE_CHECK(run.start(params));
  // sqlite3_changes() keeps the figure of the last statement that changed rows at all.
  const sqlite3_int64 before = sqlite3_total_changes64(db_.get());
  bool more = true;
  while (more) {
    LETHE_TRY(more, run.next());
  }
  return sqlite3_total_changes64(db_.get()) == before ? 0 : sqlite3_changes64(db_.get());
}

Status SqliteConnection::do_post(std::string_view sql, sql::Params params) {
  LETHE_CHECK(do_execute(sql, params));
  return {};
}

Status SqliteConnection::do_query(std::string_view sql, sql::Params params, sql::RowCallback each) {
  Run run{*this, sql};
  LETHE_CHECK(run.start(params));
  while (true) {
    LETHE_TRY(const bool more, run.next());
    if (!more) return {};
    LETHE_CHECK(each(SqliteRow{run.statement()}));
  }
}

Status SqliteConnection::do_script(std::string_view sql) {
  const std::string text{sql};
  return run_plain(text.c_str());
}

Status SqliteConnection::run_plain(const char* sql) {
  const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code, sql);
  return {};
}

Status SqliteConnection::do_begin(sql::Begin mode) {
  if (mode == sql::Begin::immediate) {
    auto turn = WriterLine::wait_for_turn(line_, std::chrono::milliseconds{kBusyMilliseconds});
    if (!turn) return fail(Errc::busy, "another connection is writing");
    turn_.emplace(std::move(*turn));
  }
  if (auto begun = run_plain(mode == sql::Begin::immediate ? "BEGIN IMMEDIATE" : "BEGIN"); !begun) {
    turn_.reset();
    return begun;
  }
  expects_transaction_ = true;
  return {};
}

Status SqliteConnection::do_commit() {
  LETHE_CHECK(run_plain("COMMIT"));
  expects_transaction_ = false;
  turn_.reset();
  return {};
}

void SqliteConnection::do_rollback() noexcept {
  expects_transaction_ = false;
  if (sqlite3_get_autocommit(db_.get()) == 0) {
    sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  turn_.reset();
}

bool SqliteConnection::past_deadline() const {
  return deadline_ && std::chrono::steady_clock::now() >= *deadline_;
}

void SqliteConnection::set_deadline(Deadline at) {
  deadline_ = at;
  const auto stop = [](void* self) {
    return static_cast<SqliteConnection*>(self)->past_deadline() ? 1 : 0;
  };
  if (at) {
    sqlite3_progress_handler(db_.get(), kOperationsBetweenClockReadings, stop, this);
  } else {
    sqlite3_progress_handler(db_.get(), 0, nullptr, nullptr);
  }
}

}  // namespace lethe::sqlite
