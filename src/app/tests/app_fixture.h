// A whole App in a directory of its own: SQLite, keyring in files, log, blobs and index as in
// production; only the clock, the mail server and the listeners are in the test's hand.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/app/take_in_mail.h"
#include "lethe/app/tickets.h"
#include "lethe/app/vault_signer.h"
#include "lethe/keyring_files/keyring_files.h"
#include "lethe/keyring_files/system_random.h"
#include "lethe/ports/outbound_mail.h"
#include "lethe/ports/tile_store.h"
#include "lethe/sql/driver.h"

namespace lethe::app::testing {

// 2026-01-05T12:00:00Z, a Monday.
inline constexpr Instant kStart = instant_of(1'767'614'400);

class FakeClock final : public ports::Clock {
 public:
  [[nodiscard]] Instant now() const override { return instant_of(seconds_.load()); }
  [[nodiscard]] std::int64_t now_milliseconds() const override { return seconds_.load() * 1000; }
  void set(Instant at) { seconds_ = unix_seconds(at); }
  void advance(Seconds by) { seconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> seconds_{unix_seconds(kStart)};
};

// Keeps what would have left; refuses with `refusal` when that is set.
class MailServer final : public ports::OutboundMail {
 public:
  [[nodiscard]] Result<ports::SendReceipt> send(const ports::OutgoingMail& mail) override {
    if (refusal) return fail(*refusal, "refused by the test");
    if (!refused_recipients.empty()) return ports::SendReceipt{refused_recipients};
    sent.push_back(mail);
    return ports::SendReceipt{};
  }
  [[nodiscard]] Status probe() override { return {}; }

  std::vector<ports::OutgoingMail> sent;
  std::optional<Errc> refusal;
  std::vector<ports::RefusedRecipient> refused_recipients;
};

class Listeners final : public ports::Events {
 public:
  void publish(const ports::Event& event) override {
    const std::scoped_lock lock{mutex_};
    events_.push_back(event);
  }
  [[nodiscard]] std::vector<ports::Event> events() const {
    const std::scoped_lock lock{mutex_};
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ports::Event> events_;
};

// The value, or a test failure with the error's words.
template <class T>
  requires(!std::is_void_v<T>)
T expect(Result<T>&& result) {
  if (!result) FAIL(name_of(result.error().code), ": ", result.error().detail);
  return std::move(*result);
}
inline void expect(const Status& status) {
  if (!status) FAIL(name_of(status.error().code), ": ", status.error().detail);
}

class AppFixture {
 public:
  AppFixture();
  ~AppFixture();
  AppFixture(const AppFixture&) = delete;
  AppFixture& operator=(const AppFixture&) = delete;

  [[nodiscard]] App& app() { return *app_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  // Ends the process' life and starts it again on the same files.
  void restart();
  // A copy of the data as a backup takes it, without the keyring; put_back() restores it.
  void back_up();
  void put_back();
  // The same with the mark that `lethe backup restore` leaves in the rows.
  void put_back_marked();

  // One mail through the front door, at the clock's time; an imported one has no envelope
  // recipient.
  Result<TakenIn> receive(std::string_view content, std::string sender = "someone@example.org",
                          MailSource source = MailSource::door);
  // "From: ..., Subject: ..." written out; `extra` are whole header lines.
  static std::string mail(std::string_view from, std::string_view subject, std::string_view text,
                          std::string_view extra = {});
  // A ticket of this address, open, made now.
  core::TicketId ticket(std::string_view requester, std::string_view subject = "A question",
                        std::string_view text = "How does it work?");
  void set_status(core::TicketId ticket, std::string_view status);
  core::AgentId agent(std::string_view address, ports::Role role = ports::Role::admin);
  core::PersonId person(std::string_view address);
  std::int64_t named(ports::NamedKind kind, std::string_view name);
  void index_everything();

  [[nodiscard]] ports::TicketRow row(core::TicketId ticket);
  [[nodiscard]] TicketView view(core::TicketId ticket);
  [[nodiscard]] bool person_exists(core::PersonId person);
  // True when `words` stand in clear in any file below the directory.
  [[nodiscard]] bool lies_in_clear(std::string_view words) const;
  // How many statements `act` asks of the database; nothing else may use it meanwhile.
  template <class Act>
  [[nodiscard]] std::int64_t statements_of(Act act) {
    const std::int64_t before = statements_.load();
    act();
    return statements_.load() - before;
  }

  FakeClock clock;
  MailServer mail_server;
  Listeners listeners;

 private:
  void start();
  void stop();
  void copy_back();

  std::filesystem::path directory_;
  std::atomic<std::int64_t> statements_{0};
  keyring_files::SystemRandom random_;
  Installation installation_;
  std::unique_ptr<keyring_files::KeyringFiles> keyring_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<sql::Database> data_, index_;
  std::unique_ptr<ports::Store> store_;
  std::unique_ptr<ports::SearchIndex> search_;
  std::unique_ptr<ports::Blobs> blobs_;
  std::unique_ptr<ports::TileStore> tiles_;
  std::unique_ptr<VaultSigner> signer_;
  std::unique_ptr<ledger::Log> log_;
  std::mutex index_and_erasure_;
  std::unique_ptr<MailInFlight> in_flight_;
  std::unique_ptr<IdMaker> ids_;
  std::unique_ptr<App> app_;
};

}  // namespace lethe::app::testing
