// The ticket page, for those who show it: after a look, and again with what was typed when a reply
// was refused.
#pragma once

#include "site_rows.h"

namespace lethe::web {

// What a refused or previewed answer brings back onto the page.
struct Typed {
  views::Composer::Mode mode = views::Composer::Mode::reply;
  std::string text, cc;
  FormErrors errors;
  std::optional<RichText> preview;
  bool collided = false;  // somebody answered meanwhile: both texts are shown
  // The newest message the agent had seen.
  std::optional<core::MessageId> seen;
  std::optional<core::DraftId> draft;  // the one that the page shows
  bool draft_clash = false;            // another window of the same agent kept a newer one
  bool had_files = false;
};

[[nodiscard]] Result<views::Ticket> ticket_view(Visit& visit, core::TicketId id,
                                                const std::optional<Typed>& typed);
// Says in the panel that mail to one of the addresses comes back.
[[nodiscard]] Status fill_bounces(Visit& visit, const ports::Reading& tx,
                                  const app::PersonView& person, views::PersonPanel& panel);
[[nodiscard]] views::PersonPanel person_panel(const Visit& visit, const app::PersonView& person);

}  // namespace lethe::web
