#include "peer.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace lethe::imap_in {
namespace {

using ports::SourceTrouble;
using Clock = std::chrono::steady_clock;

int milliseconds_until(SteadyTime deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 3'600'000));
}

enum class Woken { ready, stopped, late };

Woken wait_for(int fd, short events, const Wake& stop, SteadyTime deadline) {
  while (true) {
    std::array<pollfd, 2> watched{pollfd{fd, events, 0}, pollfd{stop.descriptor(), POLLIN, 0}};
    const int left = milliseconds_until(deadline);
    const int seen = ::poll(watched.data(), watched.size(), left);
    if (watched[1].revents != 0) return Woken::stopped;
    if (seen > 0 && watched[0].revents != 0) return Woken::ready;
    if (seen == 0 && milliseconds_until(deadline) == 0) return Woken::late;
    if (seen < 0 && errno != EINTR) return Woken::late;
  }
}

struct AddressesDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

Tried<Addresses> resolve(const PeerPlace& place) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error =
      ::getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &hints, &list);
  if (error != 0) return failed(SourceTrouble::name_unknown, ::gai_strerror(error));
  return Addresses{list};
}

// A connected descriptor, or the reason.
Tried<int> connect_to(const addrinfo& address, const Wake& stop, SteadyTime deadline) {
  const int fd =
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (fd < 0) return failed(SourceTrouble::unreachable, std::strerror(errno));
  int error = 0;
  if (::connect(fd, address.ai_addr, address.ai_addrlen) != 0) error = errno;
  if (error == EINPROGRESS) {
    const Woken woken = wait_for(fd, POLLOUT, stop, deadline);
    socklen_t size = sizeof error;
    error = ETIMEDOUT;
    if (woken == Woken::ready) ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error == 0) return fd;
  ::close(fd);
  return failed(error == ETIMEDOUT ? SourceTrouble::timed_out : SourceTrouble::unreachable,
                std::strerror(error));
}

std::string tls_words() {
  const char* reason = ::ERR_reason_error_string(::ERR_get_error());
  ::ERR_clear_error();
  return reason == nullptr ? "TLS failed" : reason;
}

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
struct SslDeleter {
  void operator()(SSL* ssl) const { ::SSL_free(ssl); }
};

bool is_address(const std::string& host) {
  ASN1_OCTET_STRING* address = ::a2i_IPADDRESS(host.c_str());
  const bool is = address != nullptr;
  ::ASN1_OCTET_STRING_free(address);
  return is;
}

bool expect_name(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* param = ::SSL_get0_param(ssl);
  ::X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(host)) return ::X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1;
  return ::X509_VERIFY_PARAM_set1_host(param, host.c_str(), 0) == 1 &&
         ::SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

SourceTrouble trouble_of_certificate(long verdict) {
  const bool name =
      verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH;
  return name ? SourceTrouble::wrong_name : SourceTrouble::untrusted;
}

}  // namespace

// Bytes go through memory, so that the socket's deadlines and MSG_NOSIGNAL are ours.
struct Peer::Tls {
  std::unique_ptr<SSL_CTX, ContextDeleter> context;
  std::unique_ptr<SSL, SslDeleter> ssl;
  BIO* in = nullptr;   // owned by ssl
  BIO* out = nullptr;  // owned by ssl
};

Peer::Peer(int fd, Wake& stop) : fd_(fd), stop_(stop) {}
Peer::~Peer() { ::close(fd_); }

Tried<std::unique_ptr<Peer>> Peer::connect(const PeerPlace& place, Wake& stop,
                                           SteadyTime deadline) {
  auto addresses = resolve(place);
  if (!addresses) return std::unexpected(std::move(addresses).error());
  Failure last{SourceTrouble::unreachable, "no address"};
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) {
    auto fd = connect_to(*each, stop, deadline);
    if (fd) {
      std::unique_ptr<Peer> peer{new Peer{*fd, stop}};
      peer->limit(deadline, std::size_t{1} << 20);
      return peer;
    }
    last = std::move(fd).error();
  }
  return std::unexpected(std::move(last));
}

void Peer::limit(SteadyTime deadline, std::size_t bytes_max) {
  deadline_ = deadline;
  bytes_left_ = bytes_max;
}

long Peer::note(SourceTrouble trouble, std::string detail) {
  failure_ = {trouble, std::move(detail)};
  return -1;
}

bool Peer::wait(For what) {
  switch (wait_for(fd_, what == For::reading ? POLLIN : POLLOUT, stop_, deadline_)) {
    case Woken::ready:
      return true;
    case Woken::stopped:
      note(SourceTrouble::hung_up, "stopped here");
      return false;
    case Woken::late:
      break;
  }
  note(SourceTrouble::timed_out, "no answer in time");
  return false;
}

