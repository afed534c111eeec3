#include "lethe/web/server.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
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
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <set>
#include <thread>
#include <utility>

#include "lethe/base/secret.h"
#include "lethe/web/assets.h"
#include "lethe/web/respond.h"
#include "lethe/web_protocol/problem.h"
#include "lethe/web_protocol/router.h"
#include "pace.h"
#include "wire.h"

namespace lethe::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using web_protocol::Request;
using web_protocol::Response;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kHeartbeat{20};

using Parser = http::request_parser<http::string_body>;
using PieceParser = http::request_parser<http::buffer_body>;
using Clock = std::chrono::steady_clock;

// One connection while it lives; only the I/O thread touches it.
struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer{kHeaderBytesMax + 8192};
  bool is_idle = true;
};

// What one request holds of its route's budget.
class BodyShare {
 public:
  BodyShare() = default;
  ~BodyShare() {
    if (bytes_ != 0) budget_->give_back(bytes_);
  }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  [[nodiscard]] bool take(const BodyBudget& budget, std::size_t bytes) {
    if (!budget.take || bytes == 0) return true;
    if (!budget.take(bytes)) return false;
    budget_ = &budget;
    bytes_ = bytes;
    return true;
  }

 private:
  const BodyBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

// What a client whose header cannot be read is told; 0 when it has gone or said nothing.
int status_of(const boost::system::error_code& error) {
  if (!error || error == http::error::end_of_stream || error == http::error::partial_message)
    return 0;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  return error.category() == http::make_error_code(http::error::bad_target).category() ? 400 : 0;
}

// What a request brought does not outlive it in the buffer of a connection that is kept: an erasure
// may follow. What came already of the next request stays.
void wipe_taken(beast::flat_buffer& buffer) {
  const auto rest = buffer.prepare(buffer.capacity() - buffer.size());
  wipe(rest.data(), rest.size());
}

constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
bool waits_for_go_on(const Parser& parser) {
  return beast::iequals(parser.get()[http::field::expect], "100-continue");
}

class AsioServer final : public Server {
 public:
  AsioServer(ServerConfig config, std::vector<Route> routes, EventHub& events)
      : config_(std::move(config)),
        routes_(std::move(routes)),
        events_(events),
        acceptor_(io_),
        workers_(config_.workers) {
    for (std::size_t i = 0; i < routes_.size(); ++i)
      router_.add(routes_[i].method, routes_[i].pattern, i);
  }
  ~AsioServer() override { stop(); }

  Status listen();
  [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }
  void stop() override;

 private:
  struct Job {
    Request request;
    const Route* route = nullptr;  // nothing: `status` says why
    int status = 0;
    std::string allow;
    Clock::time_point started = Clock::now();
  };

  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  asio::awaitable<bool> serve_one(Connection& connection);
  asio::awaitable<bool> read_body(Connection& connection, Parser& parser, std::size_t most);
  asio::awaitable<bool> serve_stream(Connection& connection, Parser& parser, Job& job);
  asio::awaitable<bool> take_stream(Connection& connection, PieceParser& parser,
                                    StreamedAnswer& answer, KeepAlive keep_alive);
  // Runs `work` on a worker and scrubs its stack afterwards; what it returns comes back here.
  template <class Work>
  asio::awaitable<std::invoke_result_t<Work>> on_worker(Work work);
  asio::awaitable<Response> run(Job& job);
  asio::awaitable<bool> send(Connection& connection, Response& response, bool is_head,
                             KeepAlive keep_alive);
  asio::awaitable<bool> send_chunks(Connection& connection, Response& response);
  asio::awaitable<bool> send_all_chunks(Connection& connection, Response& response);
  asio::awaitable<void> send_events(Connection& connection, Response& response);

  Job job_of(const Parser& parser, const Connection& connection) const;
  Response answer(const Job& job) const;
  StreamedAnswer begin_stream(const Job& job) const;
  template <class Act>
  std::optional<std::string> hand_over(Act act) const;
  Response answer_with_error(const Job& job, int status) const;
  void report(const Job& job, const Response& response) const;
  void problem(std::string_view what) const {
    if (config_.on_problem) config_.on_problem(what);
  }

