// Orders of erasure that the restore of older data brings back as they stood then.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// Inside the transaction that cancels it: a restore does not carry out what was taken back.
[[nodiscard]] Status note_cancelled(App& app, const ports::ErasureRow& order);

// After the sweep. An order whose person or tickets are gone was carried out since: it is done, and
// its certificate was given out then. One that was taken back since is cancelled. Any other stands
// as it did. Idempotent.
[[nodiscard]] Status settle_restored_orders(App& app);

}  // namespace lethe::app
