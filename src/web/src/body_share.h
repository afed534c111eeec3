// What one request holds of its route's budget (lethe/web/server.h); given back at its end.
#pragma once

#include "lethe/web/server.h"

namespace lethe::web {

class BodyShare {
 public:
  BodyShare() = default;
  ~BodyShare() {
    if (bytes_ != 0) budget_->give_back(bytes_);
  }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  [[nodiscard]] bool take(const BodyBudget& budget, std::size_t bytes) {
    if (!budget.take || bytes == 0) return true;
    if (!budget.take(bytes)) return false;
    budget_ = &budget;
    bytes_ = bytes;
    return true;
  }

 private:
  const BodyBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace lethe::web
