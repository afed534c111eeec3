// Lets writers work side by side, or one of them alone.
#pragma once

#include <condition_variable>
#include <mutex>

namespace lethe::sql {

// Like a shared mutex that does not starve whoever wants to be alone: while one waits, no other
// enters.
class Turnstile {
 public:
  enum class Turn { together, alone };

  class Pass {
   public:
    Pass(Turnstile& turnstile, Turn turn) : turnstile_(turnstile), turn_(turn) {
      turnstile_.enter(turn_);
    }
    ~Pass() { turnstile_.leave(turn_); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    Turnstile& turnstile_;
    Turn turn_;
  };

 private:
  void enter(Turn turn) {
    std::unique_lock lock{mutex_};
    moved_.wait(lock, [this] { return !claimed_; });
    ++inside_;
    if (turn == Turn::together) return;
    claimed_ = true;
    moved_.wait(lock, [this] { return inside_ == 1; });
  }
  void leave(Turn turn) {
    const std::scoped_lock lock{mutex_};
    --inside_;
    if (turn == Turn::alone) claimed_ = false;
    moved_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable moved_;
  int inside_ = 0;
  bool claimed_ = false;
};

}  // namespace lethe::sql
