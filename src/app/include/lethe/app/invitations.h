// Calendar files of a message, read anew each time they are shown: nothing of them is stored twice.
#pragma once

#include <optional>

#include "lethe/app/tickets.h"
#include "lethe/core/invitation.h"

namespace lethe::app {

// The meeting in a file of type text/calendar or application/ics; nothing for other files, for
// large, broken, quarantined and erased ones. Errors: those of the store.
[[nodiscard]] Result<std::optional<core::Invitation>> invitation_in(App& app,
                                                                    const ports::Reading& tx,
                                                                    const AttachmentView& file);

}  // namespace lethe::app
