#include "socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

namespace lethe::bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(in_, other.in_);
  std::swap(at_, other.at_);
  return *this;
}

Socket Socket::connect(std::uint16_t port) {
  Socket made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const sockaddr_in address = loopback(port);
  if (::connect(made.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up("nobody listens on port " + std::to_string(port));
  }
  send_at_once(made.fd_);
  return made;
}

Socket Socket::listen(std::uint16_t port) {
  Socket made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int on = 1;
  ::setsockopt(made.fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(made.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(made.fd_, 256) != 0) {
    give_up("cannot listen on port " + std::to_string(port));
  }
  return made;
}

Socket Socket::accept() const {
  Socket made{::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)};
  if (made.is_open()) send_at_once(made.fd_);
  return made;
}

std::uint16_t Socket::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool Socket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Socket::fill() {
  in_.erase(0, at_);
  at_ = 0;
  const std::size_t held = in_.size();
  in_.resize(held + 65536);
  const ssize_t got = ::recv(fd_, in_.data() + held, 65536, 0);
  in_.resize(held + static_cast<std::size_t>(got > 0 ? got : 0));
  return got > 0;
}

bool Socket::read_line(std::string& line) {
  for (;;) {
    const std::size_t end = in_.find("\r\n", at_);
    if (end != std::string::npos) {
      line.assign(in_, at_, end - at_);
      at_ = end + 2;
      return true;
    }
    if (!fill()) return false;
  }
}

bool Socket::read_exactly(std::size_t count, std::string& out) {
  while (in_.size() - at_ < count) {
    if (!fill()) return false;
  }
  out.assign(in_, at_, count);
  at_ += count;
  return true;
}

bool Socket::skip_content() {
  for (;;) {
    const std::size_t end = in_.find("\r\n.\r\n", at_);
    if (end != std::string::npos) {
      at_ = end + 5;
      return true;
    }
    if (in_.size() - at_ > 4) at_ = in_.size() - 4;
    if (!fill()) return false;
  }
}

void Socket::shut() const { ::shutdown(fd_, SHUT_RDWR); }

std::uint16_t free_port() { return Socket::listen(0).port(); }

}  // namespace lethe::bench
