#include "lethe/core/retention_facts.h"

#include <algorithm>
#include <array>

namespace lethe::core::retention {

Result<Policy> make_policy(PolicySpec spec) {
  constexpr std::array kDelays{Days{0}, Days{30}, Days{60}, Days{90}};
  if (std::ranges::find(kDelays, spec.delay) == kDelays.end()) {
    return fail(Errc::out_of_range, "the delay is 0, 30, 60 or 90 days", "delay_days");
  }
  if (spec.grace < kGraceMin || spec.grace > kGraceMax) {
    return fail(Errc::out_of_range, "the grace period is 7 to 90 days", "grace_days");
  }
  return Policy{spec};
}

}  // namespace lethe::core::retention
