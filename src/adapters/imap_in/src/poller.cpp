#include "lethe/imap_in/poller.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "drain.h"
#include "session.h"

namespace lethe::imap_in {

using ports::SourcePhase;
using ports::SourceState;
using ports::SourceTrouble;
using std::chrono::seconds;

ProbeResult probe(const ports::MailSource& source, seconds patience) {
  Wake never;
  const auto session = open_session(source, never, patience);
  if (!session) return {.trouble = session.error().trouble, .detail = session.error().detail};
  return {.trouble = SourceTrouble::none,
          .detail = {},
          .waiting = (*session)->count(),
          .pushes = (*session)->pushes()};
}

struct Poller::Inside {
  Inside(PollerSettings the_settings, ports::MailIntake& the_intake, const ports::Clock& the_clock)
      : settings(std::move(the_settings)), intake(the_intake), clock(the_clock) {
    state.since = clock.now();
    thread = std::jthread{[this](const std::stop_token& token) { run(token); }};
  }

  ~Inside() {
    thread.request_stop();
    stop.raise();
    hurry.raise();
    changed.notify_all();
  }

  PollerSettings settings;
  ports::MailIntake& intake;
  const ports::Clock& clock;
  Wake stop, hurry;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool hurried = false;
  bool again = false;  // what was set aside, too
  SourceState state;
  LeftBehind left;
  std::jthread thread;  // last: it uses the others

  void enter(SourcePhase phase) {
    const std::scoped_lock lock{mutex};
    if (state.phase == SourcePhase::failing && phase == SourcePhase::connecting) return;
    if (state.phase != phase) state.since = clock.now();
    state.phase = phase;
    if (phase != SourcePhase::failing && state.trouble != SourceTrouble::none) {
      state.trouble = SourceTrouble::none;
      state.detail.clear();
      settings.log("imap: the mailbox answers again");
    }
  }

  void fail(const Failure& why) {
    const std::scoped_lock lock{mutex};
    if (state.phase != SourcePhase::failing) state.since = clock.now();
    if (state.trouble != why.trouble) {
      settings.log("imap: " + std::string{name_of(why.trouble)} + ": " + why.detail);
    }
    state.phase = SourcePhase::failing;
    state.trouble = why.trouble;
    state.detail = why.detail;
  }

  void count(const DrainCounts& did) {
    const std::scoped_lock lock{mutex};
    state.taken += did.taken;
    state.refused += did.refused;
    state.too_large += did.too_large;
    if (did.taken > 0) state.last_fetched = clock.now();
    if (did.refused > 0) settings.log("imap: a mail is refused and set aside at the source");
    if (did.too_large > 0) settings.log("imap: a mail over 35 MiB stays at the source");
  }

  void count_staying() {
    const std::scoped_lock lock{mutex};
    const std::uint64_t before = std::exchange(state.waiting_for_scanner, left.waiting());
    if (before == 0 && left.waiting() > 0) {
      settings.log("imap: mails with files wait at the source until the virus scanner answers");
    }
    const std::uint64_t withheld = std::exchange(state.withheld, left.withheld());
    if (withheld == 0 && left.withheld() > 0) {
      settings.log(
          "imap: a mail cannot be fetched and stays at the source; the others are fetched");
    }
  }

  // True once after fetch_again(); the counts of what stayed begin anew.
  bool take_again() {
    const std::scoped_lock lock{mutex};
    if (!again) return false;
    again = false;
    left.forget();
    state.refused = state.too_large = 0;
    return true;
  }

  // By a connection of its own, for a session has one folder.
  Tried<void> take_back() {
    ports::MailSource aside = settings.source;
    for (const char* folder : kAsideFolders) {
      aside.folder = folder;
      auto session = open_session(aside, stop, settings.patience);
      if (!session && session.error().trouble == SourceTrouble::no_folder) continue;
      if (!session) return std::unexpected(session.error());
      return bring_back(**session, settings.source.folder);
    }
    return {};
  }

  // Until the session fails. True: something was reached, so that the next pause is short again.
  Failure work(const std::stop_token& token, bool& reached) {
    auto session = open_session(settings.source, stop, settings.patience);
    if (!session) return session.error();
    {
      const std::scoped_lock lock{mutex};
      state.pushes = (*session)->pushes();
    }
    DrainTools tools{.source = settings.source,
                     .budget = settings.budget,
                     .intake = intake,
                     .left = left,
                     .stopped = [&token] { return token.stop_requested(); },
                     .tell = [this](const DrainCounts& did) { count(did); }};
    while (!token.stop_requested()) {
      hurry.clear();
      if (token.stop_requested()) break;
      enter(SourcePhase::fetching);
      tools.marked_too = take_again();
      if (tools.marked_too) {
        if (const auto back = take_back(); !back) return back.error();
        // Another connection brought it: this one is told at its next command.
        if (const auto seen = (*session)->look(); !seen) return seen.error();
      }
      if (const auto drained = drain(**session, tools); !drained) return drained.error();
      reached = true;
      count_staying();
      enter(SourcePhase::waiting);
      if (const auto waited = wait(**session, token); !waited) return waited.error();
    }
    return {SourceTrouble::hung_up, "stopped here"};
  }

  Tried<void> wait(Session& session, const std::stop_token& token) {
    if (!session.pushes()) {
      pause(token, settings.poll_every);
    } else if (const auto waited = session.wait(
                   hurry, left.is_worth_a_look() ? settings.poll_every : settings.idle_at_most);
               !waited) {
      return waited;
    }
    // Also after IDLE: a server that misses a change, and somebody who asks for a look, is asked.
    return session.look();
  }

  void pause(const std::stop_token& token, seconds how_long) {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, token, how_long, [this] { return hurried; });
    hurried = false;
  }

  void run(const std::stop_token& token) {
    seconds next = settings.first_pause;
    while (!token.stop_requested()) {
      enter(SourcePhase::connecting);
      bool reached = false;
      const Failure why = work(token, reached);
      if (token.stop_requested()) return;
      fail(why);
      if (reached) next = settings.first_pause;
      if (why.trouble == SourceTrouble::login_refused) next = settings.longest_pause;
      pause(token, next);
      next = std::min(next * 2, settings.longest_pause);
    }
  }
};

Poller::Poller(PollerSettings settings, ports::MailIntake& intake, const ports::Clock& clock)
    : inside_(std::make_unique<Inside>(std::move(settings), intake, clock)) {}
Poller::~Poller() = default;

SourceState Poller::state() const {
  const std::scoped_lock lock{inside_->mutex};
  return inside_->state;
}

void Poller::hurry() {
  {
    const std::scoped_lock lock{inside_->mutex};
    inside_->hurried = true;
  }
  inside_->changed.notify_all();
  inside_->hurry.raise();
}

void Poller::fetch_again() {
  {
    const std::scoped_lock lock{inside_->mutex};
    inside_->again = true;
  }
  hurry();
}

}  // namespace lethe::imap_in
