// The write queue: what the store's threads do.
//
// A job's `apply` runs on a writer's connection, and its failure rolls back
// alone. Jobs that arrived together are committed together. `done` is called
// exactly once, on a writer thread, after the commit is durable or with the
// error.
//
// SQLite: one writer thread; jobs run in the order they were submitted, in
// groups of up to `group_items_max` or what arrives within `group_wait` of the
// first. A group runs without savepoints; when a job in it fails, it is rolled
// back and run again with one for each job. PostgreSQL: `writers` threads,
// SERIALIZABLE, a savepoint for each job; a group that meets a serialisation
// failure is run again with no writer beside it; there is no order between
// jobs unless one is submitted after the other is done.
//
// So an `apply` may run more than once and must touch nothing but its
// connection and values it makes itself.
//
// What a job is told:
//   - the error its apply returned;
//   - the error of `before_commit`, or of the commit, for every job of the
//     group: then nothing of the group is in the data;
//   - unavailable: disk full or connection lost; nothing is in the data,
//     except that a PostgreSQL connection cut during COMMIT leaves it open
//     whether it was: jobs must bear a repetition (DESIGN promise 1);
//   - busy: the queue is full, or still in conflict after several runs;
//   - cancelled: submitted after stop();
//   - internal: apply threw.
//
// Fault points: store.group.begun, store.before_keyring_commit,
// store.after_keyring_commit, store.after_commit.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "lethe/sql/driver.h"

namespace lethe::sql {

struct Job {
  std::function<Status(Connection&)> apply;
  std::function<void(Status)> done;
};

struct WriteQueueOptions {
  int writers = 4;  // PostgreSQL only
  std::size_t group_items_max = 256;
  std::chrono::microseconds group_wait{1'000};
  std::size_t waiting_max = 20'000;
  // Runs in the group's transaction after its jobs, when at least one succeeded: commits the
  // keyring and writes its sequence into the data. Called from every writer thread; may be empty.
  std::function<Status(Connection&)> before_commit;
};

class WriteQueue {
 public:
  // Opens the writers' connections. `database` must outlive the queue.
  [[nodiscard]] static Result<std::unique_ptr<WriteQueue>> start(Database& database,
                                                                 WriteQueueOptions options);
  ~WriteQueue();  // as stop()
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;

  // A refused job (full, stopped) is told at once, on this thread.
  void submit(Job job);

  // submit() and wait. From inside an apply or a done it would wait for itself: asserted.
  [[nodiscard]] Status run(std::function<Status(Connection&)> apply);
  // The same with a value: `apply` takes Connection& and returns Result<T>.
  template <class T>
  [[nodiscard]] Result<T> run_for(std::function<Result<T>(Connection&)> apply);

  // Finishes what was submitted, then ends the threads. May be called twice.
  void stop();

 private:
  class State;
  explicit WriteQueue(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

template <class T>
Result<T> WriteQueue::run_for(std::function<Result<T>(Connection&)> apply) {
  std::optional<T> made;
  LETHE_CHECK(run([&](Connection& connection) -> Status {
    LETHE_TRY(made, apply(connection));
    return {};
  }));
  return std::move(*made);
}

}  // namespace lethe::sql
