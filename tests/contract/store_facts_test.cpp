// RetentionStore::facts on each engine: many persons at once say what one at a time says.
#include <random>

#include "lethe/ports/threading.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::FactRows;
using ports::FactsQuery;
using ports::Reading;
using ports::Writing;

constexpr int kPersons = 25;
constexpr int kTickets = 60;

FactsQuery everything(int limit) {
  return {.limit = limit,
          .profiles = true,
          .person_tags = true,
          .ticket_tags = true,
          .handlers = true,
          .last_messages = true};
}

// Persons with and without tickets, tickets of others, shells, spam, tags, agents who handled them.
Status fill(Writing& tx) {
  std::minstd_rand dice{7};
  const auto up_to = [&](unsigned most) { return static_cast<std::int64_t>(dice() % (most + 1)); };
  for (std::int64_t n = 0; n < kPersons; ++n) {
    ports::PersonRow row = person_row(n);
    row.frozen = up_to(4) == 0;
    row.hidden = up_to(4) == 0;
    if (up_to(2) == 0) row.next_review_at = at(up_to(99));
    if (up_to(2) == 0) row.unreferenced_since = at(up_to(99));
    if (up_to(2) == 0) row.tickets_erased_at = at(up_to(99));
    LETHE_CHECK(tx.people().insert(row));
    if (up_to(2) == 0) LETHE_CHECK(tx.people().set_tags(row.id, {tag(1), tag(2)}));
  }
  for (std::int64_t n = 0; n < kTickets; ++n) {
    ports::TicketRow row = ticket_row(n, up_to(kPersons / 2));
    row.state.spam = up_to(5) == 0;
    if (up_to(1) == 0) row.group = group(1);
    if (up_to(1) == 0) row.assignee = agent(1);
    if (up_to(1) == 0) row.last_message = message(n);
    if (up_to(5) == 0) row.erased = true;
    if (row.erased) row.requester.reset();
    if (row.erased) row.subject.reset();
    LETHE_CHECK(tx.tickets().insert(row));
    if (row.requester) {
      LETHE_CHECK(tx.tickets().add_participant(
          {row.id, *row.requester, ports::ParticipantRole::requester}));
      LETHE_CHECK(tx.messages().insert(message_row(n, n, 1)));
    }
    if (up_to(1) == 0) {
      LETHE_CHECK(tx.tickets().add_participant(
          {row.id, person(up_to(kPersons - 1)), ports::ParticipantRole::cc}));
    }
    if (up_to(2) == 0) LETHE_CHECK(tx.tickets().set_tags(row.id, {tag(3), tag(1)}));
    if (up_to(2) == 0) LETHE_CHECK(tx.tickets().add_handler(row.id, agent(2)));
  }
  return {};
}

template <class Row>
void append(std::vector<Row>& all, std::vector<Row>&& more) {
  for (Row& row : more) all.push_back(std::move(row));
}

// Everybody, `limit` at a time.
FactRows in_stretches(ports::Store& store, int limit, bool many = false) {
  FactRows all;
  FactsQuery query = everything(limit);
  query.many = many;
  for (;;) {
    FactRows rows = read(store, [&](const Reading& tx) { return tx.retention().facts(query); });
    if (rows.persons.empty()) return all;
    CHECK(rows.persons.size() <= static_cast<std::size_t>(limit));
    query.after = rows.persons.back().id.value();
    append(all.persons, std::move(rows.persons));
    append(all.person_tags, std::move(rows.person_tags));
    append(all.tickets, std::move(rows.tickets));
    append(all.ticket_tags, std::move(rows.ticket_tags));
    append(all.handlers, std::move(rows.handlers));
    append(all.last_messages, std::move(rows.last_messages));
    append(all.parts, std::move(rows.parts));
  }
}

bool is_one_of(core::TicketId id, const std::vector<ports::TicketRow>& tickets) {
  return std::ranges::find(tickets, id, &ports::TicketRow::id) != tickets.end();
}

// The same by the reads that know one person or ticket.
Result<FactRows> one_by_one(const Reading& tx) {
  FactRows all;
  for (std::int64_t n = 0; n < kPersons; ++n) {
    LETHE_TRY(auto row, tx.people().find(person(n)));
    all.persons.push_back(std::move(row));
    LETHE_TRY(const auto tags, tx.people().tags(person(n)));
    for (const auto one : tags) all.person_tags.push_back({person(n), one});
    LETHE_TRY(auto tickets, tx.tickets().of_requester(person(n)));
    LETHE_TRY(const auto parts, tx.tickets().participations(person(n)));
    for (const auto& part : parts) {
      if (!is_one_of(part.ticket, tickets)) {
        all.parts.push_back({person(n), part.ticket});
      }
    }
    for (ports::TicketRow& ticket : tickets) {
      LETHE_TRY(const auto ticket_tags, tx.tickets().tags(ticket.id));
      for (const auto one : ticket_tags) all.ticket_tags.push_back({ticket.id, one});
      LETHE_TRY(const auto handlers, tx.tickets().handlers(ticket.id));
      for (const auto one : handlers) all.handlers.push_back({ticket.id, one});
      if (ticket.last_message) {
        LETHE_TRY(const auto last, tx.messages().find(*ticket.last_message));
        all.last_messages.push_back({ticket.id, last.created_at});
      }
      all.tickets.push_back(std::move(ticket));
    }
  }
  return all;
}

