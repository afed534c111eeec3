// Look-ups in the DNS, for the doctor only: taking mail in asks no name server (DESIGN section 6).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lethe/base/result.h"

namespace lethe::ports {

enum class DnsType : std::uint8_t { a, aaaa, mx, txt, ptr };

// `value`: an address, a name without a dot at the end, or a TXT record whose strings are put
// together.
struct DnsRecord {
  std::string value;
  int preference = 0;  // of MX
};

class Dns {
 public:
  virtual ~Dns() = default;
  // A name that is not there, or has nothing of this type, has no records. Blocks, in bounded time.
  // Errors: unavailable (no server answers, or it says that it failed), invalid_argument (no name).
  [[nodiscard]] virtual Result<std::vector<DnsRecord>> find(const std::string& name,
                                                            DnsType type) = 0;
};

}  // namespace lethe::ports
