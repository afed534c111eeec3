#include "wire.h"

#include "lethe/base/secret.h"

namespace lethe::smtp_in {
namespace {

constexpr std::size_t kSmallBuffer = 1024;
constexpr std::size_t kLargeBuffer = 16384;

}  // namespace

Wire::Wire(Socket socket)
    : line_(std::make_shared<Line>(std::move(socket))), buffer_(kSmallBuffer) {}

Wire::~Wire() { wipe_received(); }

// Cancels the socket's operation at `deadline`. The handler may run after the
// operation ended or the wire died, so it checks both.
void Wire::watch(Clock::time_point deadline) {
  line_->is_late = false;
  line_->timer.expires_at(deadline);
  line_->timer.async_wait([weak = std::weak_ptr{line_}, wait = ++line_->wait](error_code error) {
    const auto line = weak.lock();
    if (error || !line || line->wait != wait) return;
    line->is_late = true;
    error_code ignored;
    ignore(line->socket.cancel(ignored));
  });
}

error_code Wire::watched(error_code error) {
  ++line_->wait;
  line_->timer.cancel();
  return line_->is_late ? error_code{asio::error::timed_out} : error;
}

asio::awaitable<error_code> Wire::read(Clock::time_point deadline) {
  watch(deadline);
  if (was_full_ && buffer_.size() < kLargeBuffer) buffer_.resize(kLargeBuffer);
  const auto buffer = asio::buffer(buffer_);
  const auto [error, bytes] = tls_ ? co_await tls_->async_read_some(buffer, kNoThrow)
                                   : co_await line_->socket.async_read_some(buffer, kNoThrow);
  received_ = bytes;
  was_full_ = bytes == buffer_.size();
  co_return watched(error);
}

std::string_view Wire::received() const noexcept { return {buffer_.data(), received_}; }

void Wire::wipe_received() noexcept {
  wipe(buffer_.data(), received_);
  received_ = 0;
}

asio::awaitable<error_code> Wire::write(std::string bytes, Clock::time_point deadline) {
  watch(deadline);
  const auto buffer = asio::buffer(bytes);
  const auto [error, written] = tls_ ? co_await asio::async_write(*tls_, buffer, kNoThrow)
                                     : co_await asio::async_write(line_->socket, buffer, kNoThrow);
  co_return watched(error);
}

asio::awaitable<error_code> Wire::start_tls(TlsContext context, Clock::time_point deadline) {
  tls_context_ = std::move(context);
  tls_.emplace(line_->socket, *tls_context_);
  watch(deadline);
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kNoThrow);
  co_return watched(error);
}

asio::awaitable<void> Wire::close_gently(Clock::time_point deadline) {
  constexpr std::size_t kDroppedMax = std::size_t{64} * 1024 * 1024;
  if (tls_) {
    watch(deadline);
    const auto [error] = co_await tls_->async_shutdown(kNoThrow);
    if (watched(error) == asio::error::timed_out) co_return cut_off();
  }
  error_code error;
  ignore(line_->socket.shutdown(Socket::shutdown_send, error));
  for (std::size_t dropped = 0; !error && dropped < kDroppedMax; dropped += received_) {
    watch(deadline);
    const auto [failure, bytes] =
        co_await line_->socket.async_read_some(asio::buffer(buffer_), kNoThrow);
    received_ = bytes;
    error = watched(failure);
  }
  cut_off();
}

void Wire::interrupt() noexcept {
  error_code ignored;
  ignore(line_->socket.cancel(ignored));
}

void Wire::cut_off() noexcept {
  error_code ignored;
  ignore(line_->socket.close(ignored));
}

}  // namespace lethe::smtp_in
