// What time alone brings: solved tickets close, raw copies and drafts end, erasures whose grace is
// over begin, access that ended is removed.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

inline constexpr Days kDraftsKept{30};

// The retention run of the night: once a day (UTC), when the switch is on.
[[nodiscard]] Status run_nightly(App& app);

// Cheap when nothing is due; call it about once a minute.
[[nodiscard]] Status keep_house(App& app);

// Removes raw copies whose days are over, rows and files; returns how many went.
[[nodiscard]] Result<int> expire_raw_copies(App& app);

}  // namespace lethe::app
