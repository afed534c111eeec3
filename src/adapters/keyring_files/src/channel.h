// Messages over TLS 1.3, one after the other, blocking, each wait bounded.
//
// Both sides are known before anything is said: the receiver by its pinned
// certificate (checked in the handshake, there is no way to leave that out),
// the sender by a secret that it says first, inside the channel.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::keyring_files {

inline constexpr std::uint64_t kWireVersion = 1;
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 30;
// Before the sender is known.
inline constexpr std::size_t kFirstFrameBytesMax = 256;

using Fingerprint = std::array<std::uint8_t, 32>;  // SHA-256 of the certificate, DER

enum class Message : std::uint8_t {
  hello = 1,  // version, secret -> state
  root,       // generation, 32 bytes -> state
  apply,      // lengths of the first two; former head, next head, batch -> state
  finish,     // -> state
  snapshot,   // size of keyring.db, root, head; then pieces -> state
  piece,
  fetch,         // -> snapshot, pieces
  state,         // one byte: holds its root; head
  refused = 64,  // Errc, text
};

struct Frame {
  Message message = Message::refused;
  Bytes body;
};

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

class Channel {
 public:
  // Takes `descriptor`, connected. Errors: unavailable, forbidden (another certificate).
  [[nodiscard]] static Result<std::unique_ptr<Channel>> connect(int descriptor, SSL_CTX& context);
  [[nodiscard]] static Result<std::unique_ptr<Channel>> accept(int descriptor, SSL_CTX& context);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  [[nodiscard]] Status send(Message message, ByteView body);
  // Errors: unavailable (gone, or silent past the deadline), too_large.
  [[nodiscard]] Result<Frame> receive(std::size_t bytes_max = kFrameBytesMax);
  // How long one read or write may take; 0: for ever.
  void set_patience(std::chrono::seconds patience) const noexcept;
  // From any thread: what waits fails at once.
  void interrupt() const noexcept;

 private:
  struct Free {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };
  Channel(int descriptor, std::unique_ptr<SSL, Free> session) noexcept;
  [[nodiscard]] static Result<std::unique_ptr<Channel>> open(int descriptor, SSL_CTX& context);
  [[nodiscard]] Status write_all(ByteView bytes);
  [[nodiscard]] Status read_exactly(std::span<std::uint8_t> into);

  int descriptor_;
  std::unique_ptr<SSL, Free> session_;
};

// The sender's side: TLS 1.3, and a certificate of this fingerprint or no connection.
[[nodiscard]] Result<TlsContext> pinned_context(const Fingerprint& pin);
// The receiver's side: certificate and key in PEM files.
[[nodiscard]] Result<TlsContext> serving_context(const std::string& certificate,
                                                 const std::string& key);

// "host:port" or "[::1]:port". Errors: invalid_argument, unavailable.
struct HostPort {
  std::string host, port;
};
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);
// A connected socket. Errors: unavailable.
[[nodiscard]] Result<int> connect_to(const HostPort& where, std::chrono::seconds patience);

}  // namespace lethe::keyring_files
