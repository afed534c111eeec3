// Random bytes fit for keys. A port so that known-answer tests can fix them.
#pragma once

#include <cstdint>
#include <span>

namespace lethe::ports {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `out` with bytes nobody can predict. Thread-safe. Never fails: an
  // implementation without a source of randomness must end the process.
  virtual void fill(std::span<std::uint8_t> out) noexcept = 0;
};

}  // namespace lethe::ports
