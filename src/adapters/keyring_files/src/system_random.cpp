#include "lethe/keyring_files/system_random.h"

#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "lethe/base/secret.h"

namespace lethe::keyring_files {
namespace {

constexpr std::size_t kNonceBytes = 24;
constexpr std::size_t kBufferBytes = 64 * kNonceBytes;

void from_kernel(std::span<std::uint8_t> out) noexcept {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    // Sealing with guessable bytes would be worse than stopping.
    if (got <= 0) std::abort();
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

// Counts forks: a child must not hand out the bytes its parent hands out.
std::atomic<unsigned>& forks() noexcept {
  static std::atomic<unsigned> count{0};
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
  if (registered != 0) std::abort();
  return count;
}

struct Buffer {
  std::array<std::uint8_t, kBufferBytes> bytes;
  std::size_t left = 0;
  unsigned made_after_forks = 0;
  ~Buffer() { wipe(bytes.data(), bytes.size()); }

  void take(std::span<std::uint8_t> out) noexcept {
    const unsigned now = forks().load(std::memory_order_relaxed);
    if (left < out.size() || made_after_forks != now) {
      from_kernel(bytes);
      left = bytes.size();
      made_after_forks = now;
    }
    left -= out.size();
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(left), out.size(), out.begin());
    wipe(bytes.data() + left, out.size());
  }
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) noexcept {
  static thread_local Buffer buffer;
  if (out.size() > kNonceBytes) {
    from_kernel(out);
  } else {
    buffer.take(out);
  }
}

}  // namespace lethe::keyring_files
