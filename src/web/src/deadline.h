// A time until which a stream is read, after which it can still be written to.
//
// Beast's own time-out closes the socket, so nobody could be told why. A Deadline cancels what is
// being read instead; Beast's stays behind it for a read that began at the very moment.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>

namespace lethe::web {

class Deadline {
 public:
  // From now on; the stream outlives it. To be used on the stream's one thread.
  Deadline(boost::beast::tcp_stream& stream, std::chrono::milliseconds patience)
      : timer_(stream.get_executor(), patience), state_(std::make_shared<State>(&stream)) {
    stream.expires_after(patience + kGrace);
    timer_.async_wait([state = state_](const boost::system::error_code& cancelled) {
      if (cancelled || state->stream == nullptr) return;
      state->has_passed = true;
      boost::system::error_code ignored;
      state->stream->socket().cancel(ignored);
    });
  }
  ~Deadline() { state_->stream = nullptr; }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] bool has_passed() const noexcept { return state_->has_passed; }

 private:
  static constexpr std::chrono::seconds kGrace{2};
  struct State {
    explicit State(boost::beast::tcp_stream* the_stream) : stream(the_stream) {}
    boost::beast::tcp_stream* stream;
    bool has_passed = false;
  };
  boost::asio::steady_timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace lethe::web
