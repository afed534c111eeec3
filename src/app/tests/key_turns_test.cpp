// Keys that the house replaces while they are in use: of reply addresses, of the search index.
#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/indexing.h"
#include "lethe/app/search.h"

namespace lethe::app::testing {
namespace {

void keep_house_after(AppFixture& at, Days days) {
  at.clock.advance(days);
  expect(keep_house(at.app()));
}

void erase(AppFixture& at, std::string_view address) {
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person(address), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
}

// --- reply addresses ---

bool verifies(AppFixture& at, const std::string& token) {
  return at.app().vault.verify_reply(token).has_value();
}

core::TicketId answered(AppFixture& at, std::string_view text, const std::string& token) {
  const std::string to = "Cc: reply+" + token + "@example.com\r\n";
  return expect(at.receive(AppFixture::mail("ann@example.org", "Re: A question", text, to))).ticket;
}

TEST_CASE("reply addresses are signed under a new key after 90 days, once, and not before") {
  AppFixture at;
  expect(keep_house(at.app()));
  const auto ticket = at.ticket("ann@example.org");
  const std::string first = at.app().vault.sign_reply(ticket);
  keep_house_after(at, Days{89});
  CHECK(at.app().vault.sign_reply(ticket) == first);
  keep_house_after(at, Days{1});
  const std::string second = at.app().vault.sign_reply(ticket);
  CHECK(second != first);
  expect(keep_house(at.app()));
  at.restart();
  keep_house_after(at, Days{89});
  CHECK(at.app().vault.sign_reply(ticket) == second);
  keep_house_after(at, Days{1});
  CHECK(at.app().vault.sign_reply(ticket) != second);
  // However old: the ticket lives.
  CHECK(answered(at, "By the first one.", first) == ticket);
  CHECK(answered(at, "By the second one.", second) == ticket);
  CHECK(answered(at, "By none of ours.", std::string(32, 'a')) != ticket);
}

TEST_CASE("a former reply key goes 30 days after its use when nothing of its time is kept") {
  AppFixture at;
  expect(keep_house(at.app()));
  const auto of_ann = at.ticket("ann@example.org");
  const std::string former = at.app().vault.sign_reply(of_ann);
  keep_house_after(at, Days{90});
  const std::string in_use = at.app().vault.sign_reply(at.ticket("bob@example.org"));
  SUBCASE("its ticket is erased") {
    erase(at, "ann@example.org");
    keep_house_after(at, Days{29});
    CHECK(verifies(at, former));
    keep_house_after(at, Days{1});
    CHECK_FALSE(verifies(at, former));
    at.restart();
    CHECK_FALSE(verifies(at, former));
  }
  SUBCASE("its ticket lives") {
    keep_house_after(at, Days{89});
    CHECK(verifies(at, former));
    CHECK(answered(at, "At last.", former) == of_ann);
    erase(at, "ann@example.org");
    keep_house_after(at, Days{1});
    CHECK_FALSE(verifies(at, former));
  }
  CHECK(verifies(at, in_use));
}

TEST_CASE("a turn of the reply key that was cut short leaves no key behind and loses none") {
  AppFixture at;
  expect(keep_house(at.app()));
  const auto ticket = at.ticket("ann@example.org");
  const std::string first = at.app().vault.sign_reply(ticket);
  at.clock.advance(Days{90});
  expect(at.app().vault.rotate_reply_key());
  const std::string second = at.app().vault.sign_reply(ticket);
  at.restart();
  expect(keep_house(at.app()));
  const std::string third = at.app().vault.sign_reply(ticket);
  CHECK(verifies(at, first));
  CHECK(verifies(at, second));
  erase(at, "ann@example.org");
  keep_house_after(at, kReplyKeyLingers);
  CHECK_FALSE(verifies(at, first));
  CHECK_FALSE(verifies(at, second));
  CHECK(verifies(at, third));
}

// --- the search index ---

std::size_t tickets_with(AppFixture& at, std::string_view word) {
  SearchResults results;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(results, search(at.app(), tx, word, std::nullopt, 50));
    return {};
  }));
  return results.tickets.size();
}

