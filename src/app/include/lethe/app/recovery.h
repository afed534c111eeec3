// Ways back in for an agent whose password or link is lost (sign_in.h has recover_access()).
#pragma once

#include <string>

#include "lethe/app/sign_in.h"

namespace lethe::app {

// A mailed link; and how many of them one address is sent.
inline constexpr Seconds kRecoveryLinkLasts{30 * 60};
inline constexpr std::int64_t kRecoveriesPerHour = 3;

// A new one-time link, whole, in the place of the former: the first run again while nobody has come
// in yet, an invitation for who never came, else a recovery.
// Errors: not_found, forbidden (deactivated).
[[nodiscard]] Result<std::string> renew_link(App& app, const core::EmailAddress& address);

}  // namespace lethe::app