template <class Row, class... Members>
void check_same(const std::vector<Row>& one, const std::vector<Row>& other, Members... members) {
  REQUIRE(one.size() == other.size());
  REQUIRE_FALSE(one.empty());
  for (std::size_t n = 0; n < one.size(); ++n) {
    CHECK((... && (std::invoke(members, one[n]) == std::invoke(members, other[n]))));
  }
}

void check_same(const FactRows& many, const FactRows& single) {
  using ports::PersonRow;
  using ports::TicketRow;
  check_same(many.persons, single.persons, &PersonRow::id, &PersonRow::created_at,
             &PersonRow::updated_at, &PersonRow::frozen, &PersonRow::erasing, &PersonRow::hidden,
             &PersonRow::agent, &PersonRow::tickets_erased_at, &PersonRow::next_review_at,
             &PersonRow::unreferenced_since, &PersonRow::cell_version);
  check_same(many.tickets, single.tickets, &TicketRow::id, &TicketRow::number,
             &TicketRow::requester, &TicketRow::assignee, &TicketRow::group, &TicketRow::type,
             &TicketRow::updated_at, &TicketRow::last_message);
  check_same(many.person_tags, single.person_tags, &ports::PersonTagRow::person,
             &ports::PersonTagRow::tag);
  check_same(many.ticket_tags, single.ticket_tags, &ports::TicketTagRow::ticket,
             &ports::TicketTagRow::tag);
  check_same(many.handlers, single.handlers, &ports::HandlerRow::ticket, &ports::HandlerRow::agent);
  check_same(many.last_messages, single.last_messages, &ports::TicketTime::ticket,
             &ports::TicketTime::at);
  check_same(many.parts, single.parts, &ports::TicketPart::person, &ports::TicketPart::ticket);
}

TEST_CASE("facts of many persons are the facts of each, however long the stretch") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) { return fill(tx); });
    const FactRows single = read(store, one_by_one);
    for (const int limit : {1, 2, 7, kPersons, 10'000}) {
      CAPTURE(limit);
      check_same(in_stretches(store, limit), single);
    }
  });
}

TEST_CASE("facts of many persons are the same when their tables are gone through as they lie") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) { return fill(tx); });
    const FactRows single = read(store, one_by_one);
    for (const int limit : {1, 7, kPersons, 32'768}) {
      CAPTURE(limit);
      check_same(in_stretches(store, limit, true), single);
    }
    FactsQuery half = everything(32'768);
    half.many = true;
    half.up_to = person(kPersons / 2).value();
    const FactRows found =
        read(store, [&](const Reading& tx) { return tx.retention().facts(half); });
    REQUIRE_FALSE(found.persons.empty());
    CHECK(std::ranges::all_of(
        found.persons, [&](const ports::PersonRow& row) { return row.id.value() <= half.up_to; }));
    CHECK(std::ranges::all_of(found.tickets, [&](const ports::TicketRow& row) {
      return row.requester->value() <= half.up_to;
    }));
  });
}

TEST_CASE("facts of chosen persons are theirs, in whatever order they are named") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) { return fill(tx); });
    const auto facts = [&](const FactsQuery& query) {
      return read(store, [&](const Reading& tx) { return tx.retention().facts(query); });
    };
    FactsQuery chosen = everything(1);  // the limit is the stretch's
    for (std::int64_t n = kPersons - 1; n >= 0; --n) chosen.only.push_back(person(n));
    check_same(facts(chosen), read(store, one_by_one));
    chosen.only = {person(6), person(2), person(6), person(kPersons + 7)};
    const FactRows two = facts(chosen);
    CHECK(ids_of(two.persons) == std::vector{person(2), person(6)});
    for (const auto& ticket : two.tickets) {
      CHECK((ticket.requester == person(2) || ticket.requester == person(6)));
    }
  });
}