bool has_key_of(AppFixture& at, std::uint32_t epoch) {
  return at.app().vault.search_token(epoch, vault::TokenKind::word, "crank").has_value();
}

// Two tickets that are found; the house has begun to count.
std::uint32_t index_two_tickets(AppFixture& at) {
  expect(prepare_index(at.app()));
  expect(keep_house(at.app()));
  at.ticket("ann@example.org", "Pedal", "The crank is loose.");
  at.ticket("bob@example.org", "Saddle", "The spring squeaks.");
  at.index_everything();
  CHECK(tickets_with(at, "crank") == 1);
  CHECK(tickets_with(at, "squeaks") == 1);
  return at.app().vault.search_epoch();
}

void check_all_is_found(AppFixture& at, std::int64_t documents) {
  at.index_everything();
  CHECK(tickets_with(at, "crank") == 1);
  CHECK(tickets_with(at, "pedal") == 1);
  CHECK(tickets_with(at, "squeaks") == 1);
  CHECK(expect(at.app().search.document_count()) == documents);
}

TEST_CASE("the index is made anew under a new key after 90 days, once, and the former key goes") {
  AppFixture at;
  const std::uint32_t first = index_two_tickets(at);
  const std::int64_t documents = expect(at.app().search.document_count());
  keep_house_after(at, Days{89});
  CHECK(at.app().vault.search_epoch() == first);
  CHECK(tickets_with(at, "crank") == 1);
  keep_house_after(at, Days{1});
  CHECK(at.app().vault.search_epoch() == first + 1);
  CHECK_FALSE(has_key_of(at, first));
  // What is indexed so far is found, and that is nothing yet.
  CHECK(tickets_with(at, "crank") == 0);
  check_all_is_found(at, documents);
  expect(keep_house(at.app()));
  keep_house_after(at, Days{89});
  CHECK(at.app().vault.search_epoch() == first + 1);
  check_all_is_found(at, documents);
  expect(prepare_index(at.app()));
  CHECK(tickets_with(at, "crank") == 1);
}

TEST_CASE("a turn of the search key that ended in the middle is finished by the next process") {
  AppFixture at;
  const std::uint32_t first = index_two_tickets(at);
  const std::int64_t documents = expect(at.app().search.document_count());
  at.clock.advance(Days{90});
  expect(begin_search_epoch(at.app()));
  SUBCASE("before the index was emptied") {}
  SUBCASE("after it was emptied") { expect(at.app().search.reset()); }
  SUBCASE("before the former key went") {
    expect(rebuild_index(at.app()));
    CHECK(expect(index_queued(at.app(), 1)) == 1);
  }
  CHECK(has_key_of(at, first));
  at.restart();
  expect(prepare_index(at.app()));
  expect(keep_house(at.app()));
  CHECK(at.app().vault.search_epoch() == first + 1);
  CHECK_FALSE(has_key_of(at, first));
  check_all_is_found(at, documents);
}

TEST_CASE("who is erased while the search key turns is in no index afterwards") {
  AppFixture at;
  index_two_tickets(at);
  const auto ann = at.person("ann@example.org");
  expect(begin_search_epoch(at.app()));
  SUBCASE("before the index was emptied") {}
  SUBCASE("while it is filled") { expect(rebuild_index(at.app())); }
  erase(at, "ann@example.org");
  expect(finish_search_epoch(at.app()));
  at.index_everything();
  CHECK(expect(at.app().search.of_person(ann)).empty());
  CHECK(tickets_with(at, "crank") == 0);
  CHECK(tickets_with(at, "squeaks") == 1);
}

TEST_CASE("what an erasure has begun to take away does not come back into the index") {
  AppFixture at;
  index_two_tickets(at);
  const auto ann = at.person("ann@example.org");
  const auto bob = at.person("bob@example.org");
  CHECK(expect(at.app().search.of_person(ann)).size() == 3);
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.people().find(ann));
    row.erasing = true;
    return tx.people().update(row);
  }));
  expect(rebuild_index(at.app()));
  at.index_everything();
  CHECK(expect(at.app().search.of_person(ann)).empty());
  CHECK(expect(at.app().search.of_person(bob)).size() == 3);
}

}  // namespace
}  // namespace lethe::app::testing
