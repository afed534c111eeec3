// The one table from errors to exit codes (DESIGN section 5): 0 done, 1 refused with the reason,
// 2 usage, 3 environment.
#pragma once

#include "lethe/base/result.h"

namespace lethe::cli {

inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUsage = 2;
inline constexpr int kEnvironment = 3;

[[nodiscard]] constexpr int exit_code_of(Errc code) noexcept {
  switch (code) {
    case Errc::unavailable:
    case Errc::corrupt:
    case Errc::unsupported:
    case Errc::stale_keyring:
    case Errc::internal:
      return kEnvironment;
    default:
      return kRefused;
  }
}

}  // namespace lethe::cli