TEST_CASE("of those who are hidden the facts say when a run hid them last") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= 3; ++n) {
        ports::PersonRow row = person_row(n);
        row.hidden = n != 3;
        LETHE_CHECK(tx.people().insert(row));
      }
      const auto hide = [&](std::int64_t id, std::int64_t whom, bool by_run,
                            ports::ErasureMode mode) {
        ports::ErasureRow row{.id = core::ErasureId::of(id), .mode = mode, .person = person(whom)};
        if (by_run) row.run = core::RunId::of(1);
        row.created_at = at(id);
        return tx.retention().save_erasure(row);
      };
      LETHE_CHECK(hide(10, 1, true, ports::ErasureMode::hide));
      LETHE_CHECK(hide(20, 1, true, ports::ErasureMode::hide));
      LETHE_CHECK(hide(30, 1, false, ports::ErasureMode::hide));
      LETHE_CHECK(hide(40, 1, true, ports::ErasureMode::erase));
      return hide(50, 2, false, ports::ErasureMode::hide);
    });
    const auto hidden = [&](const FactsQuery& query) {
      return read(store, [&](const Reading& tx) { return tx.retention().facts(query); }).hidden;
    };
    for (const FactsQuery& query : {FactsQuery{}, FactsQuery{.only = {person(2), person(1)}}}) {
      REQUIRE(hidden(query).size() == 1);
      CHECK(hidden(query)[0].person == person(1));
      CHECK(hidden(query)[0].at == at(20));
    }
    CHECK(hidden({.only = {person(3)}}).empty());
  });
}

TEST_CASE("facts that nobody asked for are not read, and a bound of ids holds") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) { return fill(tx); });
    const auto facts = [&](FactsQuery query) {
      return read(store, [&](const Reading& tx) { return tx.retention().facts(query); });
    };
    const FactRows plain = facts({});
    CHECK(plain.persons.size() == kPersons);
    CHECK_FALSE(plain.persons.front().profile);
    CHECK((plain.person_tags.empty() && plain.ticket_tags.empty()));
    CHECK((plain.handlers.empty() && plain.last_messages.empty()));
    CHECK_FALSE(plain.tickets.empty());
    CHECK(holds(facts(everything(1)).persons.front().profile, person(0), "profile"));
    FactsQuery two = everything(10'000);
    two.after = person(3).value();
    two.up_to = person(5).value();
    CHECK(ids_of(facts(two).persons) == std::vector{person(4), person(5)});
    for (const auto& ticket : facts(two).tickets) {
      CHECK((ticket.requester == person(4) || ticket.requester == person(5)));
    }
    two.up_to = two.after;
    CHECK(facts(two).persons.empty());
  });
}

Status save_moves(Writing& tx) {
  for (std::int64_t n = 1; n <= 5; ++n) {
    LETHE_CHECK(tx.people().insert(person_row(n)));
    ports::TicketRow row = ticket_row(n, n);
    row.state.created = at(n);
    LETHE_CHECK(tx.tickets().insert(row));
  }
  std::int64_t id = 1;
  const auto save = [&](std::int64_t from, std::int64_t to, ports::MoveKind kind, bool undone) {
    const std::string former = std::to_string(from) + " to " + std::to_string(to);
    const std::int64_t now = id++;
    return ports::threading(tx).save_move({.id = now,
                                           .from = ticket(from),
                                           .to = ticket(to),
                                           .kind = kind,
                                           .messages = {},
                                           .former = former,
                                           .by = std::nullopt,
                                           .at = at(100 + now),
                                           .undone = undone});
  };
  LETHE_CHECK(save(3, 2, ports::MoveKind::merge, false));
  LETHE_CHECK(save(2, 1, ports::MoveKind::merge, false));
  LETHE_CHECK(save(4, 1, ports::MoveKind::merge, true));
  return save(5, 4, ports::MoveKind::split, false);
}

TEST_CASE("facts name what lies in a ticket by a merge, near and far, and both parts of a split") {
  on_each_store([](ports::Store& store) {
    write(store, save_moves);
    const auto facts = [&](const FactsQuery& query) {
      return read(store, [&](const Reading& tx) { return tx.retention().facts(query); });
    };
    FactsQuery chosen = everything(1);
    chosen.only = {person(1), person(4)};
    FactsQuery lying = everything(100);
    lying.many = true;
    for (const FactsQuery& query : {everything(100), lying, chosen}) {
      FactRows rows = facts(query);
      std::ranges::sort(rows.merged, {}, &ports::MergedTicket::from);
      REQUIRE(rows.merged.size() == 2);
      CHECK(rows.merged[0].from == ticket(2));
      CHECK(rows.merged[0].into == ticket(1));
      CHECK(rows.merged[0].at == at(102));
      CHECK(rows.merged[0].state.created == at(2));
      CHECK(rows.merged[0].former == "2 to 1");
      CHECK(rows.merged[1].from == ticket(3));
      CHECK(rows.merged[1].into == ticket(2));
      const auto split = [&](std::int64_t n) {
        return std::ranges::count(rows.split, ticket(n), &ports::SplitTicket::ticket);
      };
      CHECK(split(4) == 1);
      CHECK(split(5) == (query.only.empty() ? 1 : 0));
      CHECK(rows.split[0].former == "5 to 4");
    }
    CHECK(facts({.only = {person(4)}}).merged.empty());
    CHECK(facts({.only = {person(4)}}).split.empty());  // nobody asked for the last messages
  });
}

}  // namespace
}  // namespace lethe::testing
