#include "channel.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <mutex>
#include <utility>

namespace lethe::keyring_files {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kReadStep = std::size_t{1} << 20;
constexpr std::size_t kHeaderBytes = 9;  // message, length

// A peer that went away is an error of the write, not the end of the process.
void survive_broken_pipes() {
  static std::once_flag once;
  std::call_once(once, [] { std::signal(SIGPIPE, SIG_IGN); });
}

Error gone() { return {Errc::unavailable, "the connection to the other keyring ended", {}}; }

int only_this_certificate(X509_STORE_CTX* chain, void* pin) {
  X509* const certificate = X509_STORE_CTX_get0_cert(chain);
  Fingerprint found{};
  unsigned int size = 0;
  if (certificate == nullptr) return 0;
  if (X509_digest(certificate, EVP_sha256(), found.data(), &size) != 1) return 0;
  const bool same = size == found.size() && found == *static_cast<const Fingerprint*>(pin);
  X509_STORE_CTX_set_error(chain, same ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
  return same ? 1 : 0;
}

// The pin lives as long as the context that checks it.
int pin_index() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* pin, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<Fingerprint*>(pin);
      });
  return index;
}

Result<TlsContext> context_for(const SSL_METHOD* method) {
  survive_broken_pipes();
  TlsContext context{SSL_CTX_new(method)};
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1) {
    return fail(Errc::internal, "OpenSSL offers no TLS 1.3");
  }
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  return context;
}

bool wait_until_writable(int descriptor, std::chrono::seconds patience) {
  pollfd waiting{.fd = descriptor, .events = POLLOUT, .revents = 0};
  const auto milliseconds = std::chrono::milliseconds{patience}.count();
  if (::poll(&waiting, 1, static_cast<int>(milliseconds)) != 1) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// -1 when this address does not answer.
int connected_socket(const addrinfo& address, std::chrono::seconds patience) {
  const int descriptor =
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  const int begun = ::connect(descriptor, address.ai_addr, address.ai_addrlen);
  const bool waits = begun != 0 && errno == EINPROGRESS;
  if ((begun == 0 || waits) && wait_until_writable(descriptor, patience)) {
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
    return descriptor;
  }
  ::close(descriptor);
  return -1;
}

}  // namespace

Result<TlsContext> pinned_context(const Fingerprint& pin) {
  LETHE_TRY(TlsContext context, context_for(TLS_client_method()));
  auto kept = std::make_unique<Fingerprint>(pin);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), only_this_certificate, kept.get());
  if (SSL_CTX_set_ex_data(context.get(), pin_index(), kept.get()) != 1) {
    return fail(Errc::internal, "OpenSSL keeps no pin");
  }
  static_cast<void>(kept.release());  // the context's now
  return context;
}

Result<TlsContext> serving_context(const std::string& certificate, const std::string& key) {
  LETHE_TRY(TlsContext context, context_for(TLS_server_method()));
  if (SSL_CTX_use_certificate_file(context.get(), certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return fail(Errc::corrupt, "cannot use " + certificate + " and " + key +
                                   "; remove both to make new ones, and pair again");
  }
  return context;
}

Channel::Channel(int descriptor, std::unique_ptr<SSL, Free> session) noexcept
    : descriptor_(descriptor), session_(std::move(session)) {}

Channel::~Channel() { ::close(descriptor_); }

Result<std::unique_ptr<Channel>> Channel::open(int descriptor, SSL_CTX& context) {
  std::unique_ptr<SSL, Free> session{SSL_new(&context)};
  if (!session || SSL_set_fd(session.get(), descriptor) != 1) {
    ::close(descriptor);
    return fail(Errc::internal, "OpenSSL opens no session");
  }
  const int one = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
  std::unique_ptr<Channel> channel{new Channel{descriptor, std::move(session)}};
  channel->set_patience(kPatience);
  return channel;
}

Result<std::unique_ptr<Channel>> Channel::connect(int descriptor, SSL_CTX& context) {
  LETHE_TRY(auto channel, open(descriptor, context));
  if (SSL_connect(channel->session_.get()) == 1) return channel;
  const bool other = SSL_get_verify_result(channel->session_.get()) != X509_V_OK;
  ERR_clear_error();
  if (!other) return std::unexpected(gone());
  return fail(Errc::forbidden,
              "the receiver shows another certificate than the one it was paired with");
}

Result<std::unique_ptr<Channel>> Channel::accept(int descriptor, SSL_CTX& context) {
  LETHE_TRY(auto channel, open(descriptor, context));
  if (SSL_accept(channel->session_.get()) == 1) return channel;
  ERR_clear_error();
  return std::unexpected(gone());
}

void Channel::set_patience(std::chrono::seconds patience) const noexcept {
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void Channel::interrupt() const noexcept { ::shutdown(descriptor_, SHUT_RDWR); }

Status Channel::write_all(ByteView bytes) {
  while (!bytes.empty()) {
    std::size_t written = 0;
    if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written) != 1) {
      ERR_clear_error();
      return std::unexpected(gone());
    }
    bytes = bytes.subspan(written);
  }
  return {};
}

Status Channel::read_exactly(std::span<std::uint8_t> into) {
  while (!into.empty()) {
    std::size_t read = 0;
    if (SSL_read_ex(session_.get(), into.data(), into.size(), &read) != 1) {
      ERR_clear_error();
      return std::unexpected(gone());
    }
    into = into.subspan(read);
  }
  return {};
}

Status Channel::send(Message message, ByteView body) {
  std::array<std::uint8_t, kHeaderBytes> header{static_cast<std::uint8_t>(message)};
  for (std::size_t i = 0; i < 8; ++i) {
    header[1 + i] = static_cast<std::uint8_t>(std::uint64_t{body.size()} >> (56 - 8 * i));
  }
  LETHE_CHECK(write_all(header));
  return write_all(body);
}

Result<Frame> Channel::receive(std::size_t bytes_max) {
  std::array<std::uint8_t, kHeaderBytes> header{};
  LETHE_CHECK(read_exactly(header));
  const std::uint64_t size = read_u64(ByteView{header}.subspan(1));
  if (size > bytes_max) return fail(Errc::too_large, "a message about the keyring is too long");
  Frame frame{.message = static_cast<Message>(header[0]), .body = {}};
  while (frame.body.size() < size) {
    const std::size_t had = frame.body.size();
    frame.body.resize(std::min<std::size_t>(static_cast<std::size_t>(size), had + kReadStep));
    LETHE_CHECK(read_exactly(std::span{frame.body}.subspan(had)));
  }
  return frame;
}

Result<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool whole = colon != std::string_view::npos && colon != 0 && colon + 1 != text.size();
  if (!whole) {
    return fail(Errc::invalid_argument, std::string{text} + " is not HOST:PORT");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return HostPort{std::string{host}, std::string{text.substr(colon + 1)}};
}

Result<int> connect_to(const HostPort& where, std::chrono::seconds patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found) != 0) {
    return fail(Errc::unavailable, "the name " + where.host + " is not known");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all{found, ::freeaddrinfo};
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
    const int descriptor = connected_socket(*one, patience);
    if (descriptor >= 0) return descriptor;
  }
  return fail(Errc::unavailable, "nobody answers at " + where.host + ":" + where.port);
}

}  // namespace lethe::keyring_files
