#include "core.h"

#include <utility>

#include "connection.h"
#include "endpoint.h"
#include "lethe/smtp_protocol/reply.h"
#include "tls.h"

namespace lethe::smtp_in {
namespace {

constexpr std::size_t kBytesInFlightMax = std::size_t{256} * 1024 * 1024;
constexpr const char* kFull = "421 4.3.2 Too many connections. Try again later.\r\n";
constexpr const char* kPeerFull = "421 4.7.0 Too many connections from you. Try again later.\r\n";

// The socket is new, so its buffer takes one line without waiting.
void turn_away(Socket& socket, const char* reply) {
  error_code ignored;
  ignore(socket.non_blocking(true, ignored));
  socket.write_some(asio::buffer(reply, std::char_traits<char>::length(reply)), ignored);
  ignore(socket.shutdown(Socket::shutdown_send, ignored));
  ignore(socket.close(ignored));
}

}  // namespace

Server::Core::Core(Settings the_settings, ports::MailIntake& the_intake, asio::io_context& io)
    : settings(std::move(the_settings)),
      intake(the_intake),
      workers(std::max<std::size_t>(settings.workers, 1)),
      budget(settings.budget ? settings.budget
                             : std::make_shared<smtp_protocol::ByteBudget>(kBytesInFlightMax)),
      io_(io),
      patience_(asio::make_strand(io)) {}

Status Server::Core::listen() {
  for (const Listen& wish : settings.listen) {
    if (wish.encryption == Encryption::from_start && !settings.tls) {
      return fail(Errc::invalid_argument, wish.address + ": TLS needs a certificate");
    }
    LETHE_TRY(const auto endpoint, parse_endpoint(wish.address));
    LETHE_TRY(Acceptor acceptor, listen_on(asio::make_strand(io_), endpoint));
    error_code ignored;
    Listen listen{wish.dialect, to_text(acceptor.local_endpoint(ignored)), wish.encryption};
    doors_.push_back(std::make_shared<Door>(std::move(listen), std::move(acceptor)));
  }
  return {};
}

void Server::Core::start_accepting() {
  for (const auto& door : doors_) {
    asio::co_spawn(door->acceptor.get_executor(), accept_at(shared_from_this(), door),
                   [core = shared_from_this()](const std::exception_ptr& trouble) {
                     core->note(trouble, "a listener ended");
                   });
  }
}

asio::awaitable<void> Server::Core::accept_at(std::shared_ptr<Core> core,
                                              std::shared_ptr<Door> door) {
  asio::steady_timer pause{door->acceptor.get_executor()};
  while (door->acceptor.is_open()) {
    Protocol::endpoint peer;
    const asio::any_io_executor executor = asio::make_strand(core->io_);
    auto [error, socket] = co_await door->acceptor.async_accept(executor, peer, kNoThrow);
    if (!error) {
      core->take_on(*door, std::move(socket), peer);
    } else if (error != asio::error::operation_aborted) {
      // No file descriptors, most likely: those in use must end first.
      core->settings.log("cannot accept a connection: " + error.message());
      pause.expires_after(std::chrono::milliseconds{200});
      co_await pause.async_wait(kNoThrow);
    }
  }
}

// Precondition: mutex_ is held. Null when the peer is welcome.
const char* Server::Core::refusal_of(const std::string& peer) const {
  if (drains_ || connections_.size() >= settings.connections_max) return kFull;
  const auto open = open_by_peer_.find(peer);
  if (peer.empty() || open == open_by_peer_.end()) return nullptr;
  return open->second >= settings.connections_per_peer_max ? kPeerFull : nullptr;
}

void Server::Core::take_on(const Door& door, Socket socket, const Protocol::endpoint& peer) {
  const std::string key = peer_key(peer);
  std::unique_lock lock{mutex_};
  if (const char* refusal = refusal_of(key)) {
    lock.unlock();
    ++turned_away_;
    note_refusals(door.listen.dialect, refusal);
    return turn_away(socket, refusal);
  }
  lock.unlock();
  error_code ignored;
  if (!key.empty()) ignore(socket.set_option(asio::ip::tcp::no_delay{true}, ignored));
  const auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket),
                                                       door.listen, peer_address(peer));
  lock.lock();
  connections_.emplace(connection.get(), connection);
  ++open_by_peer_[key];
  const bool drains = drains_;
  lock.unlock();
  ++taken_on_;
  asio::co_spawn(connection->executor(), Connection::run(connection),
                 [core = shared_from_this(), connection, key](const std::exception_ptr& trouble) {
                   core->note(trouble, "a session ended");
                   core->leave(connection.get(), key);
                 });
  if (drains) connection->drain();
}

