// Saved replies: their pages in the settings, and the way from the composer to their words.
#pragma once

// Before site_common.h, whose show() has to see how they are drawn.
#include "lethe/web/saved_replies_page.h"
#include "site_rows.h"

namespace lethe::web {

void add_saved_reply_routes(SiteRoutes& routes);

// Those that a ticket of `group` offers, for a person who speaks `language` ("" when not known).
[[nodiscard]] Result<views::Options> saved_reply_options(const ports::Reading& tx,
                                                         const std::optional<core::GroupId>& group,
                                                         std::string_view language);

// The words of the reply called `chosen` (digits) in this ticket. Errors: those of
// app::filled_reply(); invalid_argument when nothing was chosen.
[[nodiscard]] Result<std::string> words_of_saved_reply(Visit& visit, core::TicketId ticket,
                                                       std::string_view chosen);

}  // namespace lethe::web
