// Blocking TCP on 127.0.0.1 for generators and sinks, lines and all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace lethe::bench {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket();
  Socket(Socket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)), at_(other.at_) {}
  Socket& operator=(Socket&& other) noexcept;

  // Gives up when nobody listens.
  [[nodiscard]] static Socket connect(std::uint16_t port);
  // Listens; port 0 lets the system choose.
  [[nodiscard]] static Socket listen(std::uint16_t port);
  // An empty socket when this one was shut.
  [[nodiscard]] Socket accept() const;
  [[nodiscard]] std::uint16_t port() const;

  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  [[nodiscard]] bool send(std::string_view bytes) const;
  // The next line without its CRLF; false at the end of the stream.
  [[nodiscard]] bool read_line(std::string& line);
  // The next `count` bytes.
  [[nodiscard]] bool read_exactly(std::size_t count, std::string& out);
  // Drops everything up to and with CRLF.CRLF.
  [[nodiscard]] bool skip_content();
  // True when bytes already read wait to be used.
  [[nodiscard]] bool has_more() const noexcept { return at_ < in_.size(); }
  // Wakes whoever reads or accepts.
  void shut() const;

 private:
  bool fill();
  int fd_ = -1;
  std::string in_;
  std::size_t at_ = 0;
};

// A port that nobody uses at this moment.
[[nodiscard]] std::uint16_t free_port();

}  // namespace lethe::bench
