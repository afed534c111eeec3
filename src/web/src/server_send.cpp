// Answers on their way out: whole, in chunks, or as a stream of events.
#include "asio_server.h"

namespace lethe::web {
namespace {

constexpr std::chrono::seconds kHeartbeat{20};

}  // namespace

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

}  // namespace lethe::web
