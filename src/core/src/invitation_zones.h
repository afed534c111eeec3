// The clocks that an invitation's times are read on.
//
// Sources: RFC 5545 sections 3.2.19 (TZID), 3.3.5 (which instant a time is that occurs twice, or
// not at all) and 3.6.5 (VTIMEZONE). A name that the zone database or Windows knows is believed
// over the file's own description of it; a description is read by ICU only when it is small and its
// rules end before 2200 or never, so that no file makes the reckoning long.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/time.h"

namespace lethe::core {

// A VTIMEZONE of the file: its lines from BEGIN to END, unfolded.
struct ZoneDescription {
  std::string id;  // as a TZID parameter names it
  std::vector<std::string> lines;
};
inline constexpr std::size_t kZoneDescriptionsMax = 20;  // of one file
inline constexpr std::size_t kZoneLinesMax = 300;        // of one description

// The instant at which clocks of the zone called `id` show `wall`; the first one of two, and of
// none the one that the clock would show had it not been put forward. Nothing when nobody knows
// the zone. Total for any texts.
[[nodiscard]] std::optional<Instant> instant_in_zone(
    std::string_view id, Instant wall, const std::vector<ZoneDescription>& descriptions);

}  // namespace lethe::core
