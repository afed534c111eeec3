// ports::Tickets on each engine: rows, who takes part, conflicts.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::TicketStatus;
using ports::ParticipantRole;
using ports::Reading;
using ports::TicketRow;
using ports::Writing;

TicketRow full_row() {
  TicketRow row = ticket_row(1);
  row.assignee = agent(1);
  row.group = group(1);
  row.type = type(1);
  row.state = {.status = TicketStatus::closed,
               .spam = true,
               .trashed = true,
               .created = at(1),
               .status_updated = at(2),
               .closed = at(3),
               .reopened = at(4),
               .last_customer_message = at(5)};
  row.channel = ports::Channel::forum;
  row.updated_at = at(6);
  row.message_count = 12;
  row.last_message = message(8);
  row.cell_version = 3;
  row.follows = ticket(9);
  row.acknowledged = true;
  return row;
}

TicketRow find(ports::Store& store, std::int64_t n) {
  return read(store, [=](const Reading& tx) { return tx.tickets().find(ticket(n)); });
}

void check_full(const TicketRow& row) {
  const TicketRow want = full_row();
  CHECK(row.number == 1);
  CHECK(row.requester == want.requester);
  CHECK(row.assignee == want.assignee);
  CHECK(row.group == want.group);
  CHECK(row.type == want.type);
  CHECK(row.state == want.state);
  CHECK(row.channel == want.channel);
  CHECK(row.updated_at == want.updated_at);
  CHECK(row.message_count == 12);
  CHECK(row.last_message == want.last_message);
  CHECK(holds(row.subject, person(1), "subject"));
  CHECK(row.cell_version == 3);
  CHECK(row.follows == want.follows);
  CHECK((row.acknowledged && !row.erased));
}

void insert(ports::Store& store, const TicketRow& row) {
  write(store, [&](Writing& tx) { return tx.tickets().insert(row); });
}

TEST_CASE("a ticket comes back with every field, by id and by number; a strange one is not found") {
  on_each_store([](ports::Store& store) {
    insert(store, full_row());
    check_full(find(store, 1));
    check_full(read(store, [](const Reading& tx) { return tx.tickets().find_number(1); }));
    const auto strange = [](const Reading& tx) { return tx.tickets().find(ticket(2)); };
    CHECK(error_of_read(store, strange) == Errc::not_found);
    CHECK(error_of_read(store, [](const Reading& tx) { return tx.tickets().find_number(2); }) ==
          Errc::not_found);
  });
}

TEST_CASE("an update writes every field and raises the version by one") {
  on_each_store([](ports::Store& store) {
    insert(store, ticket_row(1));
    TicketRow row = full_row();
    row.channel = ports::Channel::mail;  // where it came from never changes
    write(store, [&](Writing& tx) { return tx.tickets().update(row); });
    TicketRow found = find(store, 1);
    CHECK(found.version == 2);
    found.channel = full_row().channel;
    found.state.created = full_row().state.created;
    check_full(found);
  });
}

TEST_CASE("an update from an older version is a conflict and changes nothing, counts neither") {
  on_each_store([](ports::Store& store) {
    insert(store, ticket_row(1));
    write(store, [](Writing& tx) { return tx.tickets().update(ticket_row(1)); });
    TicketRow stale = ticket_row(1);
    stale.state.status = TicketStatus::closed;
    CHECK(error_of_write(store, [&](Writing& tx) { return tx.tickets().update(stale); }) ==
          Errc::conflict);
    // One that goes on after the conflict, as a bulk change does, commits the rest.
    write(store, [&](Writing& tx) -> Status {
      CHECK(tx.tickets().update(stale).error().code == Errc::conflict);
      return {};
    });
    CHECK(find(store, 1).version == 2);
    const auto counts = read(store, [](const Reading& tx) { return tx.tickets().counts({}); });
    CHECK(counts.open == 1);
    CHECK(counts.closed == 0);
    stale.version = 3;  // from the future is as wrong
    CHECK(error_of_write(store, [&](Writing& tx) { return tx.tickets().update(stale); }) ==
          Errc::conflict);
    CHECK(error_of_write(store, [](Writing& tx) { return tx.tickets().update(ticket_row(5)); }) ==
          Errc::not_found);
  });
}

