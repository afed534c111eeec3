// /settings/mail/addresses/{id}/forwarding: setting up a mailbox that another service forwards to.
#pragma once

#include "lethe/ports/outbound_mail.h"
#include "site_common.h"

namespace lethe::web {

// `outbound` may be null and outlives the routes.
void add_forwarding_routes(SiteRoutes& routes, ports::OutboundMail* outbound);

}  // namespace lethe::web
