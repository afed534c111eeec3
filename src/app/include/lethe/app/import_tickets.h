// Tickets from another system, one JSON object a line (docs/api.md, Import).
//
//   {"ticket":{"requester":{"email","name"},"subject","created_at","closed_at"?,"status"?,"group"?,
//              "type"?,"tags"?,"messages":[{"kind":"customer|agent|note","text","created_at"?},...]}}
// Further fields that the API shows of tickets and messages are passed over; others are refused.
// A "text" of the ticket, as in POST /tickets, is its first message.
// They keep their own times, are never acknowledged, and do not bring an erased
// person back. The same line twice makes one ticket.
#pragma once

#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

struct ImportedTicket {
  core::TicketId ticket;
  bool known = false;  // this very line was imported before
};

inline constexpr std::size_t kImportLineBytesMax = std::size_t{8} << 20;

// Errors: invalid_argument (names the field), erased (a tombstone stops it), too_large.
[[nodiscard]] Result<ImportedTicket> import_ticket(App& app, std::string_view line);

}  // namespace lethe::app
