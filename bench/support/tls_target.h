// The instant target of the relay bench: reads a POST over TLS, counts it and says 200 at once.
//
// HTTP/1.1 with kept connections, one thread, a certificate made for the run. A request that is not
// a POST with a length and a body ends its connection uncounted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace lethe::bench {

class TlsTarget {
 public:
  // Makes the certificate for 127.0.0.1 in `directory` with the program openssl; listens.
  explicit TlsTarget(const std::string& directory);
  ~TlsTarget();
  TlsTarget(const TlsTarget&) = delete;
  TlsTarget& operator=(const TlsTarget&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const std::string& certificate() const noexcept;  // PEM, its own authority
  [[nodiscard]] std::int64_t mails() const noexcept;              // bodies read to their end
  [[nodiscard]] std::int64_t connections() const noexcept;        // accepted so far

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lethe::bench