  ServerConfig config_;
  std::vector<Route> routes_;
  EventHub& events_;
  web_protocol::Router router_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::thread_pool workers_;
  std::thread io_thread_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::size_t waiting_jobs_ = 0;
  std::atomic<bool> stopping_ = false;
  std::uint16_t port_ = 0;
};

Status AsioServer::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config_.address, error);
  if (error) return fail(Errc::invalid_argument, "http.listen: " + error.message());
  const tcp::endpoint endpoint{address, config_.port};
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(Errc::unavailable, "http.listen: " + error.message());
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
    if (connections_.size() >= config_.connections_max) continue;
    auto connection = std::make_shared<Connection>(std::move(socket));
    connections_.insert(connection);
    asio::co_spawn(io_, serve(connection), [this, connection](const std::exception_ptr& broken) {
      if (broken) problem("http: connection ended by an exception");
      connections_.erase(connection);
    });
  }
}

asio::awaitable<void> AsioServer::serve(std::shared_ptr<Connection> connection) {
  boost::system::error_code ignored;
  connection->stream.socket().set_option(tcp::no_delay{true}, ignored);
  while (!stopping_ && co_await serve_one(*connection)) {
  }
  connection->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

// Reads one request and answers it; false when the connection is to be closed.
asio::awaitable<bool> AsioServer::serve_one(Connection& connection) {
  Parser parser;
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(boost::none);  // the route says below how much is read
  connection.is_idle = true;
  if (connection.buffer.size() == 0) {
    // Between requests a connection may rest; from the first byte on the header has to come soon.
    connection.stream.expires_after(config_.idle_timeout);
    auto [idle_error, got] =
        co_await connection.stream.async_read_some(connection.buffer.prepare(4096), kNoThrow);
    if (idle_error) co_return false;
    connection.buffer.commit(got);
  }
  connection.is_idle = false;
  connection.stream.expires_after(config_.header_timeout);
  auto [error, size] =
      co_await http::async_read_header(connection.stream, connection.buffer, parser, kNoThrow);
  if (const int refused = status_of(error); refused != 0) {
    Response refusal = answer_with_error(Job{}, refused);
    add_common_headers(refusal);
    co_await send(connection, refusal, false, KeepAlive::no);
    co_return false;
  }
  if (error) co_return false;

  Job job = job_of(parser, connection);
  const std::size_t most = job.route == nullptr ? 0 : job.route->body_bytes_max;
  const auto announced = parser.content_length();
  const bool is_streamed = job.route != nullptr && job.route->stream;
  const bool is_too_long = !is_streamed && announced && *announced > most;
  bool is_reusable = parser.keep_alive();
  if (is_too_long && job.route != nullptr) {
    job.status = 413;
    job.route = nullptr;
  }
  if (is_streamed) {
    co_return co_await serve_stream(connection, parser, job);
  }
  BodyShare share;
  if (job.route != nullptr && !share.take(job.route->budget, 2 * announced.value_or(most))) {
    job.status = 503;
    job.route = nullptr;
  }
  if (job.route == nullptr) {
    // What is left of the body would be taken for the next request.
    is_reusable = is_reusable && (parser.is_done() || (announced && *announced == 0));
  } else if (!co_await read_body(connection, parser, most)) {
    job.status = 413;
    job.route = nullptr;
    is_reusable = false;
  } else {
    job.request.body = std::move(parser.get().body());
  }

  wipe_taken(connection.buffer);
  scrub_stack();
  Response response = co_await run(job);
  const bool is_head = job.request.method == web_protocol::Method::head;
  const KeepAlive keep_alive = is_reusable && !stopping_ ? KeepAlive::yes : KeepAlive::no;
  report(job, response);
  if (!response.event_topics.empty() && !is_head) {
    co_await send_events(connection, response);
    co_return false;
  }
  co_return co_await send(connection, response, is_head, keep_alive) &&
      keep_alive == KeepAlive::yes;
}

// False when the body is longer than `most` or does not come in time.
asio::awaitable<bool> AsioServer::read_body(Connection& connection, Parser& parser,
                                            std::size_t most) {
  if (parser.is_done()) co_return true;
  parser.body_limit(most);
  if (waits_for_go_on(parser)) {
    co_await asio::async_write(connection.stream, asio::buffer(kGoOn), kNoThrow);
  }
  connection.stream.expires_after(config_.body_timeout);
  auto [error, size] =
      co_await http::async_read(connection.stream, connection.buffer, parser, kNoThrow);
  co_return !error;
}

// The refusal, or the head of an answer whose body follows from what the taker says.
asio::awaitable<bool> AsioServer::serve_stream(Connection& connection, Parser& parser, Job& job) {
  StreamedAnswer answer;
  if (waiting_jobs_ >= config_.waiting_jobs_max) {
    answer.head = answer_with_error(job, 503);
  } else {
    ++waiting_jobs_;
    answer = co_await on_worker([this, &job] { return begin_stream(job); });
    --waiting_jobs_;
  }
  add_common_headers(answer.head);
  const bool lives_on = parser.keep_alive() && !stopping_;
  KeepAlive keep_alive = lives_on ? KeepAlive::yes : KeepAlive::no;
  report(job, answer.head);
  if (answer.taker == nullptr) {
    // A body that is short is read, so that its sender comes to read the refusal.
    const bool is_short = parser.content_length().value_or(0) <= kFormBytesMax;
    if (!is_short || !co_await read_body(connection, parser, kFormBytesMax)) {
      keep_alive = KeepAlive::no;
    }
    wipe_taken(connection.buffer);
    co_return co_await send(connection, answer.head, false, keep_alive) &&
        keep_alive == KeepAlive::yes;
  }
  if (!parser.is_done() && waits_for_go_on(parser)) {
    co_await asio::async_write(connection.stream, asio::buffer(kGoOn), kNoThrow);
  }
  PieceParser pieces{std::move(parser)};
  pieces.body_limit(boost::none);
  co_return co_await take_stream(connection, pieces, answer, keep_alive) &&
      keep_alive == KeepAlive::yes;
}

// The client has a stock of patience (pace.h); what the taker says in answer is sent before the
// next piece is read.
asio::awaitable<bool> AsioServer::take_stream(Connection& connection, PieceParser& parser,
                                              StreamedAnswer& answer, KeepAlive keep_alive) {
  std::string room(kPieceBytesMax, '\0');
  std::string head = head_of(answer.head, std::nullopt, keep_alive);
  Pace pace{config_.body_timeout};
  while (!stopping_ && pace.left() > Pace::Wait::zero()) {
    const bool is_over = parser.is_done();
    bool is_cut = false;
    if (!is_over) {
      parser.get().body().data = room.data();
      parser.get().body().size = room.size();
      connection.stream.expires_after(pace.left());
      const auto began = Clock::now();
      auto [error, size] =
          co_await http::async_read_some(connection.stream, connection.buffer, parser, kNoThrow);
      wipe_taken(connection.buffer);
      pace.waited(std::chrono::duration_cast<Pace::Wait>(Clock::now() - began), size);
      is_cut = error == http::error::partial_message || error == http::error::end_of_stream;
      if (error && error != http::error::need_buffer && !is_cut) co_return false;
    }
    const bool is_last = is_over || is_cut;
    const std::size_t got = is_over ? 0 : room.size() - parser.get().body().size;
    if (got == 0 && !is_last) continue;
    const std::string_view piece = std::string_view{room}.substr(0, got);
    const auto said = co_await on_worker([&] {
      return hand_over([&]() -> std::string {
        std::string words = got == 0 ? std::string{} : answer.taker->take(piece);
        if (is_over) words += answer.taker->finish();
        if (is_cut) words += answer.taker->break_off();
        return words;
      });
    });
    if (!said) co_return false;
    if (is_cut && !head.empty()) {
      answer.head.status = 400;
      head = head_of(answer.head, std::nullopt, KeepAlive::no);
    }
    std::string bytes = said->empty() && !is_last ? std::string{} : std::exchange(head, {});
    if (!said->empty()) bytes += chunk_of(*said);
    if (is_last) bytes += "0\r\n\r\n";
    connection.stream.expires_after(config_.body_timeout);
    auto [error, size] =
        co_await asio::async_write(connection.stream, asio::buffer(bytes), kNoThrow);
    if (error || is_last) co_return !error && !is_cut;
  }
  co_return false;
}

AsioServer::Job AsioServer::job_of(const Parser& parser, const Connection& connection) const {
  Job job;
  const auto& head = parser.get();
  for (const auto& field : head) {
    job.request.headers.add(std::string{field.name_string()}, std::string{field.value()});
  }
  job.request.cookies = web_protocol::parse_cookies(job.request.headers.get("Cookie"));
  boost::system::error_code ignored;
  job.request.peer = connection.stream.socket().remote_endpoint(ignored).address().to_string();

  const auto method = web_protocol::parse_method(std::string_view{head.method_string()});
  const std::string_view sent{head.target()};
  auto target = web_protocol::parse_target(sent);
  if (!target) {
    job.status = web_protocol::http_status_of(target.error().code);
    // Where it was meant to go says how it is refused: with a page or with JSON.
    job.request.target.path = sent.substr(0, sent.find('?'));
    return job;
  }
  if (method) job.request.method = *method;
  job.request.target = *std::move(target);
  const auto routed = method ? router_.route(*method, job.request.target.segments)
                             : router_.route_unknown(job.request.target.segments);
  if (const auto* found = std::get_if<web_protocol::Found>(&routed)) {
    job.route = &routes_[found->handler];
    job.request.params = found->params;
  } else if (const auto* wrong = std::get_if<web_protocol::WrongMethod>(&routed)) {
    job.status = 405;
    job.allow = wrong->allow;
  } else {
    job.status = 404;
  }
  return job;
}

Response AsioServer::answer_with_error(const Job& job, int status) const {
  Response response = config_.on_error ? config_.on_error(job.request, status)
                                       : web_protocol::problem_response({status, {}, {}});
  if (!job.allow.empty()) response.headers.set("Allow", job.allow);
  if (status == 503) response.headers.set("Retry-After", "5");
  return response;
}

// On a worker. What a handler lets escape ends the request, not the process.
Response AsioServer::answer(const Job& job) const {
  try {
    if (job.route != nullptr) return job.route->handler(job.request);
    return answer_with_error(job, job.status);
  } catch (const std::exception& broken) {
    problem(std::string{"http: handler: "} + typeid(broken).name());
    return web_protocol::problem_response({500, {}, {}});
  }
}

StreamedAnswer AsioServer::begin_stream(const Job& job) const {
  try {
    return job.route->stream(job.request);
  } catch (const std::exception& broken) {
    problem(std::string{"http: handler: "} + typeid(broken).name());
    return {web_protocol::problem_response({500, {}, {}}), nullptr};
  }
}

// Nothing when the taker gave up: the connection then ends without the end of the answer.
template <class Act>
std::optional<std::string> AsioServer::hand_over(Act act) const {
  try {
    return act();
  } catch (const std::exception& broken) {
    problem(std::string{"http: body: "} + typeid(broken).name());
    return std::nullopt;
  }
}

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

asio::awaitable<Response> AsioServer::run(Job& job) {
  const bool is_asset =
      job.request.path().starts_with("/a/") || job.request.path() == "/favicon.svg";
  if (job.route == nullptr && job.status == 404 && is_asset) {
    Response asset = serve_asset(job.request);
    add_common_headers(asset);
    co_return asset;
  }
  if (waiting_jobs_ >= config_.waiting_jobs_max) {
    job.route = nullptr;
    job.status = 503;
    co_return answer_with_error(job, 503);
  }
  ++waiting_jobs_;
  Response response = co_await on_worker([this, &job] { return answer(job); });
  --waiting_jobs_;
  add_common_headers(response);
  co_return response;
}

void AsioServer::report(const Job& job, const Response& response) const {
  if (!config_.on_request) return;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - job.started);
  config_.on_request(
      {job.route == nullptr ? std::string_view{} : job.route->pattern, response.status, took});
}

