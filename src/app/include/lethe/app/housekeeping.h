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

// Removes raw copies whose days are over and destroys their keys, so that no older backup opens
// them: a copy of the same sender and ticket that may stay is sealed under a new key first.
// keep_house() calls it once a night, for one turn of the root; a copy past its days is not shown
// before either. Rows go last: while the replica is away they wait, and every step can be repeated.
// Returns how many went. Errors: unavailable (replica or disk).
[[nodiscard]] Result<int> expire_raw_copies(App& app);

}  // namespace lethe::app
