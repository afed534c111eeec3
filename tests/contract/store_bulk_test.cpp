// ports::Bulk on each engine: rows of many ids are the rows of each.
#include "lethe/ports/bulk.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::HoldId;
using ports::Reading;
using ports::ReviewRow;
using ports::Writing;

// More than one statement's worth, and no power of two.
constexpr std::int64_t kMany = static_cast<std::int64_t>(2 * ports::kIdsAtOnce + 37);

// 1 to `count`, the last first, each twice, and one that nobody has.
template <class Make>
auto shuffled(std::int64_t count, Make make) {
  std::vector<decltype(make(1))> ids{make(9'999)};
  for (std::int64_t n = count; n >= 1; --n) {
    ids.push_back(make(n));
    ids.push_back(make(n));
  }
  return ids;
}

template <class Make>
auto ascending(std::int64_t count, Make make) {
  std::vector<decltype(make(1))> ids;
  for (std::int64_t n = 1; n <= count; ++n) ids.push_back(make(n));
  return ids;
}

template <class Ask>
auto ask(ports::Store& store, Ask question) {
  return read(store, [&](const Reading& tx) { return question(ports::bulk(tx)); });
}

std::int64_t number(std::int64_t id) { return id; }
std::int64_t number(core::OutgoingId id) { return id.value(); }

Status insert_persons(Writing& tx, std::int64_t count) {
  for (std::int64_t n = 1; n <= count; ++n) LETHE_CHECK(tx.people().insert(person_row(n)));
  return {};
}

TEST_CASE("rows of many ids come once each, ascending, however the ids stand and however many") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_persons(tx, kMany));
      for (std::int64_t n = 1; n <= kMany; ++n) {
        LETHE_CHECK(tx.tickets().insert(ticket_row(n, n)));
        LETHE_CHECK(tx.messages().insert(message_row(n, n, n)));
      }
      return {};
    });
    for (const std::int64_t count :
         {std::int64_t{1}, std::int64_t{3}, static_cast<std::int64_t>(ports::kIdsAtOnce), kMany}) {
      CAPTURE(count);
      const auto persons = shuffled(count, person);
      const auto tickets = shuffled(count, ticket);
      const auto messages = shuffled(count, message);
      CHECK(ids_of(ask(store, [&](const auto& bulk) { return bulk.persons(persons); })) ==
            ascending(count, person));
      CHECK(ids_of(ask(store, [&](const auto& bulk) { return bulk.tickets(tickets); })) ==
            ascending(count, ticket));
      CHECK(ids_of(ask(store, [&](const auto& bulk) { return bulk.messages(messages); })) ==
            ascending(count, message));
    }
    CHECK(ask(store, [](const auto& bulk) { return bulk.persons({}); }).empty());
  });
}

TEST_CASE("rows read together say what they say when they are read alone") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_persons(tx, 2));
      LETHE_CHECK(tx.tickets().insert(ticket_row(1, 1)));
      return tx.messages().insert(message_row(1, 1, 2));
    });
    const std::vector persons{person(2), person(1)};
    const std::vector tickets{ticket(1)};
    const std::vector messages{message(1)};
    const auto people = ask(store, [&](const auto& bulk) { return bulk.persons(persons); });
    CHECK(holds(people.at(1).profile, person(2), "profile"));
    CHECK(people.at(1).created_at == at(2));
    const auto ticket = ask(store, [&](const auto& bulk) { return bulk.tickets(tickets); }).at(0);
    CHECK(holds(ticket.subject, person(1), "subject"));
    CHECK(ticket.number == 1);
    const auto whole = ask(store, [&](const auto& bulk) { return bulk.messages(messages); }).at(0);
    CHECK(holds(whole.text, person(2), "text"));
    const auto line = ask(store, [&](const auto& bulk) { return bulk.snippets(messages); }).at(0);
    CHECK(holds(line.snippet, person(2), "snippet"));
    CHECK_FALSE(line.text);
  });
}

