#include "group_writer.h"

#include <algorithm>

#include "lethe/base/fault.h"
#include "lethe/base/scrub.h"

namespace lethe::sql {
namespace {

constexpr int kRunsMax = 5;

const FaultPointName kNames[] = {
    FaultPointName{"store.group.begun"}, FaultPointName{"store.before_keyring_commit"},
    FaultPointName{"store.after_keyring_commit"}, FaultPointName{"store.after_commit"}};

// What libraries throw ends the job, not the process. Their words may quote data, so they go no
// further.
[[gnu::noinline]] Status run_guarded(const std::function<Status(Connection&)>& apply,
                                     Connection& connection) {
  try {
    return apply(connection);
  } catch (...) {
    return fail(Errc::internal, "a write job threw");
  }
}

void tell(Job& job, Status outcome) {
  if (job.done) job.done(std::move(outcome));
  job = {};
}

void tell_all(std::span<Job> jobs, const Error& error) {
  for (Job& job : jobs) tell(job, std::unexpected(error));
}

}  // namespace

Status GroupWriter::connect() {
  LETHE_TRY(connection_, database_.open_writer());
  connection_->set_writer(number_);
  return {};
}

Status GroupWriter::ensure_connected() {
  if (connection_ != nullptr && !connection_->broken()) return {};
  return connect();
}

// SQLite keeps every page that is changed under a savepoint and walks that list at each statement's
// end, where a long job spent most of its time: failures are rare enough to run the group again.
// PostgreSQL pays nothing for one, and its end is where it reports of what was posted.
GroupWriter::Undo GroupWriter::undo_at_first() const {
  return connection_->engine() == Engine::sqlite ? Undo::group : Undo::job;
}

std::unexpected<GroupWriter::GroupFailure> GroupWriter::given_up(Error error) {
  const bool run_again = connection_->trouble() == Trouble::retry;
  connection_->rollback();
  return std::unexpected(GroupFailure{std::move(error), run_again});
}

GroupWriter::OrGroupFailure<Status> GroupWriter::run_in_savepoint(Job& job) {
  if (auto marked = connection_->savepoint("item"); !marked) return given_up(marked.error());
  Status outcome = run_guarded(job.apply, *connection_);
  scrub_stack();
  if (outcome) outcome = connection_->release("item");
  if (outcome) return outcome;
  if (connection_->trouble() > Trouble::statement) return given_up(outcome.error());
  if (auto undone = connection_->rollback_to("item"); !undone) return given_up(undone.error());
  return outcome;
}

GroupWriter::OrGroupFailure<Status> GroupWriter::run_bare(Job& job) {
  Status outcome = run_guarded(job.apply, *connection_);
  scrub_stack();
  if (outcome && connection_->trouble() != Trouble::none) {
    outcome = fail(Errc::internal, "a statement of this job failed");
  }
  if (connection_->trouble() > Trouble::statement) return given_up(outcome.error());
  return outcome;
}

std::expected<void, GroupWriter::GroupFailure> GroupWriter::make_durable() {
  LETHE_FAULT_POINT("store.before_keyring_commit");
  if (before_commit_) {
    if (auto hooked = run_guarded(before_commit_, *connection_); !hooked) {
      return given_up(hooked.error());
    }
  }
  LETHE_FAULT_POINT("store.after_keyring_commit");
  if (auto committed = connection_->commit(); !committed) return given_up(committed.error());
  LETHE_FAULT_POINT("store.after_commit");
  return {};
}

GroupWriter::OrGroupFailure<std::vector<Status>> GroupWriter::run_all(std::span<Job> jobs,
                                                                      Undo undo) {
  std::vector<Status> outcomes;
  for (Job& job : jobs) {
    auto outcome = undo == Undo::group ? run_bare(job) : run_in_savepoint(job);
    if (!outcome) return std::unexpected(std::move(outcome).error());
    outcomes.push_back(std::move(*outcome));
    if (undo == Undo::group && !outcomes.back()) break;
  }
  return outcomes;
}

GroupWriter::OrGroupFailure<std::vector<Status>> GroupWriter::attempt(std::span<Job> jobs,
                                                                      Undo undo) {
  if (auto begun = connection_->begin(Begin::immediate); !begun) {
    return std::unexpected(GroupFailure{begun.error(), false});
  }
  LETHE_FAULT_POINT("store.group.begun");
  auto outcomes = run_all(jobs, undo);
  if (!outcomes) return outcomes;
  if (undo == Undo::group && !outcomes->back() && jobs.size() > 1) {
    connection_->rollback();
    return attempt(jobs, Undo::job);
  }
  if (std::ranges::none_of(*outcomes, [](const Status& outcome) { return outcome.has_value(); })) {
    connection_->rollback();
    return outcomes;
  }
  if (auto durable = make_durable(); !durable) return std::unexpected(std::move(durable).error());
  return outcomes;
}

GroupWriter::OrGroupFailure<std::vector<Status>> GroupWriter::attempt_in_turn(
    std::span<Job> jobs, Turnstile::Turn turn) {
  const Turnstile::Pass pass{turnstile_, turn};
  if (auto connected = ensure_connected(); !connected) {
    return std::unexpected(GroupFailure{connected.error(), false});
  }
  return attempt(jobs, undo_at_first());
}

void GroupWriter::settle(std::span<Job> jobs) {
  auto outcomes = attempt_in_turn(jobs, Turnstile::Turn::together);
  // A group that lost a conflict goes again with no writer beside it, so it cannot lose for ever.
  for (int runs = 1; !outcomes && outcomes.error().run_again && runs < kRunsMax; ++runs) {
    outcomes = attempt_in_turn(jobs, Turnstile::Turn::alone);
  }
  if (!outcomes) return tell_all(jobs, outcomes.error().error);
  for (std::size_t i = 0; i < jobs.size(); ++i) tell(jobs[i], std::move((*outcomes)[i]));
}

}  // namespace lethe::sql
