// The clock of this machine, UTC.
#pragma once

#include <chrono>
#include <cstdint>

#include "lethe/ports/clock.h"

namespace lethe::cli {

class SystemClock final : public ports::Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] std::int64_t now_milliseconds() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }
};

}  // namespace lethe::cli
