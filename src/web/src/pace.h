// How long a sender of a long body may still take: a stock of patience that waiting uses up and
// bytes fill again, never above what it was at first. Who sends at kSlowestBytesPerSecond or faster
// may go on for ever; who trickles is given up after little more than the stock.
//
// The time that Lethe itself takes over a piece does not count: only waits are told.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace lethe::web {

inline constexpr std::size_t kSlowestBytesPerSecond = 256;

class Pace {
 public:
  using Wait = std::chrono::milliseconds;

  explicit Pace(Wait stock) : stock_(stock), left_(stock) {}
  // Never below zero; at zero the sender has had its time.
  [[nodiscard]] Wait left() const noexcept { return left_; }
  void waited(Wait time, std::size_t bytes) noexcept {
    const auto earned =
        static_cast<Wait::rep>(std::min(bytes, kBytesCounted) * 1000 / kSlowestBytesPerSecond);
    left_ = std::clamp(left_ - time + Wait{earned}, Wait::zero(), stock_);
  }

 private:
  static constexpr std::size_t kBytesCounted = std::size_t{1} << 30;  // keeps the product small
  Wait stock_;
  Wait left_;
};

}  // namespace lethe::web
