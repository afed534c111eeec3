// Drafts of an agent beside a ticket: what may be written over, and what must not be lost.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/tickets.h"

namespace lethe::app {

// `text` says all that the draft said: it begins with it. Line ends and white space around do not
// count, since a browser sends them one way while typing and another way with the form.
[[nodiscard]] bool holds_words(std::string_view text, std::string_view draft);

struct DraftWords {
  ports::MessageKind kind = ports::MessageKind::agent;
  std::string text;
};
// The agent's drafts beside `seen` that `text` does not hold, oldest first.
[[nodiscard]] Result<std::vector<DraftWords>> unseen_drafts(App& app, const ports::Reading& tx,
                                                            core::TicketId ticket, core::AgentId by,
                                                            std::optional<core::DraftId> seen,
                                                            std::string_view text);
// `text` in place of the agent's draft of this kind. Blank text leaves none, and gives nullopt.
[[nodiscard]] Result<std::optional<core::DraftId>> write_draft(App& app, ports::Writing& tx,
                                                               const ports::TicketRow& ticket,
                                                               core::AgentId by,
                                                               ports::MessageKind kind,
                                                               std::string_view text);
// What goes once `text` was sent: the draft it was written from and those that it holds.
[[nodiscard]] Status drop_sent_drafts(App& app, ports::Writing& tx, core::TicketId ticket,
                                      core::AgentId by, std::optional<core::DraftId> seen,
                                      std::string_view text);

}  // namespace lethe::app
