// The DNS by c-ares: UDP, TCP where an answer is cut, and a limit for all look-ups together.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lethe/ports/dns.h"

namespace lethe::dns {

struct Settings {
  // "192.0.2.53", "[2001:db8::53]:5353", several with commas; empty: those of the system.
  std::string servers;
  std::chrono::milliseconds per_try{2000};  // two tries per server
  // From the first look-up on; what is asked later is answered `unavailable` at once.
  std::chrono::milliseconds patience{20'000};
};

// For one thread. Errors: invalid_argument (servers), unavailable (no memory, no configuration).
[[nodiscard]] Result<std::unique_ptr<ports::Dns>> open_resolver(Settings settings);

}  // namespace lethe::dns
