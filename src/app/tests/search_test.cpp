#include "lethe/app/search.h"

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/holds.h"

namespace lethe::app::testing {
namespace {

SearchResults find(AppFixture& at, std::string_view query, int limit = 50) {
  SearchResults results;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(results, search(at.app(), tx, query, std::nullopt, limit));
    return {};
  }));
  return results;
}

TEST_CASE("a word in a message, in a subject and in a name is found, with the place marked") {
  AppFixture at;
  const auto ticket =
      at.ticket("greta.zimmer@example.org", "Broken pedal", "The left crank has come loose.");
  at.index_everything();
  const auto by_text = find(at, "crank");
  REQUIRE(by_text.tickets.size() == 1);
  CHECK(by_text.tickets[0].ticket.row.id == ticket);
  CHECK(by_text.tickets[0].message.has_value());
  REQUIRE(by_text.tickets[0].snippet.marks.size() == 1);
  const auto mark = by_text.tickets[0].snippet.marks[0];
  CHECK(by_text.tickets[0].snippet.text.substr(mark.begin, mark.end - mark.begin) == "crank");
  CHECK(find(at, "pedal").tickets.size() == 1);
  CHECK(find(at, "greta.zimmer@example.org").people.size() == 1);
  CHECK(find(at, "\"come loose\"").tickets.size() == 1);
  CHECK(find(at, "\"loose come\"").tickets.empty());
  CHECK(find(at, "saddle").tickets.empty());
  CHECK(find(at, "").tickets.empty());
}

// As by a bit that a disk forgot.
void damage(AppFixture& at, core::TicketId ticket) {
  const auto id = *at.row(ticket).last_message;
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto message, tx.messages().find(id));
    message.text = std::move(message.headers);
    message.headers.reset();
    return tx.messages().update(message);
  }));
}

TEST_CASE("a damaged message is not found, and keeps no other from being found") {
  AppFixture at;
  const auto broken = at.ticket("ann@example.org", "Pedal", "The crank is loose.");
  at.ticket("bob@example.org", "Saddle", "The spring squeaks.");
  damage(at, broken);
  at.index_everything();
  CHECK(find(at, "squeaks").tickets.size() == 1);
  CHECK(find(at, "crank").tickets.empty());
  CHECK(find(at, "pedal").tickets.size() == 1);
}

