// The trivial target of the Postfix baseline: says 250 to every mail and counts.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "socket.h"

namespace lethe::bench {

class LmtpSink {
 public:
  LmtpSink();
  ~LmtpSink();
  LmtpSink(const LmtpSink&) = delete;
  LmtpSink& operator=(const LmtpSink&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listening_.port(); }
  [[nodiscard]] std::int64_t mails() const noexcept { return mails_; }
  // False when they did not come within `patience`.
  [[nodiscard]] bool wait_for(std::int64_t mails, std::chrono::seconds patience);

 private:
  void accept_all();
  void converse(Socket socket);

  Socket listening_;
  std::atomic<std::int64_t> mails_{0};
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace lethe::bench
