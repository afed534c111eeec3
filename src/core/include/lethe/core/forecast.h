// The forecast: what the nightly runs will do until a date, if nothing changes.
//
// It plays the runs themselves (retention_plan.h), night by night from `from` in
// steps of 24 hours, but visits only the nights on which something happens.
// DESIGN section 1, promise 5: nothing is erased by rule that it did not show.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lethe/core/retention_plan.h"

namespace lethe::core::retention {

struct Period {
  Instant ends;                     // inclusive
  std::uint64_t tickets = 0;        // erased by rule, or taken along with their person
  std::uint64_t people_hidden = 0;  //
  std::uint64_t people_erased = 0;  //
  friend bool operator==(const Period&, const Period&) = default;
};

// The last second of this calendar month and of the following `months - 1`.
// `months` 1..120 (asserted).
[[nodiscard]] std::vector<Instant> month_ends(Instant from, int months);

// Takes people one by one, so that a million need no million in memory.
class Forecast {
 public:
  // `ends` ascend and none lies before `from` (asserted). An end at `from`
  // itself counts what the first run does. `settings` must outlive the forecast.
  Forecast(const Settings& settings, Instant from, std::span<const Instant> ends);

  void add(const PersonFacts& person);
  [[nodiscard]] const std::vector<Period>& periods() const noexcept { return periods_; }

 private:
  [[nodiscard]] Instant night_at_or_after(Instant at) const noexcept;
  Period& period_of(Instant night) noexcept;

  const Settings& settings_;
  Instant from_;
  std::vector<Period> periods_;
};

[[nodiscard]] std::vector<Period> forecast(const Settings& settings,
                                           std::span<const PersonFacts> people, Instant from,
                                           std::span<const Instant> ends);

}  // namespace lethe::core::retention