TEST_CASE("who has a damaged message in the index can be erased, and the others are found again") {
  AppFixture at;
  const auto broken = at.ticket("ann@example.org", "Pedal", "The crank is loose.");
  at.ticket("bob@example.org", "Saddle", "The spring squeaks.");
  at.index_everything();
  damage(at, broken);
  const auto ann = at.person("ann@example.org");
  const core::ErasureId ids[] = {expect(approve_erasure(at.app(), {.person = ann, .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  CHECK_FALSE(at.person_exists(ann));
  at.index_everything();
  CHECK(find(at, "squeaks").tickets.size() == 1);
  CHECK(find(at, "crank").tickets.empty());
}

TEST_CASE("a ticket found twice is shown once, and the last changed comes first") {
  AppFixture at;
  const auto first = at.ticket("ann@example.org", "Velocipede", "A velocipede question.");
  at.clock.advance(Seconds{60});
  const auto second = at.ticket("bob@example.org", "Velocipede", "About a velocipede.");
  at.clock.advance(Seconds{60});
  at.set_status(first, "pending");
  at.index_everything();
  const auto found = find(at, "velocipede");
  REQUIRE(found.tickets.size() == 2);
  CHECK(found.tickets[0].ticket.row.id == first);
  CHECK(found.tickets[1].ticket.row.id == second);
  CHECK(find(at, "velocipede", 1).tickets.size() == 1);
}

TEST_CASE("a person is found behind any number of newer mails that hold the name") {
  AppFixture at;
  at.ticket("greta.zimmer@example.org", "Pedal", "It is loose.");
  for (int n = 0; n < 140; ++n) {
    at.ticket("bob" + std::to_string(n) + "@example.org", "Zimmer",
              "Ask greta.zimmer@example.org.");
  }
  at.index_everything();
  for (const char* query : {"zimmer", "zim", "greta.zimmer@example.org"}) {
    INFO(query);
    const auto found = find(at, query, 20);
    CHECK(found.tickets.size() == 20);
    REQUIRE(found.people.size() == 1);
    CHECK(found.people[0].id == at.person("greta.zimmer@example.org"));
    CHECK(found.more);
  }
  const auto all = find(at, "zimmer", 200);
  CHECK(all.tickets.size() == 141);
  CHECK_FALSE(all.more);
  CHECK(find(at, "@example.org", 200).people.size() == 141);
}

TEST_CASE("hidden and restricted persons are not found, nor what they wrote") {
  AppFixture at;
  at.ticket("ann@example.org", "Velocipede", "A velocipede question.");
  at.index_everything();
  const auto ann = at.person("ann@example.org");
  expect(set_frozen(at.app(), ann, Frozen::yes));
  CHECK(find(at, "velocipede").tickets.empty());
  CHECK(find(at, "ann@example.org").people.empty());
  expect(set_frozen(at.app(), ann, Frozen::no));
  CHECK(find(at, "velocipede").tickets.size() == 1);
  expect(
      approve_erasure(at.app(), {.mode = ports::ErasureMode::hide, .person = ann, .tickets = {}}));
  CHECK(find(at, "velocipede").tickets.empty());
  expect(unhide_person(at.app(), ann));
  CHECK(find(at, "velocipede").tickets.size() == 1);
}

TEST_CASE("a hiding that is cancelled brings the person back, however late, and once") {
  AppFixture at;
  at.ticket("ann@example.org", "Velocipede", "A velocipede question.");
  at.index_everything();
  const auto ann = at.person("ann@example.org");
  const auto hidden = expect(approve_erasure(
      at.app(), {.mode = ports::ErasureMode::hide, .person = ann, .tickets = {}, .grace_days = 7}));
  CHECK(find(at, "velocipede").tickets.empty());
  expect(cancel_erasure(at.app(), hidden));
  CHECK(find(at, "velocipede").tickets.size() == 1);
  CHECK(cancel_erasure(at.app(), hidden).error().code == Errc::conflict);
}

TEST_CASE("a person who was hidden twice is shown when the last hiding is cancelled, not before") {
  AppFixture at;
  at.ticket("ann@example.org", "Velocipede", "A velocipede question.");
  at.index_everything();
  const ErasureOrder hide{
      .mode = ports::ErasureMode::hide, .person = at.person("ann@example.org"), .tickets = {}};
  const auto first = expect(approve_erasure(at.app(), hide));
  const auto second = expect(approve_erasure(at.app(), hide));
  expect(cancel_erasure(at.app(), first));
  CHECK(find(at, "velocipede").tickets.empty());
  expect(cancel_erasure(at.app(), second));
  CHECK(find(at, "velocipede").tickets.size() == 1);
}

TEST_CASE("what hid a person who was brought back does not stand in the way of a later hiding") {
  AppFixture at;
  at.ticket("ann@example.org", "Velocipede", "A velocipede question.");
  at.index_everything();
  const ErasureOrder hide{
      .mode = ports::ErasureMode::hide, .person = at.person("ann@example.org"), .tickets = {}};
  const auto by_hand = expect(approve_erasure(at.app(), hide));
  expect(unhide_person(at.app(), hide.person));
  CHECK(cancel_erasure(at.app(), by_hand).error().code == Errc::conflict);
  const auto before_mail = expect(approve_erasure(at.app(), hide));
  at.ticket("ann@example.org", "Again", "Another question.");
  CHECK(find(at, "velocipede").tickets.size() == 1);
  const auto last = expect(approve_erasure(at.app(), hide));
  CHECK(cancel_erasure(at.app(), before_mail).error().code == Errc::conflict);
  CHECK(find(at, "velocipede").tickets.empty());
  expect(cancel_erasure(at.app(), last));
  CHECK(find(at, "velocipede").tickets.size() == 1);
}

TEST_CASE("a filter is asked before the tickets are counted, and erased ones never reach it") {
  AppFixture at;
  const auto first = at.ticket("ann@example.org", "Velocipede", "One.");
  const auto second = at.ticket("bob@example.org", "Velocipede", "Two.");
  at.index_everything();
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto all,
              search_tickets(at.app(), tx, "velocipede", [](const auto&) { return true; }));
    CHECK(all.size() == 2);
    LETHE_TRY(const auto one, search_tickets(at.app(), tx, "velocipede",
                                             [&](const auto& row) { return row.id == second; }));
    REQUIRE(one.size() == 1);
    CHECK(one[0].id != first);
    LETHE_TRY(const auto none, search_tickets(at.app(), tx, " ", [](const auto&) { return true; }));
    CHECK(none.empty());
    return {};
  }));
}

TEST_CASE("after an erasure the index holds none of the person's words") {
  AppFixture at;
  at.ticket("ann@example.org", "Velocipede", "A velocipede question.");
  const auto kept = at.ticket("bob@example.org", "Velocipede", "Another one.");
  at.index_everything();
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person("ann@example.org"), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  const auto found = find(at, "velocipede");
  REQUIRE(found.tickets.size() == 1);
  CHECK(found.tickets[0].ticket.row.id == kept);
  CHECK(find(at, "ann@example.org").people.empty());
  CHECK(expect(at.app().search.document_count()) == 3);  // bob, his ticket and his message
}

}  // namespace
}  // namespace lethe::app::testing
