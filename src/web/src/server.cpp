// Accepting, turning away and stopping.
#include "lethe/web/server.h"

#include <boost/asio/co_spawn.hpp>

#include "asio_server.h"
#include "lethe/web/respond.h"
#include "lethe/web_protocol/problem.h"

namespace lethe::web {
namespace {

using asio::ip::tcp;

// Told why at the same time; more are closed without a word.
constexpr std::size_t kTurnedAwayMax = 64;
constexpr std::chrono::seconds kTurningAway{2};
// For the rest of a body that was refused: a browser that sends it reads the answer afterwards.
constexpr std::chrono::seconds kDroppingBody{10};
constexpr std::size_t kDroppedBytesMax = kUploadBytesMax;

Peers::Address address_of(const tcp::socket& socket) {
  boost::system::error_code gone;
  const auto address = socket.remote_endpoint(gone).address();
  if (address.is_v6()) return address.to_v6().to_bytes();
  return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

std::string refusal_of_the_crowd() {
  auto refusal = web_protocol::problem_response({503, {}, {}});
  refusal.headers.set("Retry-After", "5");
  add_common_headers(refusal);
  return head_of(refusal, refusal.body.size(), KeepAlive::no) + refusal.body;
}

}  // namespace

AsioServer::AsioServer(ServerConfig config, std::vector<Route> routes, EventHub& events)
    : config_(std::move(config)),
      routes_(std::move(routes)),
      events_(events),
      acceptor_(io_),
      workers_(config_.workers),
      peers_(config_.connections_per_peer_max) {
  for (std::size_t i = 0; i < routes_.size(); ++i)
    router_.add(routes_[i].method, routes_[i].pattern, i);
}

Status AsioServer::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config_.address, error);
  const std::string where = config_.address + " port " + std::to_string(config_.port) + ": ";
  if (error) return fail(Errc::invalid_argument, where + error.message());
  const tcp::endpoint endpoint{address, config_.port};
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(Errc::unavailable, where + error.message());
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(io_, accept_all(), [this](const std::exception_ptr& broken) {
    if (broken) problem("http: accepting stopped");
  });
  io_thread_ = std::thread{[this] { io_.run(); }};
  return {};
}

asio::awaitable<void> AsioServer::accept_all() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
    if (stopping_) co_return;
    if (error) {
      // Out of descriptors: wait for one rather than spin.
      problem("http: accept: " + error.message());
      asio::steady_timer pause{io_, std::chrono::milliseconds{100}};
      co_await pause.async_wait(kNoThrow);
      continue;
    }
    take_on(std::move(socket));
  }
}

void AsioServer::take_on(tcp::socket socket) {
  auto connection = std::make_shared<Connection>(std::move(socket));
  connection->peer = address_of(connection->stream.socket());
  const bool has_room = connections_.size() - turned_away_ < config_.connections_max;
  const bool is_welcome = has_room && peers_.enter(connection->peer);
  if (!is_welcome && turned_away_ >= kTurnedAwayMax) return;
  connections_.insert(connection);
  if (!is_welcome) ++turned_away_;
  asio::co_spawn(io_, is_welcome ? serve(connection) : turn_away(connection),
                 [this, connection, is_welcome](const std::exception_ptr& broken) {
                   if (broken) problem("http: connection ended by an exception");
                   connections_.erase(connection);
                   if (is_welcome) {
                     peers_.leave(connection->peer);
                   } else {
                     --turned_away_;
                   }
                 });
}

asio::awaitable<void> AsioServer::serve(std::shared_ptr<Connection> connection) {
  boost::system::error_code ignored;
  connection->stream.socket().set_option(tcp::no_delay{true}, ignored);
  while (!stopping_ && co_await serve_one(*connection)) {
  }
  if (connection->owes_body && !stopping_) {
    connection->stream.expires_after(kDroppingBody);
    co_await drop_the_rest(*connection);
  }
  connection->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> AsioServer::turn_away(std::shared_ptr<Connection> connection) {
  connection->stream.expires_after(kTurningAway);
  const std::string refusal = refusal_of_the_crowd();
  auto [error, size] =
      co_await asio::async_write(connection->stream, asio::buffer(refusal), kNoThrow);
  if (!error) co_await drop_the_rest(*connection);
}

// Left unread, what the client sends would turn the end of the connection into a reset that
// overtakes the answer.
asio::awaitable<void> AsioServer::drop_the_rest(Connection& connection) {
  boost::system::error_code ignored;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  connection.is_idle = true;  // may be closed at any time
  connection.buffer.clear();
  std::size_t dropped = 0;
  while (dropped < kDroppedBytesMax) {
    auto [ended, got] = co_await connection.stream.async_read_some(
        connection.buffer.prepare(kHeaderBytesMax), kNoThrow);
    if (ended) co_return;
    dropped += got;
  }
}

void AsioServer::stop() {
  if (stopping_.exchange(true)) return;
  events_.close();
  asio::post(io_, [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_) {
      if (connection->is_idle) connection->stream.cancel();
    }
  });
  // Runs until the last connection has ended, at most stop_timeout.
  auto limit = std::make_shared<asio::steady_timer>(io_, config_.stop_timeout);
  limit->async_wait([this](const boost::system::error_code& error) {
    if (!error) io_.stop();
  });
  auto check = std::make_shared<std::function<void()>>();
  auto pause = std::make_shared<asio::steady_timer>(io_);
  *check = [this, limit, pause, weak = std::weak_ptr{check}] {
    if (connections_.empty()) {
      limit->cancel();
      return;
    }
    pause->expires_after(std::chrono::milliseconds{20});
    pause->async_wait([check = weak.lock()](const boost::system::error_code&) {
      if (check) (*check)();
    });
  };
  asio::post(io_, [check] { (*check)(); });
  if (io_thread_.joinable()) io_thread_.join();
  workers_.join();
}

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, std::vector<Route> routes,
                                              EventHub& events) {
  auto server = std::make_unique<AsioServer>(std::move(config), std::move(routes), events);
  LETHE_CHECK(server->listen());
  return server;
}

}  // namespace lethe::web
