// One request: its header, its body, its answer.
#include <boost/beast/http/read.hpp>

#include "asio_server.h"
#include "body_share.h"
#include "deadline.h"
#include "lethe/web/assets.h"
#include "lethe/web/respond.h"
#include "lethe/web_protocol/problem.h"

namespace lethe::web {
namespace {

using web_protocol::Request;
using web_protocol::Response;

// What a client whose header cannot be read is told; 0 when it has gone or said nothing.
int status_of(const boost::system::error_code& error) {
  if (!error || error == http::error::end_of_stream || error == http::error::partial_message)
    return 0;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  return error.category() == http::make_error_code(http::error::bad_target).category() ? 400 : 0;
}

}  // namespace

asio::awaitable<bool> AsioServer::serve_one(Connection& connection) {
  Parser parser;
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(boost::none);  // the route says below how much is read
  const std::optional<int> refused = co_await read_head(connection, parser);
  if (!refused) co_return false;
  if (*refused != 0) {
    const Job nothing;
    co_return co_await refuse(connection, nothing, *refused);
  }
  Job job = job_of(parser, connection);
  if (job.route != nullptr && job.route->stream) {
    co_return co_await serve_stream(connection, parser, job);
  }
  co_await ask_doorman(parser, job);
  BodyShare share;
  const bool is_reusable = co_await take_body(connection, parser, job, share);
  connection.wipe_taken();
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

asio::awaitable<std::optional<int>> AsioServer::read_head(Connection& connection, Parser& parser) {
  connection.is_idle = true;
  if (connection.buffer.size() == 0) {
    // Between requests a connection may rest; from the first byte on the header has to come soon.
    connection.stream.expires_after(config_.idle_timeout);
    auto [idle_error, got] =
        co_await connection.stream.async_read_some(connection.buffer.prepare(4096), kNoThrow);
    if (idle_error) co_return std::nullopt;
    connection.buffer.commit(got);
  }
  connection.is_idle = false;
  const Deadline deadline{connection.stream, config_.header_timeout};
  auto [error, size] =
      co_await http::async_read_header(connection.stream, connection.buffer, parser, kNoThrow);
  if (error && deadline.has_passed()) co_return 408;
  const int refused = status_of(error);
  if (error && refused == 0) co_return std::nullopt;
  co_return refused;
}

asio::awaitable<void> AsioServer::ask_doorman(const Parser& parser, Job& job) {
  if (job.route == nullptr || !job.route->admit || parser.is_done()) co_return;
  const auto announced = parser.content_length();
  if (announced && *announced <= kFormBytesMax) co_return;
  if (waiting_jobs_ >= config_.waiting_jobs_max) {
    job.refuse(503);
    co_return;
  }
  ++waiting_jobs_;
  job.refusal = co_await on_worker([this, &job] { return refusal_at_door(job); });
  --waiting_jobs_;
  if (job.refusal) job.refuse(job.refusal->status);
}

// On a worker.
std::optional<Response> AsioServer::refusal_at_door(const Job& job) const {
  try {
    return job.route->admit(job.request);
  } catch (const std::exception& broken) {
    problem(std::string{"http: handler: "} + typeid(broken).name());
    return web_protocol::problem_response({500, {}, {}});
  }
}

// Puts the body into the job, or the reason why there is none.
asio::awaitable<bool> AsioServer::take_body(Connection& connection, Parser& parser, Job& job,
                                            BodyShare& share) {
  const bool lives_on = parser.keep_alive();
  const std::size_t most = job.route == nullptr ? 0 : job.route->body_bytes_max;
  const auto announced = parser.content_length();
  if (job.route != nullptr && announced && *announced > most) job.refuse(413);
  if (job.route != nullptr && !share.take(job.route->budget, 2 * announced.value_or(most))) {
    job.refuse(503);
  }
  if (job.route == nullptr) {
    // What is left of the body would be taken for the next request.
    connection.owes_body = !parser.is_done() && !(announced && *announced == 0);
    co_return lives_on && !connection.owes_body;
  }
  if (const int refused = co_await read_body(connection, parser, most); refused != 0) {
    job.refuse(refused == 408 ? job.route->too_slow : refused);
    connection.owes_body = refused == 413;
    co_return false;
  }
  job.request.body = std::move(parser.get().body());
  co_return lives_on;
}

asio::awaitable<int> AsioServer::read_body(Connection& connection, Parser& parser,
                                           std::size_t most) {
  if (parser.is_done()) co_return 0;
  parser.body_limit(most);
  co_await ask_to_go_on(connection, parser);
  const Deadline deadline{connection.stream, config_.body_timeout};
  auto [error, size] =
      co_await http::async_read(connection.stream, connection.buffer, parser, kNoThrow);
  if (!error) co_return 0;
  if (deadline.has_passed()) co_return 408;
  co_return error == http::error::body_limit ? 413 : 400;
}

asio::awaitable<void> AsioServer::ask_to_go_on(Connection& connection, const Parser& parser) {
  constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
  if (!beast::iequals(parser.get()[http::field::expect], "100-continue")) co_return;
  co_await asio::async_write(connection.stream, asio::buffer(kGoOn), kNoThrow);
}

asio::awaitable<bool> AsioServer::refuse(Connection& connection, const Job& job, int status) {
  Response refusal = answer_with_error(job, status);
  add_common_headers(refusal);
  co_await send(connection, refusal, false, KeepAlive::no);
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
    if (job.refusal) return *job.refusal;
    return answer_with_error(job, job.status);
  } catch (const std::exception& broken) {
    problem(std::string{"http: handler: "} + typeid(broken).name());
    return web_protocol::problem_response({500, {}, {}});
  }
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

}  // namespace lethe::web
