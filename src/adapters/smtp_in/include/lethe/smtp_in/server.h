// The SMTP and LMTP listeners: sockets, TLS and deadlines around the session
// of smtp_protocol, and the mails handed to ports::MailIntake.
//
// Bounds: connections in all and per peer, bytes of mail in flight, a deadline
// for every wait. A peer that sends bytes one by one gains no time: a command
// has one deadline for the whole line, content must keep a least rate, and a
// transaction ends, however its parts are drawn out.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/ports/mail_intake.h"
#include "lethe/smtp_protocol/session.h"

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): Asio's name
}

namespace lethe::smtp_in {

enum class Encryption {
  offered,    // STARTTLS, when there is a certificate
  from_start  // implicit TLS, RFC 8314: port 465
};

struct Listen {
  smtp_protocol::Dialect dialect = smtp_protocol::Dialect::smtp;
  // "192.0.2.1:25", "[::]:25", "unix:/run/lethe/lmtp"; port 0 lets the system
  // choose. A unix socket that nobody listens on any more is replaced.
  std::string address;
  Encryption encryption = Encryption::offered;
};

// PEM files; the certificate's may hold the whole chain.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

struct Deadlines {
  using Duration = std::chrono::milliseconds;
  Duration command = std::chrono::minutes{5};  // RFC 5321 section 4.5.3.2
  // From the session's start or the mail before to the end of a mail, pauses
  // included; longer by what its content earns at the least rate.
  Duration transaction = std::chrono::minutes{30};
  Duration handshake = std::chrono::seconds{60};
  Duration content = std::chrono::minutes{5};       // between two pieces of content
  Duration intake = std::chrono::minutes{10};       // after the final dot: 451 then
  Duration farewell = std::chrono::seconds{2};      // for the peer to read the last reply
  std::size_t content_bytes_per_second_min = 8192;  // on average, `content` granted once
};

struct Settings {
  std::vector<Listen> listen;
  std::string host_name;  // in the greeting
  std::optional<TlsFiles> tls;
  bool offers_notices = true;  // DSN, RFC 3461: the intake sends what Envelope::notices asks for
  smtp_protocol::Limits limits = {};
  Deadlines deadlines = {};
  std::size_t connections_max = 1000;         // 421 4.3.2 beyond
  std::size_t connections_per_peer_max = 50;  // per IPv4 address or IPv6 /64; 421 4.7.0 beyond
  // 452 4.3.1 beyond; shared with other doors. Empty: 256 MiB of its own.
  std::shared_ptr<smtp_protocol::ByteBudget> budget;
  std::size_t workers = 2;  // threads that call the intake
  // For operators: sentences without personal data, from any thread.
  std::function<void(std::string_view)> log = [](std::string_view) {};
  // Each reply of 4xx or 5xx, with its enhanced code, from any thread; returns at once.
  std::function<void(smtp_protocol::Dialect, int code, std::string_view enhanced)> refused =
      [](smtp_protocol::Dialect, int, std::string_view) {};
};

// Since the start, but for `open`.
struct Counters {
  std::uint64_t accepted = 0;     // mails answered 250
  std::uint64_t refused = 0;      // mails and recipients answered 5xx
  std::uint64_t deferred = 0;     // mails and recipients answered 4xx
  std::uint64_t connections = 0;  // taken on
  std::uint64_t turned_away = 0;  // beyond a limit of connections
  std::uint64_t open = 0;         // sessions now
  std::uint64_t bytes_in_flight = 0;
};

// All functions may be called from any thread. `intake` outlives the server,
// and the server is destroyed before `io`; a `done` that the intake calls after
// that is ignored.
class Server {
 public:
  // Binds, loads the certificate and starts to accept on `io`, which any
  // number of threads may run.
  // Errors: invalid_argument (an address, a certificate or key that cannot be
  // read, TLS from the start without a certificate), unavailable (address in use or not allowed).
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(Settings settings,
                                                            ports::MailIntake& intake,
                                                            boost::asio::io_context& io);
  // Cuts off what is left; call drain() before.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The addresses listened on, in the order of Settings::listen, with the
  // chosen ports.
  [[nodiscard]] std::vector<std::string> addresses() const;

  // Reads the certificate files again, for sessions that start TLS from now
  // on. Errors: invalid_argument, and the former certificate stays.
  [[nodiscard]] Status reload_tls();

  // Accepts no more, tells idle peers "421 4.3.2", finishes mails under way.
  // `done` is called once on an I/O thread when the last session ended, at the
  // latest after `patience`, when the rest is cut off. Call it once.
  void drain(std::chrono::milliseconds patience, std::function<void()> done);

  [[nodiscard]] Counters counters() const;

  class Core;

 private:
  explicit Server(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace lethe::smtp_in
