#include "lethe/core/merged_clocks.h"

#include <algorithm>

namespace lethe::core {
namespace {

// A ticket on which the customer never wrote counts from its closing.
std::optional<Instant> customer_clock(const TicketState& ticket) {
  return ticket.last_customer_message ? ticket.last_customer_message : ticket.closed;
}

std::optional<Instant> later_customer_clock(const TicketState& one, const TicketState& other) {
  if (!one.last_customer_message && !other.last_customer_message) return std::nullopt;
  const auto first = customer_clock(one);
  const auto second = customer_clock(other);
  return first && second ? std::max(first, second) : std::nullopt;
}

}  // namespace

TicketState settled_by_merge(TicketState gone, Instant merged_at) {
  const TicketSettings settings;
  if (const auto closing = closes_at(gone, settings)) {
    return at_time(std::move(gone), *closing, settings);
  }
  return with_status(std::move(gone), TicketStatus::closed, merged_at, settings);
}

TicketState with_clocks_of(TicketState kept, const TicketState& gone) {
  // Before `closed` changes, which a silent ticket counts from.
  kept.last_customer_message = later_customer_clock(kept, gone);
  kept.created = std::max(kept.created, gone.created);
  kept.status_updated = std::max(kept.status_updated, gone.status_updated);
  kept.reopened = std::max(kept.reopened, gone.reopened);
  if (kept.closed) kept.closed = std::max(kept.closed, gone.closed);
  return kept;
}

}  // namespace lethe::core
