// What all connections of a server share.
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <mutex>

#include "asio.h"
#include "lethe/smtp_in/server.h"

namespace lethe::smtp_in {

class Connection;

// Lets answers of the intake through to the I/O threads while the server
// lives; the intake may answer later than that, and io_context may be gone.
class Gate {
 public:
  // Runs `work` here and now, or not at all.
  template <class Work>
  void pass(Work&& work) {
    const std::lock_guard lock{mutex_};
    if (is_open_) std::forward<Work>(work)();
  }
  void close() {
    const std::lock_guard lock{mutex_};
    is_open_ = false;
  }

 private:
  std::mutex mutex_;
  bool is_open_ = true;
};

class Server::Core : public std::enable_shared_from_this<Server::Core> {
 public:
  Core(Settings the_settings, ports::MailIntake& the_intake, asio::io_context& io);

  // Binds every address. Errors: as Server::open.
  [[nodiscard]] Status listen();
  void start_accepting();
  [[nodiscard]] std::vector<std::string> addresses() const;
  [[nodiscard]] Status reload_tls();
  [[nodiscard]] TlsContext tls() const;
  void drain(std::chrono::milliseconds patience, std::function<void()> done);
  void cut_off();  // the server is going away; joins the workers
  [[nodiscard]] Counters counters() const;

  // For connections.
  void count(const smtp_protocol::Tally& tally) noexcept;
  void note_refusals(smtp_protocol::Dialect dialect, std::string_view replies) const;
  void leave(Connection* connection, const std::string& peer);

  const Settings settings;
  ports::MailIntake& intake;
  asio::thread_pool workers;
  const std::shared_ptr<smtp_protocol::ByteBudget> budget;
  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();

 private:
  struct Door {
    Listen listen;  // the address with the chosen port
    Acceptor acceptor;
  };

  static asio::awaitable<void> accept_at(std::shared_ptr<Core> core, std::shared_ptr<Door> door);
  void take_on(const Door& door, Socket socket, const Protocol::endpoint& peer);
  [[nodiscard]] const char* refusal_of(const std::string& peer) const;
  void close_doors();
  void cut_off_connections();
  void finish_drain();
  void start_patience(std::chrono::milliseconds patience);
  [[nodiscard]] bool is_drained() const;
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> open_connections() const;
  void note(const std::exception_ptr& trouble, std::string_view where) const;

  asio::io_context& io_;
  std::vector<std::shared_ptr<Door>> doors_;
  asio::steady_timer patience_;  // on a strand of its own

  mutable std::mutex mutex_;  // over what follows
  TlsContext tls_;
  std::map<Connection*, std::weak_ptr<Connection>> connections_;
  std::map<std::string, std::size_t> open_by_peer_;
  bool drains_ = false;
  std::function<void()> drained_;

  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> deferred_{0};
  std::atomic<std::uint64_t> taken_on_{0};
  std::atomic<std::uint64_t> turned_away_{0};
};

}  // namespace lethe::smtp_in
