// /settings/mail/addresses/{id}/forwarding: setting up a mailbox that another service forwards to.
#pragma once

// First: show() finds the render() of its pages.
#include "lethe/web/mailbox_pages.h"
#include "site_common.h"

namespace lethe::web {

// `outbound` may be null and outlives the routes.
void add_forwarding_routes(SiteRoutes& routes, ports::OutboundMail* outbound);

}  // namespace lethe::web
