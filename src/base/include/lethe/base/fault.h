// Named fault points: test builds abort at LETHE_FAULT=<step>[:n], so that
// `tests/e2e/kill` can stop the process between any two effects.
//
// A release build compiles them to nothing. `lethe doctor --fault-points`
// prints every name.
#pragma once

#include <string_view>
#include <vector>

namespace lethe {

// Aborts when LETHE_FAULT names `step` and this is its n-th passing (default 1).
void fault_point(std::string_view step) noexcept;

// True when LETHE_LEAVE_OUT (a comma-separated list) names `step`: the seeded
// defects of tests/e2e/forgotten. Always false in release builds.
[[nodiscard]] bool left_out(std::string_view step) noexcept;

// Registers a name at static-initialisation time, for `doctor --fault-points`.
struct FaultPointName {
  explicit FaultPointName(std::string_view step);
};
[[nodiscard]] std::vector<std::string_view> fault_point_names();

}  // namespace lethe

#ifdef LETHE_FAULT_POINTS
#define LETHE_FAULT_POINT(step) ::lethe::fault_point(step)
#define LETHE_LEFT_OUT(step) ::lethe::left_out(step)
#else
#define LETHE_FAULT_POINT(step) static_cast<void>(0)
#define LETHE_LEFT_OUT(step) false
#endif