TEST_CASE("what hangs on many rows comes in the order of its owners") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_persons(tx, 3));
      for (const std::int64_t n : {3, 1}) {
        LETHE_CHECK(tx.people().insert_address(
            {.id = 10 * n, .person = person(n), .address = cell(person(n), "mail")}));
        LETHE_CHECK(tx.people().set_tags(person(n), {tag(2), tag(1)}));
        LETHE_CHECK(tx.tickets().insert(ticket_row(n, n)));
        LETHE_CHECK(tx.tickets().set_tags(ticket(n), {tag(4), tag(3)}));
        LETHE_CHECK(
            tx.tickets().insert_free_tag({20 * n, ticket(n), person(n), cell(person(n), "free")}));
        LETHE_CHECK(tx.tickets().mark_read(ticket(n), agent(n), at(n)));
      }
      return {};
    });
    const std::vector persons{person(3), person(2), person(1)};
    const std::vector tickets{ticket(3), ticket(2), ticket(1)};
    const auto addresses = ask(store, [&](const auto& bulk) { return bulk.addresses(persons); });
    REQUIRE(addresses.size() == 2);
    CHECK((addresses[0].person == person(1) && addresses[1].person == person(3)));
    CHECK(addresses[1].id == 30);
    const auto tags = ask(store, [&](const auto& bulk) { return bulk.person_tags(persons); });
    REQUIRE(tags.size() == 4);
    CHECK((tags[0].person == person(1) && tags[0].tag == tag(1) && tags[1].tag == tag(2)));
    const auto marks = ask(store, [&](const auto& bulk) { return bulk.ticket_tags(tickets); });
    REQUIRE(marks.size() == 4);
    CHECK((marks[3].ticket == ticket(3) && marks[3].tag == tag(4)));
    const auto free = ask(store, [&](const auto& bulk) { return bulk.free_tags(tickets); });
    REQUIRE(free.size() == 2);
    CHECK((free[0].ticket == ticket(1) && free[0].id == 20));
    const auto seen = [&](std::int64_t n) {
      return ask(store, [&](const auto& bulk) { return bulk.read_times(agent(n), tickets); });
    };
    REQUIRE(seen(3).size() == 1);
    CHECK((seen(3)[0].ticket == ticket(3) && seen(3)[0].at == at(3)));
    CHECK(seen(2).empty());
  });
}

TEST_CASE("a hold on a person and on a ticket of theirs is found once, others' are not") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_persons(tx, 3));
      for (std::int64_t n = 1; n <= 3; ++n) LETHE_CHECK(tx.tickets().insert(ticket_row(n, n)));
      const auto hold = [&](std::int64_t n, std::optional<core::PersonId> of,
                            std::optional<core::TicketId> on) {
        return tx.retention().insert_hold({.id = HoldId::of(n),
                                           .person = of,
                                           .ticket = on,
                                           .ground = "art-17-3-e",
                                           .by = agent(1),
                                           .created_at = at(n)});
      };
      LETHE_CHECK(hold(1, person(1), {}));
      LETHE_CHECK(hold(2, {}, ticket(1)));
      LETHE_CHECK(hold(3, person(2), ticket(2)));
      return hold(4, person(3), {});
    });
    const auto on = [&](std::vector<core::PersonId> ids) {
      return ids_of(ask(store, [&](const auto& bulk) { return bulk.holds(ids); }));
    };
    CHECK(on({person(2), person(1)}) == std::vector{HoldId::of(1), HoldId::of(2), HoldId::of(3)});
    CHECK(on({person(3)}) == std::vector{HoldId::of(4)});
    CHECK(on({person(9)}).empty());
  });
}

TEST_CASE("merges that stand and proposals that are open are found, the others are not") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= 4; ++n) LETHE_CHECK(tx.tickets().insert(ticket_row(n)));
      ports::Threading& threading = ports::threading(tx);
      const auto move = [&](std::int64_t id, std::int64_t from, std::int64_t to,
                            ports::MoveKind kind, bool undone) {
        return threading.save_move({.id = id,
                                    .from = ticket(from),
                                    .to = ticket(to),
                                    .kind = kind,
                                    .messages = {},
                                    .former = "{}",
                                    .by = std::nullopt,
                                    .at = at(id),
                                    .undone = undone});
      };
      LETHE_CHECK(move(1, 1, 2, ports::MoveKind::merge, false));
      LETHE_CHECK(move(2, 3, 2, ports::MoveKind::merge, true));
      LETHE_CHECK(move(3, 2, 4, ports::MoveKind::split, false));
      const auto propose = [&](std::int64_t id, std::int64_t on, ports::ProposalState state) {
        return threading.save_proposal({.id = id,
                                        .ticket = ticket(on),
                                        .message = message(id),
                                        .kind = ports::ProposalKind::split,
                                        .other = std::nullopt,
                                        .state = state,
                                        .at = at(id)});
      };
      LETHE_CHECK(propose(1, 3, ports::ProposalState::open));
      LETHE_CHECK(propose(2, 1, ports::ProposalState::open));
      return propose(3, 1, ports::ProposalState::dismissed);
    });
    const auto merges = [&](std::vector<core::TicketId> ids) {
      return ask(store, [&](const auto& bulk) { return bulk.merges(ids); });
    };
    REQUIRE(merges({ticket(1), ticket(2), ticket(3), ticket(4)}).size() == 1);
    CHECK(merges({ticket(2)}).at(0).from == ticket(1));
    CHECK(merges({ticket(1)}).at(0).to == ticket(2));
    CHECK(merges({ticket(3), ticket(4)}).empty());
    const std::vector all{ticket(3), ticket(1)};
    const auto open = ask(store, [&](const auto& bulk) { return bulk.proposals(all); });
    REQUIRE(open.size() == 2);
    CHECK((open[0].ticket == ticket(1) && open[1].ticket == ticket(3)));
  });
}

