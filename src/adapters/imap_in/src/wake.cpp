#include "wake.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "lethe/base/assert.h"

namespace lethe::imap_in {

Wake::Wake() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { LETHE_ASSERT(fd_ >= 0); }
Wake::~Wake() { ::close(fd_); }

void Wake::raise() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

void Wake::clear() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto seen = ::read(fd_, &count, sizeof count);
}

}  // namespace lethe::imap_in
