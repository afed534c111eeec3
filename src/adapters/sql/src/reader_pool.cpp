#include "lethe/sql/reader_pool.h"

namespace lethe::sql {

ReaderPool::ReaderPool(Database& database, ReaderPoolOptions options)
    : database_(database), options_(options) {}

Result<std::unique_ptr<Connection>> ReaderPool::idle_or_new() {
  {
    const std::scoped_lock lock{mutex_};
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto opened = database_.open_reader();
  if (!opened) free_one_place();
  return opened;
}

Result<std::unique_ptr<Connection>> ReaderPool::borrow() {
  {
    std::unique_lock lock{mutex_};
    const bool free =
        freed_.wait_for(lock, options_.wait_max, [this] { return in_use_ < options_.connections; });
    if (!free) return fail(Errc::busy, "every read connection is in use");
    ++in_use_;
  }
  LETHE_TRY(auto connection, idle_or_new());
  connection->set_deadline(std::chrono::steady_clock::now() + options_.read_time_max);
  return connection;
}

void ReaderPool::free_one_place() noexcept {
  {
    const std::scoped_lock lock{mutex_};
    --in_use_;
  }
  freed_.notify_one();
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) noexcept {
  connection->rollback();
  connection->set_deadline(std::nullopt);
  if (!connection->broken()) {
    const std::scoped_lock lock{mutex_};
    idle_.push_back(std::move(connection));
  }
  free_one_place();
}

}  // namespace lethe::sql
