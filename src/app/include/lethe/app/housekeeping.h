// What time alone brings: solved tickets close, raw copies and drafts end, erasures whose grace is
// over begin, access that ended is removed, keys that have an end are destroyed.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

inline constexpr Days kDraftsKept{30};

// How long a mail is kept as it came: 0..365 days, 0 keeps none. It counts for mail that comes in
// later. An unreadable one stays, whatever the setting, while its ticket is open or pending.
inline constexpr int kRawCopyDaysDefault = 14;
inline constexpr int kRawCopyDaysMax = 365;
[[nodiscard]] Result<int> raw_copy_days(const ports::Reading& tx);
// Errors: out_of_range, field raw_days.
[[nodiscard]] Status set_raw_copy_days(App& app, int days);
// True while the copy of this message waits for an agent to resolve what nobody can read.
[[nodiscard]] Result<bool> waits_for_resolution(const ports::Reading& tx, core::MessageId message);

// The retention run of the night: once a day (UTC), when the switch is on.
[[nodiscard]] Status run_nightly(App& app);
// No such run before the next night: after a restore the rules are those of the backup, and
// somebody may have changed them since.
[[nodiscard]] Status wait_for_next_night(App& app);

// The root is replaced after at most this long, also where nobody is erased.
inline constexpr Days kRootLives{7};
// New mail is signed under a new key after at most this long. A former one verifies while anything
// that is kept may be as old as its use, a live ticket or a message (which tickets were issued
// under it is not known), and at least so long that reports of what was sent last come back.
inline constexpr Days kReplyKeyLives{90};
inline constexpr Days kReplyKeyLingers{30};
// The search index is made anew under a new key after at most this long (begin_search_epoch()).
inline constexpr Days kSearchEpochLives{90};

// Cheap when nothing is due; call it about once a minute. Once a night what the keyring keeps for
// a time goes (vault::Vault::expire): tombstones and records after 13 months, and their keys; and
// former reply keys.
[[nodiscard]] Status keep_house(App& app);

// Removes raw copies whose days are over and destroys their keys, so that no older backup opens
// them: a copy of the same sender and ticket that may stay is sealed under a new key first.
// keep_house() calls it once a night, for one turn of the root; a copy past its days is not shown
// before either. Rows go last: while the replica is away they wait, and every step can be repeated.
// Returns how many went. Errors: unavailable (replica or disk).
[[nodiscard]] Result<int> expire_raw_copies(App& app);

}  // namespace lethe::app
