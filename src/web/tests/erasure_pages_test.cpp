// The list of erasures holds all of them, page by page, and says of each what it is.
#include "app_fixture.h"
#include "browser.h"
#include "lethe/app/erasure.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using app::testing::expect;
using ports::ErasureState;
using testing::Browser;
using testing::form;

constexpr std::string_view kList = "/erasures";
constexpr std::string_view kOne = "/erasures/{id}";

struct Desk {
  AppFixture at;
  Browser officer{at, at.agent("officer@example.org", ports::Role::privacy_officer)};

  core::PersonId person(const std::string& address) {
    at.ticket(address);
    return at.person(address);
  }
  core::ErasureId order(core::PersonId person, ports::ErasureMode mode, int grace_days = 0) {
    return expect(app::approve_erasure(
        at.app(), {.mode = mode, .person = person, .tickets = {}, .grace_days = grace_days}));
  }
  // Rows as a long life leaves them: `count` in this state, the newest last.
  void rows(int count, ErasureState state) {
    at.clock.advance(Seconds{1});
    expect(at.app().store.write([&](ports::Writing& tx) -> Status {
      for (int n = 0; n < count; ++n) {
        LETHE_CHECK(tx.retention().save_erasure({.id = at.app().ids.make<core::ErasureId>(),
                                                 .state = state,
                                                 .person = at.app().ids.make<core::PersonId>(),
                                                 .reason = "request",
                                                 .created_at = at.clock.now()}));
      }
      return {};
    }));
  }
};

int rows_in(std::string_view page) {
  int count = 0;
  for (auto at = page.find("data-row"); at != page.npos; at = page.find("data-row", at + 1)) {
    ++count;
  }
  return count;
}

// Of the link to the next page; empty without one.
web_protocol::Fields next_of(const std::string& page) {
  const std::size_t link = page.find("rel=\"next\"");
  if (link == page.npos) return {};
  web_protocol::Fields query;
  for (const std::string_view name : {"state", "before", "from"}) {
    const std::string key = std::string{name} + "=";
    const std::size_t end_of_link = page.find('>', link);
    const std::size_t found = page.find(key, link);
    if (found == page.npos || found > end_of_link) continue;
    const std::size_t value = found + key.size();
    query.add(std::string{name}, page.substr(value, page.find_first_of("&\"", value) - value));
  }
  return query;
}

TEST_CASE(
    "hidings, cancelled and refused erasures stand in the list, and not only certified ones") {
  Desk desk;
  const auto hidden = desk.order(desk.person("ann@example.org"), ports::ErasureMode::hide);
  const auto cancelled = desk.order(desk.person("bob@example.org"), ports::ErasureMode::erase, 7);
  expect(app::cancel_erasure(desk.at.app(), cancelled));
  const auto grace = desk.order(desk.person("cleo@example.org"), ports::ErasureMode::erase, 7);
  desk.rows(1, ErasureState::refused);
  const std::string page = desk.officer.get(kList).body;
  CHECK(rows_in(page) == 4);
  for (const auto id : {hidden, cancelled, grace}) {
    CHECK(page.contains("href=\"/erasures/" + id.to_string() + "\""));
  }
  for (const char* words :
       {"Hiding: 1 person", ">hidden<", ">cancelled<", ">can be cancelled<", ">refused<"}) {
    CAPTURE(words);
    CHECK(page.contains(words));
  }
}

TEST_CASE("a hiding says that nothing is erased, and is taken back from its page") {
  Desk desk;
  const auto person = desk.person("ann@example.org");
  const std::string id = desk.order(person, ports::ErasureMode::hide).to_string();
  const std::string page = desk.officer.get(kOne, {id}).body;
  CHECK(page.contains("Hidden, not erased."));
  CHECK(page.contains("Bring back"));
  CHECK_FALSE(page.contains("Erased."));
  CHECK_FALSE(page.contains("class=\"steps\""));
  CHECK(desk.officer.post("/erasures/{id}/cancel", {id}, {}).status == 303);
  const std::string after = desk.officer.get(kOne, {id}).body;
  CHECK(after.contains("Cancelled. Nothing was erased."));
  CHECK_FALSE(after.contains("Bring back"));
}

TEST_CASE("whom a new ticket brought back is not said to be hidden") {
  Desk desk;
  const auto person = desk.person("ann@example.org");
  const auto id = desk.order(person, ports::ErasureMode::hide);
  desk.at.ticket("ann@example.org", "Hello again");
  CHECK_FALSE(desk.officer.get(kOne, {id.to_string()}).body.contains("Hidden, not erased."));
  CHECK_FALSE(desk.officer.get(kList).body.contains(">hidden<"));
}

TEST_CASE("the list goes on page by page until every erasure was shown once") {
  Desk desk;
  desk.rows(101, ErasureState::done);
  const std::string first = desk.officer.get(kList).body;
  CHECK(rows_in(first) == 50);
  const auto second_query = next_of(first);
  CHECK(second_query.get("from") == "51");
  const std::string second = desk.officer.get(kList, {}, second_query).body;
  CHECK(rows_in(second) == 50);
  CHECK(second.contains("51–100"));
  const auto third_query = next_of(second);
  CHECK(third_query.get("from") == "101");
  const std::string third = desk.officer.get(kList, {}, third_query).body;
  CHECK(rows_in(third) == 1);
  CHECK_FALSE(third.contains("rel=\"next\""));
}

TEST_CASE("fifty erasures are one page") {
  Desk desk;
  desk.rows(50, ErasureState::cancelled);
  const std::string page = desk.officer.get(kList).body;
  CHECK(rows_in(page) == 50);
  CHECK_FALSE(page.contains("rel=\"next\""));
}

TEST_CASE("the filter shows what is not finished, however old, and keeps to it from page to page") {
  Desk desk;
  desk.rows(51, ErasureState::grace);
  desk.rows(60, ErasureState::done);
  CHECK_FALSE(desk.officer.get(kList).body.contains(">can be cancelled<"));
  const std::string open = desk.officer.get(kList, {}, form({{"state", "open"}})).body;
  CHECK(rows_in(open) == 50);
  CHECK_FALSE(open.contains(">done<"));
  CHECK(open.contains("<option value=\"open\" selected>"));
  const auto more = next_of(open);
  CHECK(more.get("state") == "open");
  const std::string rest = desk.officer.get(kList, {}, more).body;
  CHECK(rows_in(rest) == 1);
  CHECK_FALSE(rest.contains(">done<"));
}

TEST_CASE("an empty list says whether there is nothing at all or nothing of the kind") {
  Desk desk;
  CHECK(desk.officer.get(kList).body.contains("Nothing has been erased yet"));
  desk.rows(1, ErasureState::done);
  const std::string none = desk.officer.get(kList, {}, form({{"state", "open"}})).body;
  CHECK(none.contains("Nothing is under way"));
  CHECK_FALSE(none.contains("Nothing has been erased yet"));
  CHECK(rows_in(desk.officer.get(kList, {}, form({{"before", "nonsense"}})).body) == 1);
}

}  // namespace
}  // namespace lethe::web
