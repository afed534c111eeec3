// Lists of tickets and the counts above them, on each engine.
#include <algorithm>
#include <random>
#include <thread>

#include "lethe/ports/operations.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::TicketId;
using core::TicketStatus;
using ports::Reading;
using ports::TicketQuery;
using ports::TicketRow;
using ports::Writing;

std::vector<TicketId> listed(ports::Store& store, const TicketQuery& query) {
  return ids_of(read(store, [&](const Reading& tx) { return tx.tickets().list(query); }));
}

std::vector<TicketId> tickets(std::initializer_list<std::int64_t> numbers) {
  std::vector<TicketId> ids;
  for (const std::int64_t n : numbers) ids.push_back(ticket(n));
  return ids;
}

// 1 open, 2 pending and assigned, 3 solved in a group, 4 closed of a type, 5 spam, 6 trash,
// 7 spam in the trash, 8 a shell, 9 open and of person 2, tagged.
Status insert_one_of_each(Writing& tx) {
  for (std::int64_t n = 1; n <= 9; ++n) {
    TicketRow row = ticket_row(n, n == 9 ? 2 : 1);
    if (n <= 4) row.state.status = static_cast<TicketStatus>(n - 1);
    if (n == 2) row.assignee = agent(1);
    if (n == 3) row.group = group(1);
    if (n == 4) row.type = type(1);
    row.state.spam = n == 5 || n == 7;
    row.state.trashed = n == 6 || n == 7;
    row.erased = n == 8;
    LETHE_CHECK(tx.tickets().insert(row));
  }
  LETHE_CHECK(tx.tickets().add_participant({ticket(3), person(2), ports::ParticipantRole::cc}));
  return tx.tickets().set_tags(ticket(9), {tag(1)});
}

TEST_CASE("each filter of a list shows what it names and nothing else, newest first") {
  on_each_store([](ports::Store& store) {
    write(store, insert_one_of_each);
    using enum TicketStatus;
    CHECK(listed(store, {}) == tickets({9, 4, 3, 2, 1}));
    CHECK(listed(store, {.statuses = {open}}) == tickets({9, 1}));
    CHECK(listed(store, {.statuses = {pending, solved, closed}}) == tickets({4, 3, 2}));
    CHECK(listed(store, {.group = group(1)}) == tickets({3}));
    CHECK(listed(store, {.group = group(2)}).empty());
    CHECK(listed(store, {.type = type(1)}) == tickets({4}));
    CHECK(listed(store, {.tag = tag(1)}) == tickets({9}));
    CHECK(listed(store, {.tag = tag(2)}).empty());
    CHECK(listed(store, {.assignee = agent(1)}) == tickets({2}));
    CHECK(listed(store, {.unassigned = true}) == tickets({9, 4, 3, 1}));
    CHECK(listed(store, {.requester = person(2)}) == tickets({9}));
    CHECK(listed(store, {.participant = person(2)}) == tickets({3}));
    CHECK(listed(store, {.updated_since = at(4)}) == tickets({9, 4}));
    CHECK(listed(store, {.statuses = {open}, .tag = tag(1), .requester = person(1)}).empty());
    CHECK(listed(store, {.with_erased = true}) == tickets({9, 8, 4, 3, 2, 1}));
    CHECK(listed(store, {.oldest_first = true}) == tickets({1, 2, 3, 4, 9}));
  });
}

TEST_CASE("the oldest live ticket is no shell, though it be spam in the trash") {
  on_each_store([](ports::Store& store) {
    const auto oldest = [&] {
      return read(store, [](const Reading& tx) { return operations(tx).oldest_live_ticket(); });
    };
    const auto insert = [&](TicketRow row) {
      write(store, [&](Writing& tx) { return tx.tickets().insert(row); });
    };
    CHECK_FALSE(oldest().has_value());
    TicketRow shell = ticket_row(1, 1);
    shell.erased = true;
    insert(shell);
    CHECK_FALSE(oldest().has_value());
    insert(ticket_row(3, 1));
    CHECK(oldest() == ticket(3));
    TicketRow spam = ticket_row(2, 1);
    spam.state.spam = spam.state.trashed = true;
    insert(spam);
    CHECK(oldest() == ticket(2));
  });
}

TEST_CASE("spam in the trash is in the trash, so that no ticket is in no list") {
  on_each_store([](ports::Store& store) {
    write(store, insert_one_of_each);
    CHECK(listed(store, {.spam = true}) == tickets({5}));
    CHECK(listed(store, {.trash = true}) == tickets({7, 6}));
    CHECK(listed(store, {.with_spam_and_trash = true}) == tickets({9, 7, 6, 5, 4, 3, 2, 1}));
  });
}

TEST_CASE("a list that no single index holds in order is in order, bounded and without doubles") {
  on_each_store([](ports::Store& store) {
    write(store, insert_one_of_each);
    using enum TicketStatus;
    const auto any = TicketQuery{.with_spam_and_trash = true, .with_erased = true};
    CHECK(listed(store, any) == tickets({9, 8, 7, 6, 5, 4, 3, 2, 1}));
    TicketQuery three = any;
    three.limit = 3;
    CHECK(listed(store, three) == tickets({9, 8, 7}));
    three.after = {{at(7), ticket(7)}};
    CHECK(listed(store, three) == tickets({6, 5, 4}));
    three.oldest_first = true;
    CHECK(listed(store, three) == tickets({8, 9}));
    CHECK(listed(store, {.statuses = {closed, open, closed, open}}) == tickets({9, 4, 1}));
    CHECK(listed(store, {.statuses = {open, pending}, .unassigned = true}) == tickets({9, 1}));
  });
}

