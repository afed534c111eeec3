#include "lethe/core/merged_clocks.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

constexpr Instant day(int number) { return Instant{Days{number}}; }

TicketState closed_ticket(int created, int closed) {
  return with_status(new_ticket(day(created)), TicketStatus::closed, day(closed), {});
}

TEST_CASE("each clock of two tickets in one is the later of both, whichever is kept") {
  TicketState early = closed_ticket(1, 5);
  TicketState late = closed_ticket(2, 9);
  early.last_customer_message = day(4);
  late.last_customer_message = day(3);
  early.reopened = day(3);
  for (const auto& [kept, gone] : {std::pair{early, late}, std::pair{late, early}}) {
    const TicketState both = with_clocks_of(kept, settled_by_merge(gone, day(50)));
    CHECK(both.created == day(2));
    CHECK(both.closed == day(9));
    CHECK(both.status_updated == day(9));
    CHECK(both.reopened == day(3));
    CHECK(both.last_customer_message == day(4));
    CHECK(both.status == TicketStatus::closed);
  }
}

TEST_CASE("a merge closes what was open, and leaves a closed ticket's clocks where they were") {
  const TicketState open = new_ticket(day(1));
  CHECK(settled_by_merge(open, day(7)).closed == day(7));
  const TicketState closed = closed_ticket(1, 5);
  CHECK(settled_by_merge(closed, day(7)) == closed);
}

TEST_CASE("a solved ticket that was merged closes when it would have closed alone") {
  const TicketState solved = with_status(new_ticket(day(1)), TicketStatus::solved, day(2), {});
  CHECK(settled_by_merge(solved, day(3)).closed == day(2) + TicketSettings{}.close_solved_after);
}

TEST_CASE("an open ticket stays open whatever is merged into it") {
  const TicketState open = new_ticket(day(6));
  const TicketState both = with_clocks_of(open, closed_ticket(1, 5));
  CHECK(both.status == TicketStatus::open);
  CHECK_FALSE(both.closed);
  CHECK(both.created == day(6));
}

TEST_CASE("flags of a merged ticket do not come along") {
  const TicketState gone = flagged(closed_ticket(1, 5), TicketFlag::trash);
  CHECK_FALSE(with_clocks_of(closed_ticket(1, 4), gone).trashed);
}

TEST_CASE("a ticket on which no customer wrote counts from its closing in a merge, too") {
  const TicketState silent = closed_ticket(1, 10);
  TicketState spoken = closed_ticket(1, 20);
  spoken.last_customer_message = day(3);
  CHECK(with_clocks_of(spoken, silent).last_customer_message == day(10));
  CHECK(with_clocks_of(silent, spoken).last_customer_message == day(10));
  // Not closed yet: from a closing that is to come, so from none before it.
  CHECK_FALSE(with_clocks_of(new_ticket(day(1)), spoken).last_customer_message);
  CHECK_FALSE(with_clocks_of(silent, silent).last_customer_message);
}

}  // namespace
}  // namespace lethe::core
