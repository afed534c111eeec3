// The driver interface: one connection to SQLite or PostgreSQL.
//
// Statements are written once, in the dialect both engines share
// (`ON CONFLICT`, `RETURNING`, common table expressions, `CAST`, never `::`),
// with parameters $1..$n. SQL text never contains data. Statements are
// prepared once per connection and kept by their text.
//
// What holds on both engines, so that a defect shows on either:
//   - After a statement failed inside a transaction, everything but
//     rollback(), rollback_to() and a surrounding rollback is refused with
//     `internal` (PostgreSQL's rule). So never try an INSERT to see whether it
//     fails: say ON CONFLICT.
//   - Text with NUL or ill-formed UTF-8 is refused with invalid_argument.
//   - Parameters other than $1..$n are refused, and so is a wrong number of arguments.
//
// Errors: already_exists (unique), conflict (foreign key), invalid_argument
// (check, not null, bad argument), out_of_range, busy (locked, serialisation
// failure, deadline), unavailable (disk full, connection lost), corrupt,
// too_large, internal. Details name constraints and our SQL, never values.
//
// A connection belongs to one thread at a time.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/sql/value.h"

namespace lethe::sql {

enum class Engine { sqlite, postgres };
[[nodiscard]] std::string_view name_of(Engine engine) noexcept;

enum class Begin {
  deferred,   // reads from one snapshot
  immediate,  // writes; PostgreSQL: SERIALIZABLE
};

// The worst that happened since begin(); decides who must roll back what.
enum class Trouble {
  none,
  statement,  // one statement failed: rollback_to() repairs it
  retry,      // serialisation failure or deadlock: roll back, run the transaction again
  engine,     // disk full, connection lost, corrupt: the transaction is gone
};

// What query() calls for each row: any callable taking `const Row&` and returning Status or
// nothing. Borrowed for the call.
class RowCallback {
 public:
  template <class F>
    requires std::invocable<F&, const Row&>
  RowCallback(F&& callable)  // NOLINT(bugprone-forwarding-reference-overload): copies are not made
      : object_(const_cast<void*>(static_cast<const void*>(&callable))),
        call_(&invoke<std::remove_reference_t<F>>) {}
  Status operator()(const Row& row) const { return call_(object_, row); }

 private:
  template <class F>
  static Status invoke(void* object, const Row& row) {
    F& callable = *static_cast<F*>(object);
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const Row&>>) {
      callable(row);
      return {};
    } else {
      return callable(row);
    }
  }
  void* object_;
  Status (*call_)(void*, const Row&);
};

class Connection {
 public:
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] virtual Engine engine() const noexcept = 0;

  // Runs one statement and waits for it. Returns the number of rows changed.
  [[nodiscard]] Result<std::int64_t> execute(std::string_view sql, Params params = {});
  // Like execute() where the number does not matter. Inside a transaction PostgreSQL sends it
  // without waiting; its error is then returned by the next call that waits: execute, query,
  // release, commit.
  [[nodiscard]] Status post(std::string_view sql, Params params = {});
  // Runs one statement and hands over each row in order. The callback may use this connection.
  // All rows are fetched before the first is handed over on PostgreSQL: page what may be large.
  [[nodiscard]] Status query(std::string_view sql, Params params, RowCallback each);
  // Several statements without parameters, separated by semicolons: schema changes.
  [[nodiscard]] Status execute_script(std::string_view sql);

  [[nodiscard]] Status begin(Begin mode);
  [[nodiscard]] Status commit();  // after an error the transaction is rolled back
  void rollback() noexcept;       // no-op outside a transaction
  // `name` in lower_snake_case. rollback_to() also ends the savepoint.
  [[nodiscard]] Status savepoint(std::string_view name);
  [[nodiscard]] Status release(std::string_view name);
  [[nodiscard]] Status rollback_to(std::string_view name);

  [[nodiscard]] bool in_transaction() const noexcept { return in_transaction_; }
  [[nodiscard]] Trouble trouble() const noexcept { return trouble_; }
  // True when only a new connection helps.
  [[nodiscard]] virtual bool broken() const noexcept = 0;

  // Statements that run past `at` fail with busy; nullopt lifts the limit.
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  virtual void set_deadline(Deadline at) = 0;

  // Which of the writers this is, from 0 (SQLite: always 0); a row that every transaction updates
  // should be one row per writer.
  [[nodiscard]] int writer() const noexcept { return writer_; }
  void set_writer(int writer) noexcept { writer_ = writer; }

 protected:
  Connection() = default;

  // What a driver implements. Arguments are checked; an error says with note_trouble() what broke.
  virtual Result<std::int64_t> do_execute(std::string_view sql, Params params) = 0;
  virtual Status do_post(std::string_view sql, Params params) = 0;
  virtual Status do_query(std::string_view sql, Params params, RowCallback each) = 0;
  virtual Status do_script(std::string_view sql) = 0;
  virtual Status do_begin(Begin mode) = 0;
  virtual Status do_commit() = 0;
  virtual void do_rollback() noexcept = 0;
  // Waits for what was posted and forgets its errors: a rollback follows. Fails only with the
  // engine.
  virtual Status do_abandon_posted() { return {}; }

  void note_trouble(Trouble trouble) noexcept;

 private:
  template <class Call>
  auto guarded(Call call) -> decltype(call());
  [[nodiscard]] Status refused_after_failure() const;
  [[nodiscard]] Status mark(std::string_view verb, std::string_view name);

  bool in_transaction_ = false;
  Trouble trouble_ = Trouble::none;
  int writer_ = 0;
};