TEST_CASE("a list clamps its limit to 1..200") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= 203; ++n) LETHE_CHECK(tx.tickets().insert(ticket_row(n)));
      return {};
    });
    CHECK(listed(store, {.limit = -1}).size() == 1);
    CHECK(listed(store, {.limit = 0}).size() == 1);
    CHECK(listed(store, {.limit = 2}).size() == 2);
    CHECK(listed(store, {.limit = 200}).size() == 200);
    CHECK(listed(store, {.limit = 201}).size() == 200);
  });
}

std::vector<TicketId> paged(ports::Store& store, TicketQuery query) {
  std::vector<TicketId> seen;
  while (true) {
    const auto rows = read(store, [&](const Reading& tx) { return tx.tickets().list(query); });
    for (const TicketRow& row : rows) seen.push_back(row.id);
    if (rows.empty()) return seen;
    query.after = std::pair{rows.back().updated_at, rows.back().id};
  }
}

TEST_CASE("paging loses no ticket and shows none twice, though many changed in one second") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= 23; ++n) {
        TicketRow row = ticket_row(n);
        row.updated_at = at((n * 7) % 4);
        LETHE_CHECK(tx.tickets().insert(row));
      }
      return {};
    });
    const auto whole = listed(store, {});
    REQUIRE(whole.size() == 23);
    auto reversed = whole;
    std::ranges::reverse(reversed);
    for (const int limit : {1, 2, 5, 22, 23, 24}) {
      CHECK(paged(store, {.limit = limit}) == whole);
      CHECK(paged(store, {.oldest_first = true, .limit = limit}) == reversed);
    }
  });
}

// --- Counts --------------------------------------------------------------------------------------

// What the lists show, counted.
ports::TicketCounts counted(ports::Store& store) {
  const auto size = [&](TicketQuery query) {
    query.limit = 200;
    return static_cast<std::int64_t>(listed(store, query).size());
  };
  using enum TicketStatus;
  return {.open = size({.statuses = {open}}),
          .pending = size({.statuses = {pending}}),
          .solved = size({.statuses = {solved}}),
          .closed = size({.statuses = {closed}}),
          .unassigned_open = size({.statuses = {open}, .unassigned = true}),
          .mine_open = size({.statuses = {open}, .assignee = agent(1)}),
          .spam = size({.spam = true}),
          .trash = size({.trash = true}),
          .all = size({})};
}

void check_counts(ports::Store& store) {
  const auto kept = read(store, [](const Reading& tx) { return tx.tickets().counts(agent(1)); });
  const auto want = counted(store);
  CHECK(kept.open == want.open);
  CHECK(kept.pending == want.pending);
  CHECK(kept.solved == want.solved);
  CHECK(kept.closed == want.closed);
  CHECK(kept.unassigned_open == want.unassigned_open);
  CHECK(kept.mine_open == want.mine_open);
  CHECK(kept.spam == want.spam);
  CHECK(kept.trash == want.trash);
  CHECK(kept.all == want.all);
}

using Dice = std::mt19937;
std::int64_t roll(Dice& dice, std::int64_t below) {
  return static_cast<std::int64_t>(dice() % static_cast<std::uint32_t>(below));
}

void change_somehow(TicketRow& row, Dice& dice) {
  switch (roll(dice, 5)) {
    case 0:
      row.state.status = static_cast<TicketStatus>(roll(dice, 4));
      break;
    case 1:
      row.state.spam = !row.state.spam;
      break;
    case 2:
      row.state.trashed = !row.state.trashed;
      break;
    case 3:
      row.erased = roll(dice, 4) == 0;
      break;
    default:
      row.assignee.reset();
      if (const auto n = roll(dice, 3); n > 0) row.assignee = agent(n);
  }
}

constexpr std::int64_t kTickets = 20;

// Changes one ticket; now and then the whole transaction fails afterwards.
Status change_one(Writing& tx, std::uint32_t seed) {
  Dice dice{seed};
  LETHE_TRY(auto row, tx.tickets().find(ticket(1 + roll(dice, kTickets))));
  change_somehow(row, dice);
  LETHE_CHECK(tx.tickets().update(row));
  if (roll(dice, 8) == 0) return fail(Errc::cancelled, "the test wants it undone");
  return {};
}

Status insert_tickets(Writing& tx) {
  for (std::int64_t n = 1; n <= kTickets; ++n) LETHE_CHECK(tx.tickets().insert(ticket_row(n)));
  return {};
}

TEST_CASE("after any changes, also undone ones, the counts are what the lists show") {
  on_each_store([](ports::Store& store) {
    write(store, insert_tickets);
    check_counts(store);
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
      std::ignore = store.write([=](Writing& tx) { return change_one(tx, seed); });
      if (seed % 10 == 0) check_counts(store);
    }
  });
}

TEST_CASE("with several writers at once the counts are what the lists show") {
  on_each_store([](ports::Store& store) {
    write(store, insert_tickets);
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 4; ++t) {
      threads.emplace_back([&store, t] {
        for (std::uint32_t i = 0; i < 40; ++i) {
          const std::uint32_t seed = t * 1000 + i;
          std::ignore = store.write([=](Writing& tx) { return change_one(tx, seed); });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    check_counts(store);
  });
}

}  // namespace
}  // namespace lethe::testing