TEST_CASE("neither an id nor a number of a ticket is used twice") {
  on_each_store([](ports::Store& store) {
    insert(store, ticket_row(1));
    TicketRow same_number = ticket_row(2);
    same_number.number = 1;
    CHECK(error_of_write(store, [&](Writing& tx) { return tx.tickets().insert(same_number); }) ==
          Errc::already_exists);
    TicketRow same_id = ticket_row(1);
    same_id.number = 2;
    CHECK(error_of_write(store, [&](Writing& tx) { return tx.tickets().insert(same_id); }) ==
          Errc::already_exists);
    CHECK(read(store, [](const Reading& tx) { return tx.tickets().counts({}); }).all == 1);
  });
}

TEST_CASE("numbers begin at 1 and follow each other within and across transactions") {
  on_each_store([](ports::Store& store) {
    std::vector<std::int64_t> taken;
    for (int i = 0; i < 2; ++i) {
      write(store, [&](Writing& tx) -> Status {
        LETHE_TRY(const auto one, tx.tickets().take_number());
        LETHE_TRY(const auto two, tx.tickets().take_number());
        taken.insert(taken.end(), {one, two});
        return {};
      });
    }
    CHECK(taken == std::vector<std::int64_t>{1, 2, 3, 4});
  });
}

TEST_CASE("a shell is found, without requester and subject, and belongs to nobody") {
  on_each_store([](ports::Store& store) {
    insert(store, ticket_row(1));
    TicketRow shell = ticket_row(1);
    shell.erased = true;
    shell.requester.reset();
    shell.subject.reset();
    write(store, [&](Writing& tx) { return tx.tickets().update(shell); });
    const TicketRow found = find(store, 1);
    CHECK((found.erased && !found.requester && !found.subject));
    CHECK(read(store, [](const Reading& tx) {
            return tx.tickets().of_requester(person(1));
          }).empty());
    CHECK(read(store, [](const Reading& tx) { return tx.tickets().counts({}); }).all == 0);
  });
}

TEST_CASE("the tickets of a requester include spam, trash and those whose erasure has begun") {
  on_each_store([](ports::Store& store) {
    for (std::int64_t n = 1; n <= 4; ++n) {
      TicketRow row = ticket_row(n);
      row.state.spam = n == 1;
      row.state.trashed = n == 2;
      row.erased = n == 3;
      insert(store, row);
    }
    insert(store, ticket_row(5, 2));
    const auto rows =
        read(store, [](const Reading& tx) { return tx.tickets().of_requester(person(1)); });
    CHECK(ids_of(rows) == std::vector{ticket(1), ticket(2), ticket(3), ticket(4)});
  });
}

TEST_CASE("the role of a participant only gets stronger") {
  on_each_store([](ports::Store& store) {
    insert(store, ticket_row(1));
    const auto add = [&](ParticipantRole role) {
      write(store, [=](Writing& tx) {
        return tx.tickets().add_participant({ticket(1), person(1), role});
      });
      return read(store, [](const Reading& tx) { return tx.tickets().participants(ticket(1)); });
    };
    using enum ParticipantRole;
    for (const auto& [given, kept] : {std::pair{stranger, stranger}, std::pair{cc, cc},
                                      std::pair{stranger, cc}, std::pair{requester, requester},
                                      std::pair{cc, requester}, std::pair{stranger, requester}}) {
      const auto rows = add(given);
      REQUIRE(rows.size() == 1);
      CHECK(rows[0].role == kept);
    }
  });
}