asio::awaitable<bool> AsioServer::send(Connection& connection, Response& response, bool is_head,
                                       KeepAlive keep_alive) {
  connection.stream.expires_after(config_.body_timeout);
  const std::string_view body =
      response.static_body.empty() ? std::string_view{response.body} : response.static_body;
  const bool is_chunked = static_cast<bool>(response.more);
  const std::string head =
      head_of(response, is_chunked ? std::nullopt : std::optional{body.size()}, keep_alive);
  const bool sends_body =
      !is_head && !is_chunked && response.status != 204 && response.status != 304;
  const std::array<asio::const_buffer, 2> parts{
      asio::buffer(head), sends_body ? asio::buffer(body) : asio::const_buffer{}};
  auto [error, size] = co_await asio::async_write(connection.stream, parts, kNoThrow);
  if (error) co_return false;
  if (!is_chunked || is_head) co_return true;
  co_return co_await send_chunks(connection, response);
}

asio::awaitable<bool> AsioServer::send_chunks(Connection& connection, Response& response) {
  const bool all_sent = co_await send_all_chunks(connection, response);
  // A source that is given up may wait for a thread of its own to end: not here, where all sockets
  // are served.
  co_await on_worker([&response] { return std::exchange(response.more, nullptr) != nullptr; });
  co_return all_sent;
}

