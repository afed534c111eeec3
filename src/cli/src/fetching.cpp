#include "fetching.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "lethe/app/mail_sources.h"
#include "log.h"
#include "password_file.h"

namespace lethe::cli {
namespace {

constexpr auto kSettingsEvery = std::chrono::seconds{30};

struct Wanted {
  app::SourceSettings settings;
  std::string address;
};

ports::RefusalReason reason_of(Errc code) {
  switch (code) {
    case Errc::not_found:
    case Errc::erased:
      return ports::RefusalReason::unknown_recipient;
    case Errc::too_large:
      return ports::RefusalReason::too_large;
    case Errc::out_of_range:
      return ports::RefusalReason::loop;
    case Errc::forbidden:
    case Errc::unsupported:
      return ports::RefusalReason::not_accepted;
    case Errc::invalid_argument:
    case Errc::corrupt:
      return ports::RefusalReason::unreadable;
    case Errc::busy:
      return ports::RefusalReason::busy;
    default:
      return ports::RefusalReason::not_stored;
  }
}

// Hands mails of one mailbox on and counts those that were not taken.
class CountingIntake final : public ports::MailIntake {
 public:
  CountingIntake(ports::MailIntake& inner, app::RefusalCounts& refusals, std::int64_t mailbox)
      : inner_(inner), refusals_(refusals), mailbox_(mailbox) {}
  Result<ports::RcptVerdict> check_recipient(const ports::Envelope& so_far,
                                             std::string_view recipient) override {
    return inner_.check_recipient(so_far, recipient);
  }
  // The answer may come when the poller is gone: it holds nothing of this object.
  void take_in(ports::Delivery&& delivery, std::function<void(Status)> done) override {
    inner_.take_in(std::move(delivery), [&refusals = refusals_, mailbox = mailbox_,
                                         done = std::move(done)](Status status) {
      if (!status) {
        refusals.count(ports::Door::imap, 0, reason_of(status.error().code), mailbox);
      }
      done(std::move(status));
    });
  }

 private:
  ports::MailIntake& inner_;
  app::RefusalCounts& refusals_;
  std::int64_t mailbox_;
};

enum class Paused { left_out, included };

Result<std::map<std::int64_t, Wanted>> read_sources(app::App& app, Paused paused) {
  std::map<std::int64_t, Wanted> wanted;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto sources, app::read_mail_sources(tx));
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    for (const auto& source : sources) {
      if (source.paused && paused == Paused::left_out) continue;
      for (const auto& mailbox : mailboxes) {
        if (mailbox.id == source.mailbox) wanted[mailbox.id] = {source, mailbox.address};
      }
    }
    return {};
  }));
  return wanted;
}

}  // namespace

struct Fetching::State {
  struct Running {
    Wanted wanted;
    std::unique_ptr<CountingIntake> intake;
    std::unique_ptr<imap_in::Poller> poller;  // last: it uses the others
  };

  app::App& app;
  ports::MailIntake& intake;
  std::shared_ptr<smtp_protocol::ByteBudget> budget;
  app::RefusalCounts& refusals;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool again = false;
  std::map<std::int64_t, Running> running;
  std::string trouble;
  std::jthread thread;

  State(app::App& the_app, ports::MailIntake& the_intake,
        std::shared_ptr<smtp_protocol::ByteBudget> the_budget, app::RefusalCounts& the_refusals)
      : app(the_app), intake(the_intake), budget(std::move(the_budget)), refusals(the_refusals) {
    thread = std::jthread{[this](const std::stop_token& token) { run(token); }};
  }

