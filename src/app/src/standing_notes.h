// Notes beside the keyring end after 13 months (vault::kTombstoneMonths); what they say may last
// longer: a hold, a freeze, the wish for no more mail.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// Notes anew what still stands and was noted a year ago or earlier, so that the restore of any
// backup brings it back. What has ended in the data is left to end here as well.
[[nodiscard]] Status renew_standing_notes(App& app);

}  // namespace lethe::app
