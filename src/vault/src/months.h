// Calendar months, for keys that live by the month.
#pragma once

#include <chrono>
#include <cstdint>

#include "lethe/base/time.h"

namespace lethe::vault {

// Months since year 0; 2026-11 is 24322.
[[nodiscard]] inline std::uint32_t month_of(Instant at) noexcept {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at)};
  return static_cast<std::uint32_t>(static_cast<int>(date.year()) * 12 +
                                    static_cast<int>(static_cast<unsigned>(date.month())) - 1);
}

// The first second of the month.
[[nodiscard]] inline Instant start_of_month(std::uint32_t month) noexcept {
  const std::chrono::year year{static_cast<int>(month / 12)};
  const std::chrono::year_month_day first{year, std::chrono::month{month % 12 + 1},
                                          std::chrono::day{1}};
  return std::chrono::sys_days{first};
}

}  // namespace lethe::vault
