// The clock, in the hand of the caller: nothing in core or app reads the system's.
#pragma once

#include <cstdint>

#include "lethe/base/time.h"

namespace lethe::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  // Milliseconds since 1970, for ids only (42 bits until 2109).
  [[nodiscard]] virtual std::int64_t now_milliseconds() const = 0;
};

}  // namespace lethe::ports
