#include "pulled_document.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "wire.h"

namespace lethe::web {
namespace {

class Pipe {
 public:
  explicit Pipe(std::function<Status(const PieceSink&)> write)
      : writer_([this, write = std::move(write)] {
          end(write_all(write));
          scrub_stack();
        }) {}
  ~Pipe() {
    {
      const std::scoped_lock lock{mutex_};
      abandoned_ = true;
    }
    changed_.notify_all();
    writer_.join();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  Result<std::optional<std::string>> pull() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return ended_ || waiting_.size() >= kPulledBytes; });
    std::string taken = std::exchange(waiting_, {});
    changed_.notify_all();
    if (!taken.empty()) return std::optional{std::move(taken)};
    if (!outcome_) return std::unexpected(outcome_.error());
    return std::nullopt;
  }

 private:
  // A library's exception ends the document, not the process.
  Status write_all(const std::function<Status(const PieceSink&)>& write) {
    try {
      return write([this](std::string_view piece) { return push(piece); });
    } catch (const std::exception&) {
      return fail(Errc::unavailable, "the document could not be written to its end");
    }
  }
  Status push(std::string_view piece) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return abandoned_ || waiting_.size() < kPulledBytes; });
    if (abandoned_) return fail(Errc::unavailable, "nobody reads on");
    waiting_ += piece;
    if (waiting_.size() >= kPulledBytes) changed_.notify_all();
    return {};
  }
  void end(Status outcome) {
    const std::scoped_lock lock{mutex_};
    outcome_ = std::move(outcome);
    ended_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  Status outcome_;
  bool ended_ = false;
  bool abandoned_ = false;
  std::thread writer_;  // last: everything above is there when it begins
};

}  // namespace

Result<PulledDocument> pulled(std::function<Status(const PieceSink&)> write) {
  auto pipe = std::make_shared<Pipe>(std::move(write));
  LETHE_TRY(auto first, pipe->pull());
  return PulledDocument{[pipe, first = std::move(first),
                         is_first = true]() mutable -> Result<std::optional<std::string>> {
    if (std::exchange(is_first, false)) return std::exchange(first, std::nullopt);
    return pipe->pull();
  }};
}

}  // namespace lethe::web