  Running begin(const Wanted& wanted) {
    imap_in::PollerSettings settings;
    settings.source = app::source_of(app, wanted.settings, wanted.address, read_password_file);
    settings.budget = {.take = [budget = budget](std::size_t n) { return budget->take(n); },
                       .give_back = [budget = budget](std::size_t n) { budget->give_back(n); }};
    settings.log = [id = wanted.settings.mailbox](std::string_view text) {
      log_line("mailbox " + std::to_string(id) + ": " + std::string{text});
    };
    Running each{
        .wanted = wanted,
        .intake = std::make_unique<CountingIntake>(intake, refusals, wanted.settings.mailbox),
        .poller = nullptr};
    each.poller = std::make_unique<imap_in::Poller>(std::move(settings), *each.intake, app.clock);
    return each;
  }

  // Pollers end outside the lock: the pages go on meanwhile.
  void follow(const std::map<std::int64_t, Wanted>& wanted) {
    std::vector<Running> ending;
    {
      const std::scoped_lock lock{mutex};
      for (auto it = running.begin(); it != running.end();) {
        const auto still = wanted.find(it->first);
        const bool same = still != wanted.end() &&
                          still->second.settings == it->second.wanted.settings &&
                          still->second.address == it->second.wanted.address;
        if (!same) ending.push_back(std::move(it->second));
        it = same ? std::next(it) : running.erase(it);
      }
    }
    ending.clear();
    const std::scoped_lock lock{mutex};
    for (const auto& [id, each] : wanted) {
      if (!running.contains(id)) running.emplace(id, begin(each));
    }
  }

  void run(const std::stop_token& token) {
    while (!token.stop_requested()) {
      const auto wanted = read_sources(app, Paused::left_out);
      if (wanted) {
        follow(*wanted);
        trouble.clear();
      } else if (trouble != wanted.error().detail) {
        trouble = wanted.error().detail;
        log_line("mailboxes: " + trouble);
      }
      std::unique_lock lock{mutex};
      changed.wait_for(lock, token, kSettingsEvery, [this] { return again; });
      again = false;
    }
  }

  void stop() {
    thread.request_stop();
    if (thread.joinable()) thread.join();
    std::map<std::int64_t, Running> ending;
    const std::scoped_lock lock{mutex};
    ending.swap(running);
  }
};

Fetching::Fetching(app::App& app, ports::MailIntake& intake,
                   std::shared_ptr<smtp_protocol::ByteBudget> budget, app::RefusalCounts& refusals)
    : state_(std::make_unique<State>(app, intake, std::move(budget), refusals)) {}
Fetching::~Fetching() { state_->stop(); }
void Fetching::stop() { state_->stop(); }

ports::SourceCheck Fetching::check(std::int64_t mailbox) {
  const auto wanted = read_sources(state_->app, Paused::included);
  if (!wanted) return {.trouble = ports::SourceTrouble::busy, .detail = wanted.error().detail};
  const auto it = wanted->find(mailbox);
  if (it == wanted->end()) return {.trouble = ports::SourceTrouble::settings, .detail = {}};
  const imap_in::ProbeResult found = imap_in::probe(
      app::source_of(state_->app, it->second.settings, it->second.address, read_password_file));
  return {.trouble = found.trouble,
          .detail = found.detail,
          .waiting = found.waiting,
          .pushes = found.pushes};
}

std::optional<ports::SourceState> Fetching::state(std::int64_t mailbox) const {
  const std::scoped_lock lock{state_->mutex};
  const auto it = state_->running.find(mailbox);
  if (it == state_->running.end()) return std::nullopt;
  return it->second.poller->state();
}

void Fetching::settings_changed() {
  {
    const std::scoped_lock lock{state_->mutex};
    state_->again = true;
  }
  state_->changed.notify_all();
}

void Fetching::hurry(std::int64_t mailbox) {
  const std::scoped_lock lock{state_->mutex};
  const auto it = state_->running.find(mailbox);
  if (it != state_->running.end()) it->second.poller->hurry();
}

void Fetching::fetch_again(std::int64_t mailbox) {
  const std::scoped_lock lock{state_->mutex};
  const auto it = state_->running.find(mailbox);
  if (it != state_->running.end()) it->second.poller->fetch_again();
}

}  // namespace lethe::cli
