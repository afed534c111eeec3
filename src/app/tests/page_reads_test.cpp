// What a page costs the database does not grow with its rows, nor a run's dating with its persons.
#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/people.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/search.h"
#include "lethe/app/threading.h"

namespace lethe::app::testing {
namespace {

constexpr int kFew = 2;
constexpr int kMany = 40;

struct Desk {
  AppFixture at;
  core::AgentId agent = at.agent("agent@example.com");

  // Tickets of one person each, alike in all that a list shows.
  void take_in(int tickets, std::string_view text = "About a velocipede.") {
    for (int n = 0; n < tickets; ++n) {
      const auto id =
          at.ticket("person" + std::to_string(++people) + "@example.org", "A question", text);
      at.clock.advance(Seconds{1});
      expect(change_ticket(at.app(), id,
                           {.assignee = std::optional{agent},
                            .tags = std::vector<std::string>{"bicycles", "words of an agent"}},
                           agent));
    }
  }

  template <class Look>
  void read(Look look) {
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status { return look(tx); }));
  }

  std::vector<ports::TicketRow> newest(int limit) {
    std::vector<ports::TicketRow> rows;
    read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(rows, tx.tickets().list({.limit = limit}));
      return {};
    });
    REQUIRE(std::ssize(rows) == limit);
    return rows;
  }

  int people = 0;
};

std::int64_t cost_of_list(Desk& desk, int limit) {
  return desk.at.statements_of([&] {
    desk.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto tickets, list_tickets(desk.at.app(), tx, {.limit = limit}, desk.agent));
      CHECK(std::ssize(tickets) == limit);
      for (const TicketSummary& ticket : tickets) {
        CHECK(ticket.subject == "A question");
        CHECK(ticket.snippet == "About a velocipede.");
        CHECK((ticket.requester && ticket.requester->email.starts_with("person")));
        CHECK((ticket.assignee && ticket.assignee->email == "agent@example.com"));
        CHECK(ticket.tags.size() + ticket.free_tags.size() == 2);
        CHECK(ticket.unread);
      }
      return {};
    });
  });
}

TEST_CASE("a list of many tickets asks no more of the database than a list of few") {
  Desk desk;
  desk.at.named(ports::NamedKind::tag, "bicycles");
  desk.take_in(kMany);
  const auto few = cost_of_list(desk, kFew);
  CHECK(few > 0);
  CHECK(cost_of_list(desk, kMany) == few);
}

TEST_CASE("the count of statements sees a question that is asked per row") {
  Desk desk;
  desk.take_in(kMany);
  const auto cost = [&](int limit) {
    const auto rows = desk.newest(limit);
    return desk.at.statements_of([&] {
      desk.read([&](const ports::Reading& tx) -> Status {
        for (const ports::TicketRow& row : rows) {
          LETHE_CHECK(summarise_ticket(desk.at.app(), tx, row, desk.agent));
        }
        return {};
      });
    });
  };
  CHECK(cost(kMany) == kMany / kFew * cost(kFew));
}

TEST_CASE("verdicts, threads and persons of a page are read together") {
  Desk desk;
  desk.take_in(kMany);
  expect(create_rule(desk.at.app(), boost::json::object{{"name", "old ones"}, {"days", 30}}));
  const auto cost = [&](int limit) {
    const auto rows = desk.newest(limit);
    std::vector<core::TicketId> tickets;
    std::vector<core::PersonId> persons;
    for (const auto& row : rows) tickets.push_back(row.id);
    for (const auto& row : rows) persons.push_back(*row.requester);
    return desk.at.statements_of([&] {
      desk.read([&](const ports::Reading& tx) -> Status {
        LETHE_TRY(auto verdicts, TicketVerdicts::begin(desk.at.app(), tx));
        LETHE_CHECK(verdicts.read_ahead(persons));
        for (const auto& row : rows) {
          LETHE_TRY(const auto verdict, verdicts.of(row));
          CHECK(verdict.verdict == "open_ticket");
        }
        LETHE_TRY(const auto threads, view_threadings(tx, tickets));
        CHECK(std::ssize(threads) == limit);
        LETHE_TRY(const auto people,
                  view_people(desk.at.app(), tx, std::span<const core::PersonId>{persons}));
        CHECK(std::ssize(people) == limit);
        for (std::size_t n = 0; n < people.size(); ++n) CHECK(people[n].id == persons[n]);
        return {};
      });
    });
  };
  const auto few = cost(kFew);
  CHECK(few > 0);
  CHECK(cost(kMany) == few);
}