TEST_CASE("dates of many persons are written together, absent ones too, and nobody else's") {
  on_each_store([](ports::Store& store) {
    constexpr std::int64_t kPersons = 150;  // more than one statement's worth
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= kPersons + 1; ++n) {
        ports::PersonRow row = person_row(n);
        row.next_review_at = at(900);
        row.unreferenced_since = at(901);
        LETHE_CHECK(tx.people().insert(row));
      }
      return {};
    });
    const auto next = [](std::int64_t n) {
      return n % 3 == 0 ? std::nullopt : std::optional{at(n)};
    };
    const auto since = [](std::int64_t n) {
      return n % 2 == 0 ? std::nullopt : std::optional{at(-n)};
    };
    write(store, [&](Writing& tx) -> Status {
      std::vector<ReviewRow> rows{{person(5000), at(1), at(1)}};  // nobody
      for (std::int64_t n = 1; n <= kPersons; ++n) rows.push_back({person(n), next(n), since(n)});
      LETHE_CHECK(ports::bulk(tx).set_reviews(rows));
      return ports::bulk(tx).set_reviews({});
    });
    const auto row = [&](std::int64_t n) {
      return read(store, [=](const Reading& tx) { return tx.people().find(person(n)); });
    };
    for (std::int64_t n = 1; n <= kPersons; ++n) {
      CAPTURE(n);
      CHECK(row(n).next_review_at == next(n));
      CHECK(row(n).unreferenced_since == since(n));
    }
    CHECK(row(kPersons + 1).next_review_at == at(900));
    CHECK(row(kPersons + 1).unreferenced_since == at(901));
    CHECK(holds(row(1).profile, person(1), "profile"));
    CHECK(row(1).updated_at == at(1));
  });
}

TEST_CASE("quotes, addressees and mails of many messages are those of each, in the same order") {
  on_each_store([](ports::Store& store) {
    constexpr std::int64_t kMessages = 40;
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(insert_persons(tx, 1));
      LETHE_CHECK(tx.tickets().insert(ticket_row(1)));
      for (std::int64_t n = 1; n <= kMessages; ++n) {
        LETHE_CHECK(tx.messages().insert(message_row(n, 1)));
        for (std::int64_t part = 0; part < n % 3; ++part) {
          // The later of a message's quotes has the earlier place.
          LETHE_CHECK(tx.messages().insert_quote({n * 10 + part, message(n), ticket(1), person(1),
                                                  5 - part, cell(person(1), "quoted")}));
          LETHE_CHECK(tx.messages().insert_addressee({n * 10 + part, message(n), ticket(1),
                                                      person(1), ports::AddresseeField::cc,
                                                      cell(person(1), "mailbox")}));
          LETHE_CHECK(tx.outbox().insert({.id = core::OutgoingId::of(n * 10 + part),
                                          .person = person(1),
                                          .ticket = ticket(1),
                                          .message = message(n),
                                          .payload = cell(person(1), "payload"),
                                          .due_at = at(n),
                                          .last_error = "",
                                          .created_at = at(n)}));
        }
      }
      return {};
    });
    const auto messages = shuffled(kMessages, message);
    const auto each = [&](auto single) {
      std::vector<std::int64_t> ids;
      for (std::int64_t n = 1; n <= kMessages; ++n) {
        const auto rows = read(store, [&](const Reading& tx) { return single(tx, message(n)); });
        for (const auto& row : rows) ids.push_back(number(row.id));
      }
      return ids;
    };
    const auto together = [&](auto question) {
      std::vector<std::int64_t> ids;
      for (const auto& row : ask(store, question)) ids.push_back(number(row.id));
      return ids;
    };
    const auto quotes = together([&](const auto& bulk) { return bulk.quotes(messages); });
    CHECK(quotes.size() == 40);
    CHECK(quotes == each([](const Reading& tx, auto id) { return tx.messages().quotes(id); }));
    CHECK(together([&](const auto& bulk) { return bulk.addressees(messages); }) ==
          each([](const Reading& tx, auto id) { return tx.messages().addressees(id); }));
    CHECK(together([&](const auto& bulk) { return bulk.outgoing(messages); }) ==
          each([](const Reading& tx, auto id) { return tx.outbox().of_message(id); }));
  });
}

}  // namespace
}  // namespace lethe::testing