TEST_CASE("participations are those in live tickets, in any role, until they are removed") {
  on_each_store([](ports::Store& store) {
    for (std::int64_t n = 1; n <= 3; ++n) {
      TicketRow row = ticket_row(n);
      row.erased = n == 2;
      insert(store, row);
      write(store, [=](Writing& tx) {
        return tx.tickets().add_participant(
            {ticket(n), person(1), static_cast<ParticipantRole>(n)});
      });
    }
    const auto participations = [&] {
      return read(store, [](const Reading& tx) { return tx.tickets().participations(person(1)); });
    };
    const auto rows = participations();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].ticket == ticket(1));
    CHECK(rows[1].ticket == ticket(3));
    CHECK(rows[1].role == ParticipantRole::stranger);
    for (int twice = 0; twice < 2; ++twice) {
      write(store,
            [](Writing& tx) { return tx.tickets().remove_participant(ticket(1), person(1)); });
    }
    CHECK(participations().size() == 1);
  });
}

TEST_CASE("managed tags are replaced, free tags gather until all go") {
  on_each_store([](ports::Store& store) {
    insert(store, ticket_row(1));
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.tickets().set_tags(ticket(1), {tag(2), tag(1), tag(1)}));
      LETHE_CHECK(tx.tickets().set_tags(ticket(1), {tag(3), tag(2)}));
      LETHE_CHECK(
          tx.tickets().insert_free_tag({2, ticket(1), person(1), cell(person(1), "second")}));
      return tx.tickets().insert_free_tag({1, ticket(1), person(1), cell(person(1), "first")});
    });
    CHECK(read(store, [](const Reading& tx) { return tx.tickets().tags(ticket(1)); }) ==
          std::vector{tag(2), tag(3)});
    const auto free_tags = [&] {
      return read(store, [](const Reading& tx) { return tx.tickets().free_tags(ticket(1)); });
    };
    REQUIRE(free_tags().size() == 2);
    CHECK(holds(free_tags()[0].tag, person(1), "first"));
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.tickets().remove_free_tags(ticket(1)); });
    }
    CHECK(free_tags().empty());
  });
}

TEST_CASE("handlers are remembered once, reading times per agent until taken back") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {2, 1, 2}) {
        LETHE_CHECK(tx.tickets().add_handler(ticket(1), agent(n)));
      }
      LETHE_CHECK(tx.tickets().mark_read(ticket(1), agent(1), at(1)));
      LETHE_CHECK(tx.tickets().mark_read(ticket(1), agent(1), at(2)));
      LETHE_CHECK(tx.tickets().mark_read(ticket(2), agent(1), at(3)));
      return tx.tickets().mark_read(ticket(1), agent(2), at(4));
    });
    CHECK(read(store, [](const Reading& tx) { return tx.tickets().handlers(ticket(1)); }) ==
          std::vector{agent(1), agent(2)});
    const auto times = [&] {
      return read(store, [](const Reading& tx) {
        return tx.tickets().read_times(agent(1), {ticket(2), ticket(3), ticket(1)});
      });
    };
    using Times = std::vector<std::optional<Instant>>;
    CHECK(times() == Times{at(3), std::nullopt, at(2)});
    for (int twice = 0; twice < 2; ++twice) {
      write(store,
            [](Writing& tx) { return tx.tickets().mark_read(ticket(1), agent(1), std::nullopt); });
    }
    CHECK(times() == Times{at(3), std::nullopt, std::nullopt});
  });
}

TEST_CASE("a solved ticket is listed for closing from its second on, others and shells never") {
  on_each_store([](ports::Store& store) {
    for (std::int64_t n = 1; n <= 5; ++n) {
      TicketRow row = ticket_row(n);
      row.state.status = n == 4 ? TicketStatus::pending : TicketStatus::solved;
      row.state.status_updated = at(100 - n);
      row.erased = n == 5;
      insert(store, row);
    }
    const auto solved = [&](std::int64_t until, int limit) {
      return read(store,
                  [=](const Reading& tx) { return tx.tickets().solved_until(at(until), limit); });
    };
    CHECK(solved(96, 10).empty());
    CHECK(solved(97, 10) == std::vector{ticket(3)});
    CHECK(solved(99, 10) == std::vector{ticket(3), ticket(2), ticket(1)});
    CHECK(solved(99, 2) == std::vector{ticket(3), ticket(2)});
  });
}

}  // namespace
}  // namespace lethe::testing
