#include "endpoint.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace lethe::smtp_in {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

std::unexpected<Error> bad_address(std::string_view text) {
  return fail(Errc::invalid_argument, "not an address to listen on: " + std::string{text});
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = std::to_address(text.end());
  const auto [stop, error] = std::from_chars(std::to_address(text.begin()), end, port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

// Empty unless `endpoint` is TCP.
std::optional<asio::ip::tcp::endpoint> as_tcp(const Protocol::endpoint& endpoint) {
  const int family = endpoint.protocol().family();
  asio::ip::tcp::endpoint tcp;
  if ((family != AF_INET && family != AF_INET6) || endpoint.size() > tcp.capacity()) return {};
  std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
  tcp.resize(endpoint.size());
  return tcp;
}

// The address as IPv4 where it is one in IPv6 clothes ("::ffff:192.0.2.1").
asio::ip::address plain_address(const asio::ip::tcp::endpoint& endpoint) {
  asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::string unix_path(const Protocol::endpoint& endpoint) {
  const auto* address = reinterpret_cast<const sockaddr_un*>(endpoint.data());
  const std::size_t length = endpoint.size() - offsetof(sockaddr_un, sun_path);
  return {address->sun_path, strnlen(address->sun_path, length)};
}

// Removes the socket file of a server that is gone. Another kind of file or a
// server that answers is left, and bind() says that the address is in use.
void remove_stale_socket(const asio::any_io_executor& executor,
                         const Protocol::endpoint& endpoint) {
  const std::string path = unix_path(endpoint);
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  Socket probe{executor};
  error_code error;
  if (probe.connect(endpoint, error) == asio::error::connection_refused) ::unlink(path.c_str());
}

}  // namespace

Result<Protocol::endpoint> parse_endpoint(std::string_view text) {
  if (text.starts_with(kUnixPrefix)) {
    const std::string_view path = text.substr(kUnixPrefix.size());
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) return bad_address(text);
    return asio::local::stream_protocol::endpoint{path};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_address(text);
  std::string host{text.substr(0, colon)};
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  const auto port = parse_port(text.substr(colon + 1));
  if (error || !port || address.is_v6() != is_bracketed) return bad_address(text);
  return asio::ip::tcp::endpoint{address, *port};
}

Result<Acceptor> listen_on(const asio::any_io_executor& executor,
                           const Protocol::endpoint& endpoint) {
  const bool is_unix = endpoint.protocol().family() == AF_UNIX;
  if (is_unix) remove_stale_socket(executor, endpoint);
  Acceptor acceptor{executor};
  error_code error;
  error = acceptor.open(endpoint.protocol(), error);
  if (!error && !is_unix) error = acceptor.set_option(Acceptor::reuse_address{true}, error);
  if (!error) error = acceptor.bind(endpoint, error);
  if (!error) error = acceptor.listen(Acceptor::max_listen_connections, error);
  if (error) return fail(Errc::unavailable, to_text(endpoint) + ": " + error.message());
  return acceptor;
}

void remove_socket_file(std::string_view address) {
  if (!address.starts_with(kUnixPrefix)) return;
  ::unlink(std::string{address.substr(kUnixPrefix.size())}.c_str());
}

std::string to_text(const Protocol::endpoint& endpoint) {
  const auto tcp = as_tcp(endpoint);
  if (!tcp) return std::string{kUnixPrefix} + unix_path(endpoint);
  const std::string host = tcp->address().to_string();
  return (tcp->address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(tcp->port());
}

std::string peer_address(const Protocol::endpoint& endpoint) {
  const auto tcp = as_tcp(endpoint);
  return tcp ? plain_address(*tcp).to_string() : std::string{};
}

std::string peer_key(const Protocol::endpoint& endpoint) {
  const auto tcp = as_tcp(endpoint);
  if (!tcp) return {};
  const asio::ip::address address = plain_address(*tcp);
  if (address.is_v4()) return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::make_address_v6(bytes).to_string();
}

}  // namespace lethe::smtp_in
