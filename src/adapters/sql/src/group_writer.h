// One writer: its connection and how a group of jobs becomes a transaction.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "lethe/sql/write_queue.h"
#include "turnstile.h"

namespace lethe::sql {

class GroupWriter {
 public:
  GroupWriter(Database& database, int number, Turnstile& turnstile,
              const std::function<Status(Connection&)>& hook)
      : database_(database), number_(number), turnstile_(turnstile), before_commit_(hook) {}

  [[nodiscard]] Status connect();
  // Every job's done() has been called when this returns.
  void settle(std::span<Job> jobs);

 private:
  // Why the whole group is not in the data.
  struct GroupFailure {
    Error error;
    bool run_again = false;
  };
  template <class T>
  using OrGroupFailure = std::expected<T, GroupFailure>;

  OrGroupFailure<std::vector<Status>> attempt_in_turn(std::span<Job> jobs, Turnstile::Turn turn);
  // What one job's failure takes along: a group in which that is the group runs again job by job.
  enum class Undo : bool { group, job };
  [[nodiscard]] Undo undo_at_first() const;
  OrGroupFailure<std::vector<Status>> attempt(std::span<Job> jobs, Undo undo);
  // Stops at the first failure when that undoes the group.
  OrGroupFailure<std::vector<Status>> run_all(std::span<Job> jobs, Undo undo);
  OrGroupFailure<Status> run_in_savepoint(Job& job);
  OrGroupFailure<Status> run_bare(Job& job);
  OrGroupFailure<void> make_durable();
  std::unexpected<GroupFailure> given_up(Error error);
  Status ensure_connected();

  Database& database_;
  int number_;
  Turnstile& turnstile_;
  const std::function<Status(Connection&)>& before_commit_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace lethe::sql
