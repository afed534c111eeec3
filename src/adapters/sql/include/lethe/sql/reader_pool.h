// A pool of read connections: one consistent snapshot per call.
//
// Waiting for a connection and the read itself are both bounded: a reader that
// stays would keep deleted bytes in the log (SQLite checkpoints wait for it).
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "lethe/sql/driver.h"

namespace lethe::sql {

struct ReaderPoolOptions {
  int connections = 4;
  std::chrono::milliseconds wait_max{2'000};
  std::chrono::milliseconds read_time_max{5'000};
};

class ReaderPool {
 public:
  // Connections are opened when first needed. `database` must outlive the pool.
  ReaderPool(Database& database, ReaderPoolOptions options);

  // Runs `look(Connection&)`, which returns a Status or Result<T>, on this thread.
  // Errors: those of `look`; busy when no connection came free within `wait_max` or a statement
  // started or ran beyond `read_time_max`; forbidden when it tries to write.
  template <class Look>
  [[nodiscard]] auto read(Look look) -> std::invoke_result_t<Look&, Connection&> {
    std::unique_ptr<Connection> connection;
    LETHE_TRY(connection, borrow());
    const Return returned{*this, connection};
    LETHE_CHECK(connection->begin(Begin::deferred));
    return look(*connection);
  }

 private:
  // Ends the snapshot and hands the connection back.
  struct Return {
    ReaderPool& pool;
    std::unique_ptr<Connection>& connection;
    ~Return() { pool.give_back(std::move(connection)); }
  };
  Result<std::unique_ptr<Connection>> borrow();
  Result<std::unique_ptr<Connection>> idle_or_new();
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  void free_one_place() noexcept;

  Database& database_;
  ReaderPoolOptions options_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int in_use_ = 0;
};

}  // namespace lethe::sql