// --- Short forms ---------------------------------------------------------------------------------

// What `read` makes of the first row; nullopt when there is none.
template <class Read>
[[nodiscard]] auto first(Connection& connection, std::string_view sql, Params params, Read read)
    -> Result<std::optional<std::invoke_result_t<Read&, const Row&>>> {
  std::optional<std::invoke_result_t<Read&, const Row&>> found;
  LETHE_CHECK(connection.query(sql, params, [&](const Row& row) {
    if (!found) found.emplace(read(row));
  }));
  return found;
}

// What `read` makes of every row, in order.
template <class Read>
[[nodiscard]] auto all(Connection& connection, std::string_view sql, Params params, Read read)
    -> Result<std::vector<std::invoke_result_t<Read&, const Row&>>> {
  std::vector<std::invoke_result_t<Read&, const Row&>> found;
  LETHE_CHECK(connection.query(sql, params, [&](const Row& row) { found.push_back(read(row)); }));
  return found;
}

// The integer in the first column of the first row. Errors: not_found when there is no row.
[[nodiscard]] Result<std::int64_t> one_int64(Connection& connection, std::string_view sql,
                                             Params params = {});

// --- The database behind the connections
// ----------------------------------------------------------

// Held while this process owns the store; giving it up is destroying it.
class Ownership {
 public:
  virtual ~Ownership() = default;
  // False when the lock was lost (connection cut): stop writing.
  [[nodiscard]] virtual bool still_held() = 0;
};

class Database {
 public:
  virtual ~Database() = default;

  [[nodiscard]] virtual Engine engine() const noexcept = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Connection>> open_writer() = 0;
  // Refuses to write.
  [[nodiscard]] virtual Result<std::unique_ptr<Connection>> open_reader() = 0;

  // Takes the store for this process; before the writers are opened. `who` is shown to the next one
  // that asks: host, pid, program. Errors: busy, with who holds it. PostgreSQL: when the lock's
  // session is cut, no new writer opens, and no other process can own the store while one of the
  // writers opened before still lives.
  [[nodiscard]] virtual Result<std::unique_ptr<Ownership>> own(std::string_view who) = 0;

  // Moves everything into the main files and empties the log, so that what was deleted is in no
  // file (SQLite: wal_checkpoint(TRUNCATE) until not busy). Errors: busy when readers hold it
  // longer than `patience`.
  [[nodiscard]] virtual Status checkpoint(std::chrono::milliseconds patience) = 0;
  // Errors: corrupt, with the engine's first words.
  [[nodiscard]] virtual Status integrity_check() = 0;
  // A copy of live rows only, consistent, into `path`, which must not exist; mode 0600. PostgreSQL
  // is backed up with its own tools. Errors: unsupported, already_exists, unavailable.
  [[nodiscard]] virtual Status back_up_to(const std::string& path) = 0;
};

}  // namespace lethe::sql
