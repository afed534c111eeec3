#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lethe/clamav/clamav.h"

namespace lethe::clamav {
namespace {

using Deadline = std::chrono::steady_clock::time_point;
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::string_view kUnix = "unix:";

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int get() const noexcept { return descriptor_; }

  // False when the deadline passed first.
  [[nodiscard]] bool wait(short events, Deadline deadline) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{descriptor_, events, 0};
    return ::poll(&waiting, 1, static_cast<int>(left.count())) == 1;
  }

  [[nodiscard]] bool connect(const sockaddr* address, socklen_t size, Deadline deadline) const {
    if (descriptor_ < 0) return false;
    if (::connect(descriptor_, address, size) == 0) return true;
    if (errno != EINPROGRESS || !wait(POLLOUT, deadline)) return false;
    int error = 0;
    socklen_t bytes = sizeof error;
    return ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &bytes) == 0 && error == 0;
  }

  [[nodiscard]] bool send(std::string_view bytes, Deadline deadline) const {
    while (!bytes.empty()) {
      if (!wait(POLLOUT, deadline)) return false;
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Until a zero byte, the end or kAnswerBytesMax.
  [[nodiscard]] std::string receive(Deadline deadline) const {
    std::string answer;
    char buffer[512];
    while (answer.size() < kAnswerBytesMax && answer.find('\0') == std::string::npos) {
      if (!wait(POLLIN, deadline)) return {};
      const ssize_t read = ::recv(descriptor_, buffer, sizeof buffer, 0);
      if (read < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (read <= 0) break;
      answer.append(buffer, static_cast<std::size_t>(read));
    }
    return answer;
  }

 private:
  int descriptor_;
};

std::string four_bytes(std::size_t size) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((size >> shift) & 0xFFU);
  return out;
}

class Scanner final : public ports::VirusScanner {
 public:
  explicit Scanner(std::string where) : where_(std::move(where)) {}

  ports::ScanResult scan(std::string_view bytes, Deadline deadline) override {
    if (where_.starts_with(kUnix)) return by_unix_socket(bytes, deadline);
    return by_tcp(bytes, deadline);
  }

 private:
  static ports::ScanResult nobody() { return {ports::ScanResult::State::away, {}}; }

  ports::ScanResult by_unix_socket(std::string_view bytes, Deadline deadline) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, where_.c_str() + kUnix.size(), sizeof address.sun_path - 1);
    const Socket socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.connect(reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline))
      return nobody();
    return talk(socket, bytes, deadline);
  }

  ports::ScanResult by_tcp(std::string_view bytes, Deadline deadline) const {
    const std::size_t colon = where_.rfind(':');
    const std::string host = where_.substr(0, colon);
    const std::string port = where_.substr(colon + 1);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return nobody();
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, ::freeaddrinfo};
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
      const Socket socket{
          ::socket(each->ai_family, each->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
      if (socket.connect(each->ai_addr, each->ai_addrlen, deadline))
        return talk(socket, bytes, deadline);
    }
    return nobody();
  }

  // clamd closes early when the file is too large for it, and says so: its answer is read either
  // way.
  static ports::ScanResult talk(const Socket& socket, std::string_view bytes, Deadline deadline) {
    constexpr std::string_view kCommand{"zINSTREAM\0", 10};
    bool sent = socket.send(kCommand, deadline);
    while (sent && !bytes.empty()) {
      const std::string_view chunk = bytes.substr(0, kChunkBytes);
      sent = socket.send(four_bytes(chunk.size()), deadline) && socket.send(chunk, deadline);
      bytes.remove_prefix(chunk.size());
    }
    if (sent) static_cast<void>(socket.send(four_bytes(0), deadline));
    const std::string answer = socket.receive(deadline);
    return answer.empty() ? nobody() : read_answer(answer);
  }

  std::string where_;
};

}  // namespace

Result<std::unique_ptr<ports::VirusScanner>> open_scanner(std::string where) {
  const auto refuse = [](const char* why) {
    return fail(Errc::invalid_argument, why, "clamav.socket");
  };
  if (where.starts_with(kUnix)) {
    const std::size_t size = where.size() - kUnix.size();
    if (size == 0 || size >= sizeof(sockaddr_un::sun_path))
      return refuse("clamav.socket: unix: and a path of at most 107 bytes");
  } else {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == where.size())
      return refuse("clamav.socket is unix:/path or HOST:PORT");
  }
  return std::make_unique<Scanner>(std::move(where));
}

}  // namespace lethe::clamav
