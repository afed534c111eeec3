// Conversations that agents join or part, and what Lethe proposes about them.
//
// A merge moves the messages of a ticket into another one; the first becomes a shell that leads to
// the second, and so do its reply addresses. A split moves chosen messages into a new ticket. Both
// can be undone: a merge by unmerge_ticket(), a split by merging the new ticket back. Each message
// is in exactly one ticket at any time. No retention clock moves (DESIGN promise 5).
//
// Cells are sealed again under the keys of the ticket they are in. Backups still hold them under
// the former keys, so an erasure of the one ticket also replaces or destroys those (docs/adr).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/ports/threading.h"

namespace lethe::app {

// Errors: invalid_argument (into itself), not_found, erased, conflict (a hold; merged already).
[[nodiscard]] Status merge_tickets(App& app, core::TicketId from, core::TicketId into,
                                   std::optional<core::AgentId> by);
// Puts what is left of the merged messages back. Errors: not_found (not merged), erased, conflict.
[[nodiscard]] Status unmerge_ticket(App& app, core::TicketId from, std::optional<core::AgentId> by);
// The new ticket. Errors: invalid_argument (none, all of them, or not this ticket's), not_found,
// erased, conflict (a hold).
[[nodiscard]] Result<core::TicketId> split_ticket(App& app, core::TicketId from,
                                                  const std::vector<core::MessageId>& messages,
                                                  std::optional<core::AgentId> by);

// Where the words of a ticket are now: itself, unless it was merged.
[[nodiscard]] Result<core::TicketId> current_ticket(const ports::Reading& tx, core::TicketId id);

struct TicketLink {
  core::TicketId id;
  std::int64_t number = 0;
};
struct ProposalView {
  ports::ProposalRow row;
  std::optional<TicketLink> other;  // alive
};
struct ThreadingView {
  std::optional<TicketLink> merged_into;
  std::vector<TicketLink> merged_here;  // can be undone
  std::vector<ProposalView> proposals;  // open ones
};
[[nodiscard]] Result<ThreadingView> view_threading(const ports::Reading& tx, core::TicketId id);
// Of many with a fixed number of reads, in the order given.
[[nodiscard]] Result<std::vector<ThreadingView>> view_threadings(
    const ports::Reading& tx, std::span<const core::TicketId> ids);

enum class Decision : std::uint8_t { accept, dismiss };
// Accepting a join merges into the other ticket, accepting a split moves the message and what came
// after it by the same person, accepting a forward turns it over (requester.h); each gives the
// ticket to look at next. Errors: not_found, conflict (decided already, or the other ticket is
// gone), and those of turn_over().
[[nodiscard]] Result<core::TicketId> decide_proposal(App& app, std::int64_t proposal,
                                                     Decision decision,
                                                     std::optional<core::AgentId> by);

}  // namespace lethe::app