TEST_CASE("a word that many messages hold costs no more statements than a rare one") {
  Desk desk;
  desk.take_in(kMany);
  desk.take_in(kFew, "About a zebra.");
  desk.at.index_everything();
  const auto cost = [&](std::string_view word, int expected) {
    return desk.at.statements_of([&] {
      desk.read([&](const ports::Reading& tx) -> Status {
        LETHE_TRY(const auto found, search(desk.at.app(), tx, word, desk.agent, 200));
        CHECK(std::ssize(found.tickets) == expected);
        return {};
      });
    });
  };
  const auto few = cost("zebra", kFew);
  CHECK(few > 0);
  CHECK(cost("velocipede", kMany) == few);
}

// Everybody is due for review after it.
void change_rules(AppFixture& at, int days) {
  expect(create_rule(at.app(),
                     boost::json::object{{"name", "of " + std::to_string(days)}, {"days", days}}));
}

TEST_CASE("a run after a change of rules dates many persons together, and each of them") {
  Desk desk;
  const auto cost = [&](int days) {
    change_rules(desk.at, days);
    return desk.at.statements_of([&] {
      const auto run = expect(run_retention(desk.at.app(), {}));
      CHECK(run.state == ports::RunState::done);
      CHECK(run.examined == desk.people + 1);  // and the agent
    });
  };
  desk.take_in(kFew);
  for (const auto& row : desk.newest(kFew)) desk.at.set_status(row.id, "closed");
  const auto few = cost(30);
  desk.take_in(kMany);
  for (const auto& row : desk.newest(kMany)) desk.at.set_status(row.id, "closed");
  CHECK(cost(60) == few);
  desk.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto due, tx.people().due_for_review(desk.at.clock.now(), 100));
    CHECK(due.empty());
    LETHE_TRY(const auto rows, tx.tickets().list({.limit = kMany + kFew}));
    REQUIRE(rows.size() == kMany + kFew);
    for (const auto& row : rows) {
      LETHE_TRY(const auto person, tx.people().find(*row.requester));
      REQUIRE(row.state.closed);
      CHECK(person.next_review_at == *row.state.closed + Days{30});  // the sooner of the rules
      CHECK_FALSE(person.unreferenced_since);
    }
    return {};
  });
}

TEST_CASE("an exact preview of many persons asks no more than one of few") {
  Desk desk;
  change_rules(desk.at, 30);
  const auto cost = [&] {
    return desk.at.statements_of([&] {
      const auto seen = expect(preview(desk.at.app(), {}));
      CHECK(seen.people_examined == desk.people + 1);
      CHECK_FALSE(seen.estimate);
    });
  };
  desk.take_in(8);  // so that both halves of the walk have somebody with tickets
  const auto few = cost();
  CHECK(few > 0);
  desk.take_in(kMany);
  CHECK(cost() == few);
}

TEST_CASE("a ticket of many messages asks no more of the database than one of few") {
  Desk desk;
  const auto ticket = desk.at.ticket("clara@example.org");
  const auto carl = expect(core::EmailAddress::parse("carl@example.org"));
  const auto write = [&](int answers) {
    for (int n = 0; n < answers; ++n) {
      expect(answer_ticket(
          desk.at.app(), {.ticket = ticket, .by = desk.agent, .text = "Like this.", .cc = {carl}}));
    }
  };
  const auto cost = [&](int messages) {
    return desk.at.statements_of([&] {
      const auto view = desk.at.view(ticket);
      CHECK(std::ssize(view.messages) == messages);
      CHECK(view.messages.front().person->email == "clara@example.org");
      CHECK(view.messages.back().agent->email == "agent@example.com");
      CHECK(view.messages.back().cc.front().address == "carl@example.org");
      CHECK(view.messages.back().delivery == MessageView::Delivery::waiting);
    });
  };
  write(kFew);
  const auto few = cost(1 + kFew);
  CHECK(few > 0);
  write(kMany);
  CHECK(cost(1 + kFew + kMany) == few);
}

}  // namespace
}  // namespace lethe::app::testing
