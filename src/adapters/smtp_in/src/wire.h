// One connection's bytes, in clear or over TLS, with a deadline for each wait.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asio.h"

namespace lethe::smtp_in {

// Used on the socket's executor only.
class Wire {
 public:
  explicit Wire(Socket socket);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Up to 16 KiB, then in received(). Error timed_out when `deadline` passed,
  // operation_aborted after interrupt().
  [[nodiscard]] asio::awaitable<error_code> read(Clock::time_point deadline);
  [[nodiscard]] std::string_view received() const noexcept;
  void wipe_received() noexcept;

  [[nodiscard]] asio::awaitable<error_code> write(std::string bytes, Clock::time_point deadline);
  // The server's handshake. Nothing may be unread.
  [[nodiscard]] asio::awaitable<error_code> start_tls(TlsContext context,
                                                      Clock::time_point deadline);
  // Ends our side and waits until the peer ended its own, so that the last
  // reply is not lost to a reset; reads and drops at most 64 MiB.
  [[nodiscard]] asio::awaitable<void> close_gently(Clock::time_point deadline);

  void interrupt() noexcept;  // a read that waits ends now
  void cut_off() noexcept;    // closes at once

  [[nodiscard]] asio::any_io_executor executor() { return line_->socket.get_executor(); }

 private:
  // Outlives the wire until a timer that already fired has found it gone.
  struct Line {
    explicit Line(Socket s) : socket(std::move(s)), timer(socket.get_executor()) {}
    Socket socket;
    asio::steady_timer timer;
    unsigned wait = 0;  // number of the operation that the timer watches
    bool is_late = false;
  };

  void watch(Clock::time_point deadline);
  [[nodiscard]] error_code watched(error_code error);

  std::shared_ptr<Line> line_;
  TlsContext tls_context_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  std::vector<char> buffer_;  // small until the peer sends much: thousands may be idle
  std::size_t received_ = 0;
  bool was_full_ = false;
};

}  // namespace lethe::smtp_in
