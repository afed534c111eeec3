#include "lethe/sql/write_queue.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "group_writer.h"
#include "lethe/base/assert.h"

namespace lethe::sql {
namespace {

using Clock = std::chrono::steady_clock;

// Set on writer threads: waiting for the queue there would never end.
thread_local bool on_writer_thread = false;

struct Waiting {
  Job job;
  Clock::time_point since;
};

}  // namespace

class WriteQueue::State {
 public:
  State(Database& database, WriteQueueOptions options) : options_(std::move(options)) {
    const int writers = database.engine() == Engine::sqlite ? 1 : options_.writers;
    for (int n = 0; n < writers; ++n) {
      writers_.push_back(
          std::make_unique<GroupWriter>(database, n, turnstile_, options_.before_commit));
    }
  }
  ~State() { stop(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status start() {
    for (const auto& writer : writers_) LETHE_CHECK(writer->connect());
    for (const auto& writer : writers_) {
      threads_.emplace_back([this, &writer = *writer] { work(writer); });
    }
    return {};
  }

  // The error, with the job still in `job`, when it is not taken.
  Status take(Job& job) {
    const std::scoped_lock lock{mutex_};
    if (stopping_) return fail(Errc::cancelled, "the store is stopping");
    if (waiting_.size() >= options_.waiting_max) return fail(Errc::busy, "the write queue is full");
    waiting_.push_back({std::move(job), Clock::now()});
    arrived_.notify_one();
    return {};
  }

  void stop() {
    {
      const std::scoped_lock lock{mutex_};
      stopping_ = true;
    }
    arrived_.notify_all();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void work(GroupWriter& writer) {
    on_writer_thread = true;
    while (true) {
      std::vector<Job> group = next_group();
      if (group.empty()) return;
      writer.settle(group);
    }
  }

  // Empty when stopped and drained.
  std::vector<Job> next_group() {
    std::unique_lock lock{mutex_};
    while (true) {
      arrived_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
      if (waiting_.empty()) return {};
      arrived_.wait_until(lock, waiting_.front().since + options_.group_wait, [this] {
        return waiting_.size() >= options_.group_items_max || waiting_.empty() || stopping_;
      });
      // Another writer may have taken them while this one waited for company.
      if (!waiting_.empty()) return take_group();
    }
  }

  std::vector<Job> take_group() {
    std::vector<Job> group;
    while (!waiting_.empty() && group.size() < options_.group_items_max) {
      group.push_back(std::move(waiting_.front().job));
      waiting_.pop_front();
    }
    return group;
  }

  WriteQueueOptions options_;
  Turnstile turnstile_;
  std::vector<std::unique_ptr<GroupWriter>> writers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
};

WriteQueue::WriteQueue(std::unique_ptr<State> state) : state_(std::move(state)) {}
WriteQueue::~WriteQueue() = default;

Result<std::unique_ptr<WriteQueue>> WriteQueue::start(Database& database,
                                                      WriteQueueOptions options) {
  auto state = std::make_unique<State>(database, std::move(options));
  LETHE_CHECK(state->start());
  return std::unique_ptr<WriteQueue>{new WriteQueue{std::move(state)}};
}

void WriteQueue::submit(Job job) {
  Status taken = state_->take(job);
  if (!taken && job.done) job.done(std::move(taken));
}

Status WriteQueue::run(std::function<Status(Connection&)> apply) {
  LETHE_ASSERT(!on_writer_thread);
  // Shared, so that the writer is not still inside set_value() when this frame is gone.
  const auto outcome = std::make_shared<std::promise<Status>>();
  submit({std::move(apply), [outcome](Status status) { outcome->set_value(std::move(status)); }});
  return outcome->get_future().get();
}

void WriteQueue::stop() { state_->stop(); }

}  // namespace lethe::sql
