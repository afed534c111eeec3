#include "background.h"

#include <array>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>

#include "lethe/app/erasure.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/indexing.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/tickets.h"
#include "lethe/base/scrub.h"
#include "log.h"

namespace lethe::cli {
namespace {

constexpr int kBatch = 200;
// Documents made searchable in one transaction: mail that comes in waits for it.
constexpr int kIndexBatch = 50;
// Each holds one connection while it sends; twice what one domain may take, so that one that hangs
// leaves room.
constexpr std::size_t kMailWorkers = 2 * app::kLanesPerDomain;
constexpr auto kMailEvery = std::chrono::seconds{1};
constexpr auto kIndexEvery = std::chrono::seconds{1};
constexpr auto kHousekeepingEvery = std::chrono::seconds{60};
constexpr auto kRefusalsEvery = std::chrono::seconds{10};

// One thread that does a piece of work whenever it is woken, at the latest after `every`.
class Loop {
 public:
  // `work` returns how much it did; it is called again at once while that is not 0.
  Loop(std::string name, std::chrono::milliseconds every, std::function<Result<int>()> work)
      : name_(std::move(name)),
        every_(every),
        work_(std::move(work)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void wake() {
    {
      const std::scoped_lock lock{mutex_};
      woken_ = true;
    }
    changed_.notify_one();
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Result<int> did = work_();
      scrub_stack();
      if (!did) say(did.error());
      if (did) trouble_.clear();
      if (did && *did > 0) continue;
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, stop, every_, [this] { return woken_; });
      woken_ = false;
    }
  }

  // The same trouble is said once, not at every turn.
  void say(const Error& error) {
    if (error.detail == trouble_) return;
    trouble_ = error.detail;
    log_line(name_ + ": " + error.detail);
  }

  std::string name_;
  std::chrono::milliseconds every_;
  std::function<Result<int>()> work_;
  std::string trouble_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::jthread thread_;
};

}  // namespace

struct Background::State {
  State(World& world, ports::OutboundMail* outbound, app::RefusalCounts& counts)
      : index("index", kIndexEvery,
              [&world] { return app::index_queued(world.app(), kIndexBatch); }),
        housekeeping("housekeeping", kHousekeepingEvery,
                     [&world]() -> Result<int> {
                       const Status kept = app::keep_house(world.app());
                       LETHE_CHECK(world.settle_keyring());
                       LETHE_CHECK(kept);
                       return 0;
                     }),
        refusals("refusals", kRefusalsEvery, [&world, &counts]() -> Result<int> {
          LETHE_CHECK(counts.flush(world.app()));
          return 0;
        }) {
    if (outbound == nullptr) return;
    for (std::unique_ptr<Loop>& worker : mail) {
      worker = std::make_unique<Loop>("mail", kMailEvery, [this, &world, outbound] {
        return app::send_due_mail(world.app(), *outbound, kBatch, lanes);
      });
    }
  }
  Loop index;
  Loop housekeeping;
  Loop refusals;
  app::MailLanes lanes;
  std::array<std::unique_ptr<Loop>, kMailWorkers> mail;  // null without a server to send through
};

Background::Background(World& world, ports::OutboundMail* outbound, app::RefusalCounts& refusals)
    : state_(std::make_unique<State>(world, outbound, refusals)) {}
Background::~Background() = default;

void Background::wake() {
  state_->index.wake();
  for (const std::unique_ptr<Loop>& worker : state_->mail) {
    if (worker) worker->wake();
  }
}

}  // namespace lethe::cli
