#include "lethe/core/ticket.h"

#include <doctest/doctest.h>

using namespace lethe;
using namespace lethe::core;

namespace {

constexpr Instant kNow = instant_of(1'700'000'000);
constexpr Seconds kOne{1};
const TicketSettings kDefaults{};

TicketState in(TicketStatus status, Instant at = kNow) {
  return with_status(new_ticket(at), status, at, kDefaults);
}

}  // namespace

TEST_CASE("statuses have the numbers of foreign APIs and a custom one has none") {
  for (const int number : {2, 3, 4, 5}) {
    CHECK(foreign_number(*status_of_foreign_number(number)) == number);
  }
  CHECK(foreign_number(TicketStatus::open) == 2);
  CHECK(foreign_number(TicketStatus::closed) == 5);
  for (const int number : {-1, 0, 1, 6, 7}) CHECK_FALSE(status_of_foreign_number(number));
  CHECK(*parse_ticket_status("pending") == TicketStatus::pending);
  CHECK_FALSE(parse_ticket_status("Open"));
  CHECK_FALSE(parse_ticket_status("spam"));
}

TEST_CASE(
    "a solved ticket closes after seven quiet days, to the second, dated by the due instant") {
  const TicketState solved = in(TicketStatus::solved);
  const Instant due = kNow + Days{7};
  CHECK(at_time(solved, due - kOne, kDefaults).status == TicketStatus::solved);
  CHECK(at_time(solved, due, kDefaults).closed == due);
  CHECK(at_time(solved, due + Days{100}, kDefaults).closed == due);
}

TEST_CASE("a customer message after the solving moves the closing") {
  TicketState solved = in(TicketStatus::solved);
  solved.last_customer_message = kNow + Days{3};
  CHECK(*closes_at(solved, kDefaults) == kNow + Days{10});
}

TEST_CASE("with a wait of 0 days solving closes at once") {
  const TicketSettings at_once{.close_solved_after = Days{0}};
  const TicketState ticket = with_status(new_ticket(kNow), TicketStatus::solved, kNow, at_once);
  CHECK(ticket.status == TicketStatus::closed);
  CHECK(ticket.closed == kNow);
}

TEST_CASE("only a closed ticket has a closing date") {
  TicketState ticket = in(TicketStatus::closed);
  CHECK(ticket.closed == kNow);
  ticket = with_status(ticket, TicketStatus::solved, kNow + kOne, kDefaults);
  CHECK_FALSE(ticket.closed);
  CHECK_FALSE(ticket.reopened);
  ticket = with_status(ticket, TicketStatus::pending, kNow + kOne * 2, kDefaults);
  CHECK(ticket.reopened == kNow + kOne * 2);
}

TEST_CASE("setting the status a ticket has moves no clock") {
  const TicketState closed = in(TicketStatus::closed);
  CHECK(with_status(closed, TicketStatus::closed, kNow + Days{5}, kDefaults) == closed);
}

TEST_CASE(
    "a reply reopens within thirty days of closing and starts a linked ticket one second later") {
  const TicketState closed = in(TicketStatus::closed);
  const Instant last = kNow + Days{30};
  const auto effect = customer_reply(closed, last, kDefaults);
  REQUIRE(std::holds_alternative<Reopens>(effect));
  const TicketState& ticket = std::get<Reopens>(effect).ticket;
  CHECK(ticket.status == TicketStatus::open);
  CHECK(ticket.reopened == last);
  CHECK(ticket.last_customer_message == last);
  CHECK_FALSE(ticket.closed);
  CHECK(std::holds_alternative<StartsLinkedTicket>(customer_reply(closed, last + kOne, kDefaults)));
}

TEST_CASE("the window of a solved ticket that nobody closed yet starts at its due closing") {
  const TicketState solved = in(TicketStatus::solved);
  const Instant closing = kNow + Days{7};
  CHECK(std::holds_alternative<Reopens>(customer_reply(solved, closing + Days{30}, kDefaults)));
  CHECK(std::holds_alternative<StartsLinkedTicket>(
      customer_reply(solved, closing + Days{30} + kOne, kDefaults)));
}

TEST_CASE("a reply to a pending ticket opens it without a reopening date") {
  const auto effect = customer_reply(in(TicketStatus::pending), kNow + Days{90}, kDefaults);
  REQUIRE(std::holds_alternative<Joins>(effect));
  CHECK(std::get<Joins>(effect).ticket.status == TicketStatus::open);
  CHECK_FALSE(std::get<Joins>(effect).ticket.reopened);
}

TEST_CASE("a reply that is older than the last one turns no clock of the customer back") {
  for (const TicketStatus status : {TicketStatus::open, TicketStatus::closed}) {
    TicketState ticket = in(status);
    ticket.last_customer_message = kNow + Days{2};
    const auto effect = customer_reply(ticket, kNow + Days{1}, kDefaults);
    const auto* joins = std::get_if<Joins>(&effect);
    const auto* reopens = std::get_if<Reopens>(&effect);
    REQUIRE((joins != nullptr || reopens != nullptr));
    const TicketState& after = joins != nullptr ? joins->ticket : reopens->ticket;
    CHECK(after.last_customer_message == kNow + Days{2});
  }
}

TEST_CASE("taking a flag away restores the former status and moves no time") {
  const TicketState pending = in(TicketStatus::pending);
  const TicketState both = flagged(flagged(pending, TicketFlag::spam), TicketFlag::trash);
  CHECK(shown_status(both) == "trash");
  CHECK(shown_status(unflagged(both, TicketFlag::trash)) == "spam");
  CHECK(unflagged(unflagged(both, TicketFlag::trash), TicketFlag::spam) == pending);
  CHECK(shown_status(pending) == "pending");
}

TEST_CASE("a reply to a ticket in spam leaves it there") {
  const auto effect =
      customer_reply(flagged(in(TicketStatus::open), TicketFlag::spam), kNow, kDefaults);
  CHECK(std::get<Joins>(effect).ticket.spam);
}