long Peer::read_socket(std::span<char> into) {
  while (true) {
    const ssize_t n = ::recv(fd_, into.data(), into.size(), 0);
    if (n > 0) {
      if (static_cast<std::size_t>(n) > bytes_left_) {
        return note(SourceTrouble::garbled, "the answer is longer than it may be");
      }
      bytes_left_ -= static_cast<std::size_t>(n);
      return n;
    }
    if (n == 0) {
      note(SourceTrouble::hung_up, "the server closed the connection");
      return 0;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return note(SourceTrouble::hung_up, std::strerror(errno));
    if (!wait(For::reading)) return -1;
  }
}

bool Peer::write_socket(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EAGAIN) {
      if (!wait(For::writing)) return false;
    } else if (n >= 0 || errno != EINTR) {
      note(SourceTrouble::hung_up, std::strerror(errno));
      return false;
    }
  }
  return true;
}

bool Peer::flush_tls() {
  std::array<char, 16384> chunk{};
  int n = 0;
  while ((n = ::BIO_read(tls_->out, chunk.data(), static_cast<int>(chunk.size()))) > 0) {
    if (!write_socket({chunk.data(), static_cast<std::size_t>(n)})) return false;
  }
  return true;
}

bool Peer::feed_tls() {
  std::array<char, 16384> chunk{};
  const long n = read_socket(chunk);
  return n > 0 && ::BIO_write(tls_->in, chunk.data(), static_cast<int>(n)) == n;
}

Tried<void> Peer::start_tls(const PeerPlace& place) {
  auto tls = std::make_unique<Tls>();
  tls->context.reset(::SSL_CTX_new(::TLS_client_method()));
  if (!tls->context) return failed(SourceTrouble::tls_failed, tls_words());
  SSL_CTX* context = tls->context.get();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // no mail stays behind while it idles
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const bool trusts = place.ca_file.empty() ? ::SSL_CTX_set_default_verify_paths(context) == 1
                                            : ::SSL_CTX_load_verify_locations(
                                                  context, place.ca_file.c_str(), nullptr) == 1;
  if (!trusts) return failed(SourceTrouble::settings, "the CA file cannot be read");
  tls->ssl.reset(::SSL_new(context));
  tls->in = ::BIO_new(::BIO_s_mem());
  tls->out = ::BIO_new(::BIO_s_mem());
  ::SSL_set_bio(tls->ssl.get(), tls->in, tls->out);
  if (!expect_name(tls->ssl.get(), place.host)) {
    return failed(SourceTrouble::settings, "the host is no name and no address");
  }
  tls_ = std::move(tls);
  return handshake();
}

Tried<void> Peer::handshake() {
  SSL* ssl = tls_->ssl.get();
  while (true) {
    ::ERR_clear_error();
    const int result = ::SSL_connect(ssl);
    const int why = result == 1 ? SSL_ERROR_NONE : ::SSL_get_error(ssl, result);
    if (result != 1 && why != SSL_ERROR_WANT_READ) {
      const std::string words = tls_words();
      [[maybe_unused]] const bool told = flush_tls();  // the alert
      const long verdict = ::SSL_get_verify_result(ssl);
      if (verdict == X509_V_OK) return failed(SourceTrouble::tls_failed, words);
      return failed(trouble_of_certificate(verdict), ::X509_verify_cert_error_string(verdict));
    }
    if (!flush_tls()) return std::unexpected(failure_);
    if (result == 1) return {};
    if (!feed_tls()) return std::unexpected(failure_);
  }
}

long Peer::read(std::span<char> into) {
  if (!tls_) return read_socket(into);
  while (true) {
    ::ERR_clear_error();
    const int n = ::SSL_read(tls_->ssl.get(), into.data(), static_cast<int>(into.size()));
    if (n > 0) return n;
    const int why = ::SSL_get_error(tls_->ssl.get(), n);
    if (why == SSL_ERROR_ZERO_RETURN) {
      note(SourceTrouble::hung_up, "the server closed the connection");
      return 0;
    }
    if (why != SSL_ERROR_WANT_READ) return note(SourceTrouble::tls_failed, tls_words());
    if (!flush_tls() || !feed_tls()) return -1;
  }
}

bool Peer::write(std::span<const char> bytes) {
  if (!tls_) return write_socket(bytes);
  if (bytes.empty()) return true;
  ::ERR_clear_error();
  // Into memory, so it is taken whole.
  const int n = ::SSL_write(tls_->ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (n == static_cast<int>(bytes.size())) return flush_tls();
  note(SourceTrouble::tls_failed, tls_words());
  return false;
}

bool Peer::wait_readable(Wake& wake, SteadyTime deadline) {
  if (tls_ && (::SSL_pending(tls_->ssl.get()) > 0 || BIO_pending(tls_->in) > 0)) return true;
  return wait_for(fd_, POLLIN, wake, deadline) == Woken::ready;
}

}  // namespace lethe::imap_in
