// Before the listener opens: what a restore of older data brought back goes again.
//
// The keyring is the truth about who is erased. Rows of persons and tickets
// whose puncture it records are removed always; persons without any key and
// without such a record only up to 1 % or 50 of them, unless confirmed
// (DESIGN section 4). Redactions, holds, freezes, wishes and orders taken back are as the notes
// beside the keyring say. A keyring older than the data is refused: nothing is touched.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

enum class ConfirmSweep : bool { no, yes };

struct SweepReport {
  std::int64_t persons = 0;
  std::int64_t tickets = 0;
  bool restored = false;  // sessions and tokens were made void
};

// Whether this keyring goes with these rows. Errors: conflict (it is another installation's),
// stale_keyring.
[[nodiscard]] Status refuse_wrong_keyring(ports::Store& store, const vault::Vault& vault);

// Errors: those of refuse_wrong_keyring(), needs_confirmation (with the figures).
[[nodiscard]] Result<SweepReport> sweep(App& app, ConfirmSweep confirm);

// Said by `backup restore`, so that the next start sweeps and voids all access.
inline constexpr std::string_view kRestoredSetting = "restored";

}  // namespace lethe::app
