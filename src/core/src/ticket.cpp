#include "lethe/core/ticket.h"

#include <algorithm>
#include <array>

namespace lethe::core {
namespace {

constexpr std::array kStatuses{TicketStatus::open, TicketStatus::pending, TicketStatus::solved,
                               TicketStatus::closed};

bool is_done(TicketStatus status) {
  return status == TicketStatus::solved || status == TicketStatus::closed;
}

TicketState reopened(TicketState ticket, Instant now) {
  ticket.status = TicketStatus::open;
  ticket.status_updated = now;
  ticket.closed.reset();
  ticket.reopened = now;
  return ticket;
}

// An imported message may be older than what is there: it turns no clock back.
Instant last_of(const TicketState& ticket, Instant message) {
  return std::max(ticket.last_customer_message.value_or(message), message);
}

TicketState closed_at(TicketState ticket, Instant at) {
  ticket.status = TicketStatus::closed;
  ticket.status_updated = at;
  ticket.closed = at;
  return ticket;
}

}  // namespace

std::string_view name_of(TicketStatus status) noexcept {
  switch (status) {
    case TicketStatus::open:
      return "open";
    case TicketStatus::pending:
      return "pending";
    case TicketStatus::solved:
      return "solved";
    case TicketStatus::closed:
      return "closed";
  }
  return "open";
}

Result<TicketStatus> parse_ticket_status(std::string_view name) {
  const auto* found = std::ranges::find(kStatuses, name, [](TicketStatus s) { return name_of(s); });
  if (found != kStatuses.end()) return *found;
  return fail(Errc::invalid_argument, "a status is open, pending, solved or closed", "status");
}

int foreign_number(TicketStatus status) noexcept {
  switch (status) {
    case TicketStatus::open:
      return 2;
    case TicketStatus::pending:
      return 3;
    case TicketStatus::solved:
      return 4;
    case TicketStatus::closed:
      return 5;
  }
  return 2;
}

std::optional<TicketStatus> status_of_foreign_number(std::int64_t number) noexcept {
  for (const TicketStatus status : kStatuses) {
    if (foreign_number(status) == number) return status;
  }
  return std::nullopt;
}

TicketState new_ticket(Instant now) {
  TicketState ticket;
  ticket.created = now;
  ticket.status_updated = now;
  return ticket;
}

std::string_view shown_status(const TicketState& ticket) noexcept {
  if (ticket.trashed) return "trash";
  return ticket.spam ? "spam" : name_of(ticket.status);
}

TicketState with_status(TicketState ticket, TicketStatus status, Instant now,
                        const TicketSettings& settings) {
  if (ticket.status == status) return ticket;
  if (is_done(ticket.status) && !is_done(status)) ticket = reopened(std::move(ticket), now);
  if (status == TicketStatus::closed) return closed_at(std::move(ticket), now);
  ticket.status = status;
  ticket.status_updated = now;
  ticket.closed.reset();
  return at_time(std::move(ticket), now, settings);
}

std::optional<Instant> closes_at(const TicketState& ticket,
                                 const TicketSettings& settings) noexcept {
  if (ticket.status != TicketStatus::solved) return std::nullopt;
  const Instant quiet_since =
      std::max(ticket.status_updated, ticket.last_customer_message.value_or(Instant::min()));
  return quiet_since + settings.close_solved_after;
}

TicketState at_time(TicketState ticket, Instant now, const TicketSettings& settings) {
  const auto closing = closes_at(ticket, settings);
  return closing && *closing <= now ? closed_at(std::move(ticket), *closing) : ticket;
}

ReplyEffect customer_reply(TicketState ticket, Instant now, const TicketSettings& settings) {
  ticket = at_time(std::move(ticket), now, settings);
  if (!is_done(ticket.status)) {
    if (ticket.status == TicketStatus::pending) {
      ticket.status = TicketStatus::open;
      ticket.status_updated = now;
    }
    ticket.last_customer_message = last_of(ticket, now);
    return Joins{ticket};
  }
  const Instant done = ticket.closed.value_or(ticket.status_updated);
  if (now > done + settings.reopen_within) return StartsLinkedTicket{};
  ticket.last_customer_message = last_of(ticket, now);
  return Reopens{reopened(std::move(ticket), now)};
}

TicketState flagged(TicketState ticket, TicketFlag flag) noexcept {
  (flag == TicketFlag::spam ? ticket.spam : ticket.trashed) = true;
  return ticket;
}

TicketState unflagged(TicketState ticket, TicketFlag flag) noexcept {
  (flag == TicketFlag::spam ? ticket.spam : ticket.trashed) = false;
  return ticket;
}

}  // namespace lethe::core
