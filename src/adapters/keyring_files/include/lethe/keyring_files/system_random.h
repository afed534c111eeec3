// The kernel's random bytes.
#pragma once

#include "lethe/ports/random.h"

namespace lethe::keyring_files {

// Large requests (keys) go to getrandom(2); small ones (nonces) come from a
// buffer of the thread, wiped as it is used and never shared with a forked child.
class SystemRandom final : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> out) noexcept override;
};

}  // namespace lethe::keyring_files
