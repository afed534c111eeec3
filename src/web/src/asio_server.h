// The server behind lethe/web/server.h: one I/O thread that owns all sockets, workers that answer.
//
// server.cpp accepts and stops, server_request.cpp reads one request and answers it,
// server_stream.cpp takes bodies in pieces, server_send.cpp writes.
#pragma once

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "lethe/base/secret.h"
#include "lethe/web/server.h"
#include "lethe/web_protocol/router.h"
#include "peers.h"
#include "wire.h"

namespace lethe::web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

class BodyShare;
class Pace;

inline constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

// One connection while it lives; only the I/O thread touches it.
struct Connection {
  explicit Connection(asio::ip::tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer{kHeaderBytesMax + 8192};
  Peers::Address peer{};
  bool is_idle = true;
  bool owes_body = false;  // was answered before the rest of its body was read

  // What a request brought does not outlive it in the buffer of a connection that is kept: an
  // erasure may follow. What came already of the next request stays.
  void wipe_taken() {
    const auto rest = buffer.prepare(buffer.capacity() - buffer.size());
    wipe(rest.data(), rest.size());
  }
};

class AsioServer final : public Server {
 public:
  AsioServer(ServerConfig config, std::vector<Route> routes, EventHub& events);
  ~AsioServer() override { stop(); }

  Status listen();
  [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }
  void stop() override;

 private:
  using Request = web_protocol::Request;
  using Response = web_protocol::Response;
  using Clock = std::chrono::steady_clock;
  using Parser = http::request_parser<http::string_body>;
  using PieceParser = http::request_parser<http::buffer_body>;
  struct Job {
    Request request;
    const Route* route = nullptr;  // nothing: `status` says why
    int status = 0;
    std::string allow;
    std::optional<Response> refusal;  // instead of the answer to `status`
    Clock::time_point started = Clock::now();

    void refuse(int why) {
      route = nullptr;
      status = why;
    }
  };

  // --- Connections ---
  asio::awaitable<void> accept_all();
  void take_on(asio::ip::tcp::socket socket);
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  asio::awaitable<void> turn_away(std::shared_ptr<Connection> connection);
  // Says that nothing more comes, then reads and drops what does, until the stream's time is over.
  asio::awaitable<void> drop_the_rest(Connection& connection);

  // --- Requests ---
  // False when the connection is to be closed.
  asio::awaitable<bool> serve_one(Connection& connection);
  // The status of the refusal; 0 when the header is there, nothing when nobody is to be told.
  asio::awaitable<std::optional<int>> read_head(Connection& connection, Parser& parser);
  // Whoever may not send a long body is refused before it is read.
  asio::awaitable<void> ask_doorman(const Parser& parser, Job& job);
  std::optional<Response> refusal_at_door(const Job& job) const;
  // Whether another request may follow on the connection.
  asio::awaitable<bool> take_body(Connection& connection, Parser& parser, Job& job,
                                  BodyShare& share);
  // The status of the refusal: 413 longer than `most`, 408 too slow, 400 broken off; 0 when the
  // body is there.
  asio::awaitable<int> read_body(Connection& connection, Parser& parser, std::size_t most);
  // "100 Continue", where the client waits for it (RFC 9110 section 10.1.1).
  asio::awaitable<void> ask_to_go_on(Connection& connection, const Parser& parser);
  // Answers with `status` and gives false.
  asio::awaitable<bool> refuse(Connection& connection, const Job& job, int status);
  asio::awaitable<Response> run(Job& job);
  // Runs `work` on a worker and scrubs its stack afterwards; what it returns comes back here.
  template <class Work>
  asio::awaitable<std::invoke_result_t<Work>> on_worker(Work work);
  Job job_of(const Parser& parser, const Connection& connection) const;
  Response answer(const Job& job) const;
  Response answer_with_error(const Job& job, int status) const;
  void report(const Job& job, const Response& response) const;
  void problem(std::string_view what) const {
    if (config_.on_problem) config_.on_problem(what);
  }

  // --- Bodies in pieces ---
  enum class Stage {
    goes_on,
    over,  // the body is whole
    cut,   // its sender stopped half way
    slow,  // and was too slow
    gone,
  };
  struct Piece {
    std::string_view bytes;
    Stage stage;
  };
  asio::awaitable<bool> serve_stream(Connection& connection, Parser& parser, Job& job);
  asio::awaitable<bool> take_stream(Connection& connection, PieceParser& parser, const Job& job,
                                    StreamedAnswer& answer, KeepAlive keep_alive);
  // Into `room`, as long as the pace allows.
  asio::awaitable<Piece> read_piece(Connection& connection, PieceParser& parser, std::string& room,
                                    Pace& pace);
  std::optional<std::string> hand_over(BodyTaker& taker, const Piece& piece) const;
  StreamedAnswer begin_stream(const Job& job) const;

  // --- Answers ---
  asio::awaitable<bool> send(Connection& connection, Response& response, bool is_head,
                             KeepAlive keep_alive);
  asio::awaitable<bool> send_chunks(Connection& connection, Response& response);
  asio::awaitable<bool> send_all_chunks(Connection& connection, Response& response);
  asio::awaitable<void> send_events(Connection& connection, Response& response);

  ServerConfig config_;
  std::vector<Route> routes_;
  EventHub& events_;
  web_protocol::Router router_;
  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_;
  asio::thread_pool workers_;
  std::thread io_thread_;
  std::set<std::shared_ptr<Connection>> connections_;  // also those being turned away
  std::size_t turned_away_ = 0;
  Peers peers_;
  std::size_t waiting_jobs_ = 0;
  std::atomic<bool> stopping_ = false;
  std::uint16_t port_ = 0;
};

template <class Work>
asio::awaitable<std::invoke_result_t<Work>> AsioServer::on_worker(Work work) {
  using Made = std::invoke_result_t<Work>;
  auto start = [this, work = std::move(work)](auto done) mutable {
    asio::post(workers_, [this, work = std::move(work), done = std::move(done)]() mutable {
      Made made = work();
      scrub_stack();
      asio::post(io_, [done = std::move(done), made = std::move(made)]() mutable {
        std::move(done)(std::move(made));
      });
    });
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Made)>(
      std::move(start), asio::use_awaitable);
}

}  // namespace lethe::web