void Server::Core::leave(Connection* connection, const std::string& peer) {
  bool is_last = false;
  {
    const std::lock_guard lock{mutex_};
    connections_.erase(connection);
    const auto open = open_by_peer_.find(peer);
    if (--open->second == 0) open_by_peer_.erase(open);
    is_last = drains_ && connections_.empty();
  }
  if (is_last) finish_drain();
}

void Server::Core::drain(std::chrono::milliseconds patience, std::function<void()> done) {
  close_doors();
  {
    const std::lock_guard lock{mutex_};
    drains_ = true;
    drained_ = std::move(done);
  }
  const auto open = open_connections();
  for (const auto& connection : open) connection->drain();
  asio::dispatch(patience_.get_executor(),
                 [core = shared_from_this(), patience] { core->start_patience(patience); });
  if (open.empty()) asio::post(io_, [core = shared_from_this()] { core->finish_drain(); });
}

void Server::Core::start_patience(std::chrono::milliseconds patience) {
  if (is_drained()) return;
  patience_.expires_after(patience);
  patience_.async_wait([weak = weak_from_this()](error_code error) {
    const auto core = weak.lock();
    if (!error && core) core->cut_off_connections();
  });
}

bool Server::Core::is_drained() const {
  const std::lock_guard lock{mutex_};
  return drains_ && !drained_;
}

void Server::Core::finish_drain() {
  std::function<void()> done;
  {
    const std::lock_guard lock{mutex_};
    done = std::exchange(drained_, nullptr);
  }
  if (!done) return;
  asio::dispatch(patience_.get_executor(),
                 [core = shared_from_this()] { core->patience_.cancel(); });
  done();
}

void Server::Core::close_doors() {
  for (const auto& door : doors_) {
    asio::dispatch(door->acceptor.get_executor(), [door] {
      if (!door->acceptor.is_open()) return;
      error_code ignored;
      ignore(door->acceptor.close(ignored));
      remove_socket_file(door->listen.address);
    });
  }
}

std::vector<std::shared_ptr<Connection>> Server::Core::open_connections() const {
  std::vector<std::shared_ptr<Connection>> open;
  const std::lock_guard lock{mutex_};
  open.reserve(connections_.size());
  for (const auto& [key, weak] : connections_) {
    if (auto connection = weak.lock()) open.push_back(std::move(connection));
  }
  return open;
}

void Server::Core::cut_off_connections() {
  for (const auto& connection : open_connections()) connection->cut_off();
}

void Server::Core::cut_off() {
  gate->close();
  close_doors();
  cut_off_connections();
  workers.stop();
  workers.join();
}

std::vector<std::string> Server::Core::addresses() const {
  std::vector<std::string> addresses;
  addresses.reserve(doors_.size());
  for (const auto& door : doors_) addresses.push_back(door->listen.address);
  return addresses;
}

Status Server::Core::reload_tls() {
  if (!settings.tls) return {};
  LETHE_TRY(TlsContext context, load_tls(*settings.tls));
  const std::lock_guard lock{mutex_};
  tls_ = std::move(context);
  return {};
}

TlsContext Server::Core::tls() const {
  const std::lock_guard lock{mutex_};
  return tls_;
}

void Server::Core::count(const smtp_protocol::Tally& tally) noexcept {
  accepted_ += tally.accepted;
  refused_ += tally.refused;
  deferred_ += tally.deferred;
}

void Server::Core::note_refusals(smtp_protocol::Dialect dialect, std::string_view replies) const {
  smtp_protocol::for_each_refusal(replies, [&](int code, std::string_view enhanced) {
    settings.refused(dialect, code, enhanced);
  });
}

Counters Server::Core::counters() const {
  const std::lock_guard lock{mutex_};
  return {.accepted = accepted_,
          .refused = refused_,
          .deferred = deferred_,
          .connections = taken_on_,
          .turned_away = turned_away_,
          .open = connections_.size(),
          .bytes_in_flight = budget->used()};
}

void Server::Core::note(const std::exception_ptr& trouble, std::string_view where) const {
  if (!trouble) return;
  settings.log(std::string{where} + " by an exception");
}

}  // namespace lethe::smtp_in
