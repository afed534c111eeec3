// The life of a ticket: four statuses, two flags, and what moves them.
//
// Source: DESIGN section 8. Spam and trash are flags beside the status, so that
// taking one away restores the former status by itself. Every function is pure:
// old state and an instant in, new state out.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "lethe/base/result.h"
#include "lethe/base/time.h"

namespace lethe::core {

enum class TicketStatus { open, pending, solved, closed };

// "open" .. "closed". parse: exact, lower case. Errors: invalid_argument.
[[nodiscard]] std::string_view name_of(TicketStatus status) noexcept;
[[nodiscard]] Result<TicketStatus> parse_ticket_status(std::string_view name);

// The numbers foreign APIs use: open 2, pending 3, solved 4, closed 5.
[[nodiscard]] int foreign_number(TicketStatus status) noexcept;
// Empty for a custom status; whoever has no mapping for it treats it as open.
[[nodiscard]] std::optional<TicketStatus> status_of_foreign_number(std::int64_t number) noexcept;

struct TicketState {
  TicketStatus status = TicketStatus::open;
  bool spam = false;
  bool trashed = false;
  Instant created;
  Instant status_updated;                        // last change of `status`, not of the flags
  std::optional<Instant> closed;                 // set exactly while status is closed
  std::optional<Instant> reopened;               // last return from solved or closed
  std::optional<Instant> last_customer_message;  // any message by the requester

  friend bool operator==(const TicketState&, const TicketState&) = default;
};

[[nodiscard]] TicketState new_ticket(Instant now);

// What lists and the API show: "trash" over "spam" over the status.
[[nodiscard]] std::string_view shown_status(const TicketState& ticket) noexcept;

struct TicketSettings {
  Days close_solved_after{7};  // 0 = a solved ticket closes at once
  Days reopen_within{30};
};

// An agent or an API sets the status. Setting the one it has changes nothing.
// Solved with close_solved_after 0 is closed in the same step.
[[nodiscard]] TicketState with_status(TicketState ticket, TicketStatus status, Instant now,
                                      const TicketSettings& settings);

// When a solved ticket closes unless its requester writes; empty for others.
[[nodiscard]] std::optional<Instant> closes_at(const TicketState& ticket,
                                               const TicketSettings& settings) noexcept;

// `ticket` as it is at `now`: closed when its time has come. `closed` is the
// instant that was due, not the instant somebody looked, so a late job does
// not lengthen any retention.
[[nodiscard]] TicketState at_time(TicketState ticket, Instant now, const TicketSettings& settings);

// What a message from the requester does to a ticket it belongs to.
struct Joins {
  TicketState ticket;  // it was open or pending; it is open now
};
struct Reopens {
  TicketState ticket;
};
struct StartsLinkedTicket {};  // too late: a new ticket, linked to this one
using ReplyEffect = std::variant<Joins, Reopens, StartsLinkedTicket>;

// The window is inclusive and starts at `closed`, or at the solving of a ticket
// not closed yet. Flags stay: a reply does not free a ticket from spam.
[[nodiscard]] ReplyEffect customer_reply(TicketState ticket, Instant now,
                                         const TicketSettings& settings);

enum class TicketFlag { spam, trash };
// Setting or clearing a flag moves no time: housekeeping never moves a
// retention clock (DESIGN section 1, promise 5).
[[nodiscard]] TicketState flagged(TicketState ticket, TicketFlag flag) noexcept;
[[nodiscard]] TicketState unflagged(TicketState ticket, TicketFlag flag) noexcept;

}  // namespace lethe::core
