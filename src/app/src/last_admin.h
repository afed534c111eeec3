// An installation always has somebody who can administer it.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// Errors: conflict when no other administrator is active.
[[nodiscard]] Status keep_one_admin(const ports::Reading& tx, core::AgentId leaving);
// The same for somebody who is to be erased; anybody but an active administrator may go.
[[nodiscard]] Status keep_one_admin_without(const ports::Reading& tx,
                                            const ports::PersonRow& leaving);

}  // namespace lethe::app
