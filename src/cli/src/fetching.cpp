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
    std::unique_ptr<imap_in::Poller> poller;
  };

  app::App& app;
  ports::MailIntake& intake;
  std::shared_ptr<smtp_protocol::ByteBudget> budget;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool again = false;
  std::map<std::int64_t, Running> running;
  std::string trouble;
  std::jthread thread;

  State(app::App& the_app, ports::MailIntake& the_intake,
        std::shared_ptr<smtp_protocol::ByteBudget> the_budget)
      : app(the_app), intake(the_intake), budget(std::move(the_budget)) {
    thread = std::jthread{[this](const std::stop_token& token) { run(token); }};
  }

  std::unique_ptr<imap_in::Poller> begin(const Wanted& wanted) {
    imap_in::PollerSettings settings;
    settings.source = app::source_of(app, wanted.settings, wanted.address, read_password_file);
    settings.budget = {.take = [budget = budget](std::size_t n) { return budget->take(n); },
                       .give_back = [budget = budget](std::size_t n) { budget->give_back(n); }};
    settings.log = [id = wanted.settings.mailbox](std::string_view text) {
      log_line("mailbox " + std::to_string(id) + ": " + std::string{text});
    };
    return std::make_unique<imap_in::Poller>(std::move(settings), intake, app.clock);
  }

  // Pollers end outside the lock: the pages go on meanwhile.
  void follow(const std::map<std::int64_t, Wanted>& wanted) {
    std::vector<std::unique_ptr<imap_in::Poller>> ending;
    {
      const std::scoped_lock lock{mutex};
      for (auto it = running.begin(); it != running.end();) {
        const auto still = wanted.find(it->first);
        const bool same = still != wanted.end() &&
                          still->second.settings == it->second.wanted.settings &&
                          still->second.address == it->second.wanted.address;
        if (!same) ending.push_back(std::move(it->second.poller));
        it = same ? std::next(it) : running.erase(it);
      }
    }
    ending.clear();
    const std::scoped_lock lock{mutex};
    for (const auto& [id, each] : wanted) {
      if (!running.contains(id)) running.emplace(id, Running{each, begin(each)});
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
                   std::shared_ptr<smtp_protocol::ByteBudget> budget)
    : state_(std::make_unique<State>(app, intake, std::move(budget))) {}
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

}  // namespace lethe::cli
