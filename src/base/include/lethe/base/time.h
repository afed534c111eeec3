// Time: whole seconds of UTC, and whole days of 86,400 seconds.
//
// Nothing in base reads a clock; `ports::Clock` does. Rules count days as
// 86,400 s (docs/retention.md A20).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe {

using Seconds = std::chrono::seconds;
using Days = std::chrono::days;
using Instant = std::chrono::sys_seconds;

[[nodiscard]] constexpr Instant instant_of(std::int64_t unix_seconds) noexcept {
  return Instant{Seconds{unix_seconds}};
}
[[nodiscard]] constexpr std::int64_t unix_seconds(Instant at) noexcept {
  return at.time_since_epoch().count();
}

// RFC 3339 in UTC with seconds: "2026-11-21T09:30:00Z".
[[nodiscard]] std::string to_rfc3339(Instant at);
// Accepts fractions (cut) and offsets (applied). Errors: invalid_argument.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);
// RFC 5322 date-time in UTC: "Sat, 21 Nov 2026 09:30:00 +0000".
[[nodiscard]] std::string to_rfc5322(Instant at);

}  // namespace lethe
