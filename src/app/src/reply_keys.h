// The keys that sign reply addresses and our Message-IDs, replaced by the house.
//
// A token names its key and says nothing of when it was made, and which tickets were issued under a
// key is written nowhere: a key stays while anything that is kept may be as old as its use, a live
// ticket or a message. So what people answer to a live ticket joins it, however old their mail; a
// ticket that is kept for ever keeps the keys from its time on.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// From here new mail is signed under a new key. Errors: unavailable; then nothing was replaced, or
// the next call replaces it once more.
[[nodiscard]] Status turn_reply_key(App& app);

// Destroys the former keys that nothing kept can be named under, kReplyKeyLingers after their use.
// Errors: unavailable (replica or disk).
[[nodiscard]] Status retire_reply_keys(App& app);

}  // namespace lethe::app