asio::awaitable<bool> AsioServer::send_all_chunks(Connection& connection, Response& response) {
  while (true) {
    // The source may block on the store, so it runs on a worker as handlers do.
    const auto made = co_await on_worker([&response] { return response.more(); });
    if (!made) co_return false;
    const std::optional<std::string>& chunk = *made;
    if (chunk && chunk->empty()) continue;
    const std::string bytes = chunk ? chunk_of(*chunk) : "0\r\n\r\n";
    connection.stream.expires_after(config_.body_timeout);
    auto [error, size] =
        co_await asio::async_write(connection.stream, asio::buffer(bytes), kNoThrow);
    if (error) co_return false;
    if (!chunk) co_return true;
  }
}

asio::awaitable<void> AsioServer::send_events(Connection& connection, Response& response) {
  auto timer = std::make_shared<asio::steady_timer>(io_);
  const auto subscription = events_.subscribe(
      response.event_topics, [this, timer] { asio::post(io_, [timer] { timer->cancel(); }); });
  response.headers.set("Content-Type", "text/event-stream");
  connection.is_idle = true;  // may be closed at any time
  std::string bytes = head_of(response, std::nullopt, KeepAlive::no) + chunk_of(": here\n\n");
  while (!stopping_) {
    connection.stream.expires_after(kHeartbeat * 2);
    auto [error, size] =
        co_await asio::async_write(connection.stream, asio::buffer(bytes), kNoThrow);
    if (error || subscription->is_over()) co_return;
    std::string arrived = subscription->take();
    if (arrived.empty()) {
      timer->expires_after(kHeartbeat);
      co_await timer->async_wait(kNoThrow);
      arrived = subscription->take();
    }
    bytes = chunk_of(arrived.empty() ? ": still here\n\n" : arrived);
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

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, std::vector<Route> routes,
                                              EventHub& events) {
  auto server = std::make_unique<AsioServer>(std::move(config), std::move(routes), events);
  LETHE_CHECK(server->listen());
  return server;
}

}  // namespace lethe::web
