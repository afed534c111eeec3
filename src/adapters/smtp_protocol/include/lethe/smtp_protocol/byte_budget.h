// How many bytes of mail all sessions of a server may hold at once. Beyond it
// a mail is deferred with "452 4.3.1", so that memory is bounded whatever the
// number of peers.
#pragma once

#include <atomic>
#include <cstddef>

namespace lethe::smtp_protocol {

// Shared by sessions on any threads.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

  // Takes `bytes` if they are left; false and no change when not.
  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > bytes_max_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  [[nodiscard]] std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_max_ - used(); }

 private:
  std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};  // never above bytes_max_
};

}  // namespace lethe::smtp_protocol
