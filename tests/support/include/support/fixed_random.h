// Random bytes that repeat from run to run, for known answers.
#pragma once

#include <atomic>

#include "lethe/ports/random.h"

namespace lethe::test {

// SplitMix64 over a counter: every byte ever handed out is fixed by the seed
// and its place. Thread-safe.
class FixedRandom final : public ports::Random {
 public:
  explicit FixedRandom(std::uint64_t seed = 1) noexcept : counter_(seed << 32) {}

  void fill(std::span<std::uint8_t> out) noexcept override {
    for (std::size_t i = 0; i < out.size(); i += 8) {
      const std::uint64_t word = mixed(counter_.fetch_add(1));
      for (std::size_t j = i; j < i + 8 && j < out.size(); ++j) {
        out[j] = static_cast<std::uint8_t>(word >> (8 * (j - i)));
      }
    }
  }

 private:
  static std::uint64_t mixed(std::uint64_t place) noexcept {
    std::uint64_t z = place * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::atomic<std::uint64_t> counter_;
};

}  // namespace lethe::test
