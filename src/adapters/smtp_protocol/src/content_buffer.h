// The message of one session while it grows, counted in the shared budget.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "lethe/base/secret.h"
#include "lethe/smtp_protocol/byte_budget.h"

namespace lethe::smtp_protocol {

class ContentBuffer {
 public:
  explicit ContentBuffer(ByteBudget& budget) noexcept : budget_(&budget) {}
  ~ContentBuffer() { drop(); }
  ContentBuffer(const ContentBuffer&) = delete;
  ContentBuffer& operator=(const ContentBuffer&) = delete;

  // True when bytes() can now grow by `more`; false when the budget is used
  // up. While the message moves to a larger place both places are counted.
  [[nodiscard]] bool make_room(std::size_t more) {
    const std::size_t needed = bytes_.size() + more;
    if (needed <= reserved_) return true;
    const std::size_t step = std::min(reserved_, kLargestStep);
    const std::size_t larger = std::max({needed, reserved_ + step, kSmallest});
    if (!budget_->take(larger)) return false;
    std::string grown;
    grown.reserve(larger);
    grown += bytes_;
    wipe(bytes_);
    bytes_ = std::move(grown);
    budget_->give_back(std::exchange(reserved_, larger));
    return true;
  }

  [[nodiscard]] std::string& bytes() noexcept { return bytes_; }

  // The message for another owner. It stays counted until drop().
  [[nodiscard]] std::string hand_over() noexcept { return std::exchange(bytes_, {}); }

  void drop() noexcept {
    wipe(bytes_);
    bytes_ = std::string{};
    budget_->give_back(std::exchange(reserved_, 0));
  }

 private:
  static constexpr std::size_t kSmallest = 16384;  // most mails fit
  // A large mail doubled would take up to twice its size from the others.
  static constexpr std::size_t kLargestStep = std::size_t{4} << 20;

  ByteBudget* budget_;
  std::size_t reserved_ = 0;
  std::string bytes_;
};

}  // namespace lethe::smtp_protocol
