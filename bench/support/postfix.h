// Debian's Postfix as the baseline of mail benches: accepts on a loopback port into its own fsynced
// queue and hands on by LMTP. Own configuration and queue, nothing of the system's is touched.
//
// Needs root (Postfix changes user) and the package postfix; is_there() says so.
#pragma once

#include <cstdint>
#include <string>

namespace lethe::bench {

class Postfix {
 public:
  [[nodiscard]] static bool is_there();
  // `directory` is made new. Mails for `domain` go to LMTP port `sink`.
  Postfix(const std::string& directory, const std::string& domain, std::uint16_t sink);
  ~Postfix();
  Postfix(const Postfix&) = delete;
  Postfix& operator=(const Postfix&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  std::string config_;
  std::uint16_t port_;
};

}  // namespace lethe::bench
