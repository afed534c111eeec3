// The search page: a ticket by its number, operators, and how many there are; and a search in the
// inbox, whose tickets are changed together.
#include "browser.h"
#include "lethe/app/tickets.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using app::testing::expect;
using testing::Browser;
using testing::form;
using web_protocol::Response;

struct Desk {
  AppFixture at;
  core::AgentId mira = at.agent("mira@example.com");
  Browser agent{at, mira};

  Response ask(const std::string& query) { return agent.get("/search", {}, form({{"q", query}})); }
  void change(core::TicketId ticket, const app::TicketChange& change) {
    expect(app::change_ticket(at.app(), ticket, change, mira));
  }
  std::string status_of(core::TicketId ticket) {
    return std::string{core::shown_status(at.row(ticket).state)};
  }
};

bool finds(const Response& page, core::TicketId ticket) {
  return page.body.contains("href=\"/tickets/" + ticket.to_string());
}

TEST_CASE("a bare number finds its ticket, above those that have it as a word") {
  Desk desk;
  const auto first = desk.at.ticket("ann@example.org", "The first matter");
  const auto second = desk.at.ticket("bob@example.org", "Part 1 is broken");
  desk.at.index_everything();
  const std::string number = std::to_string(desk.at.row(first).number);
  const Response page = desk.ask(number);
  CHECK(page.status == 200);
  CHECK(page.body.find("The first matter") < page.body.find("Nothing found"));
  CHECK(finds(page, first));
  const Response there = desk.ask("#" + number);
  CHECK(there.status == 303);
  CHECK(there.headers.get("Location") == "/tickets/" + first.to_string());
  CHECK_FALSE(finds(desk.ask("99999"), second));
  CHECK(desk.ask("#99999").status == 200);
}

TEST_CASE("operators narrow words, and list tickets without any") {
  Desk desk;
  const auto open = desk.at.ticket("ann@example.org", "Velocipede", "One.");
  const auto closed = desk.at.ticket("bob@example.org", "Velocipede", "Two.");
  desk.change(closed, {.status = "closed"});
  desk.change(open,
              {.assignee = std::optional{desk.mira}, .tags = std::vector<std::string>{"Lid"}});
  desk.at.index_everything();
  for (const char* query :
       {"velocipede status:open", "status:open", "status:OPEN velocipede", "velocipede assignee:me",
        "assignee:mira@example.com", "tag:lid", "tag:lid velocipede", "from:ann@example.org",
        "velocipede from:ann@example.org", "from:@example.org status:open",
        "status:open status:spam"}) {
    CAPTURE(std::string{query});
    const Response page = desk.ask(query);
    CHECK(finds(page, open));
    CHECK_FALSE(finds(page, closed));
  }
  for (const char* query : {"velocipede status:closed", "assignee:none", "from:bob@example.org"}) {
    CAPTURE(std::string{query});
    const Response page = desk.ask(query);
    CHECK_FALSE(finds(page, open));
    CHECK(finds(page, closed));
  }
}

TEST_CASE("an operator that names nothing there is finds nothing, and an unknown status is said") {
  Desk desk;
  const auto ticket = desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.index_everything();
  for (const char* query : {"velocipede group:none", "from:nobody@example.org", "assignee:jonas",
                            "type:x", "tag:x", "velocipede tag:x", "status:spam"}) {
    CAPTURE(std::string{query});
    const Response page = desk.ask(query);
    CHECK(page.status == 200);
    CHECK_FALSE(finds(page, ticket));
    CHECK_FALSE(page.body.contains("stands one of these"));
  }
  const Response page = desk.ask("velocipede status:done");
  CHECK_FALSE(finds(page, ticket));
  CHECK(page.body.contains("stands one of these"));
}

TEST_CASE("a status is known by its name in the reader's language as well") {
  Desk desk;
  const auto ticket = desk.at.ticket("ann@example.org");
  desk.agent.language = "de";
  CHECK(finds(desk.ask("status:offen"), ticket));
  CHECK_FALSE(finds(desk.ask("status:geschlossen"), ticket));
}

TEST_CASE("a page of hits is no count of all of them") {
  Desk desk;
  for (int n = 0; n < 50; ++n) desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.index_everything();
  const Response exact = desk.ask("velocipede");
  CHECK_FALSE(exact.body.contains("or more"));
  desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.index_everything();
  for (const char* query : {"velocipede", "velocipede status:open", "status:open"}) {
    CAPTURE(std::string{query});
    const Response first = desk.ask(query);
    CHECK(first.body.contains("50 or more"));
    CHECK(first.body.contains("Show more"));
    const Response all = desk.agent.get("/search", {}, form({{"q", query}, {"all", "1"}}));
    CHECK_FALSE(all.body.contains("or more"));
    CHECK(all.body.contains(">51<"));
  }
}

TEST_CASE("what is done to all that match a search in the list is done to no other ticket") {
  Desk desk;
  const auto meant = desk.at.ticket("ann@example.org", "Velocipede");
  const auto other = desk.at.ticket("bob@example.org", "Kettle");
  desk.at.index_everything();
  const Response list = desk.agent.get("/inbox", {}, form({{"q", "velocipede"}}));
  CHECK(list.body.contains("name=\"list_q\" value=\"velocipede\""));
  const Response changed = desk.agent.post(
      "/tickets/bulk", {}, form({{"all", "1"}, {"do", "close"}, {"list_q", "velocipede"}}));
  CHECK(changed.status == 303);
  CHECK(changed.headers.get("Location").contains("q=velocipede"));
  CHECK(desk.status_of(meant) == "closed");
  CHECK(desk.status_of(other) == "open");
}

TEST_CASE("a search in a list is not cut by what lies in other lists, and knows numbers") {
  Desk desk;
  const auto open = desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.clock.advance(Seconds{60});
  for (int n = 0; n < 201; ++n) {
    desk.change(desk.at.ticket("bob@example.org", "Velocipede"), {.status = "closed"});
  }
  desk.at.index_everything();
  const Response list = desk.agent.get("/inbox", {}, form({{"q", "velocipede"}}));
  CHECK(finds(list, open));
  const std::string number = std::to_string(desk.at.row(open).number);
  for (const std::string& query : {number, "#" + number}) {
    CHECK(finds(desk.agent.get("/inbox", {}, form({{"q", query}})), open));
    CHECK_FALSE(
        finds(desk.agent.get("/inbox", {}, form({{"q", query}, {"status", "closed"}})), open));
  }
}

TEST_CASE("a view of a search keeps its words, and shows no count of other tickets") {
  Desk desk;
  desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.ticket("bob@example.org", "Kettle");
  desk.at.index_everything();
  const Response list = desk.agent.get("/inbox", {}, form({{"q", "velocipede"}}));
  CHECK(list.body.contains("href=\"/views/new?q=velocipede\""));
  CHECK(
      desk.agent.post("/views", {}, form({{"name", "Bikes"}, {"query", "q=velocipede"}})).status ==
      303);
  CHECK(desk.agent.post("/views", {}, form({{"name", "Everything"}, {"query", "status=any"}}))
            .status == 303);
  const std::string page = desk.agent.get("/inbox").body;
  CHECK(page.contains("href=\"/inbox?q=velocipede\""));
  CHECK(page.contains("Bikes</span><span class=\"count\"></span>"));
  CHECK(page.contains("Everything</span><span class=\"count\">2</span>"));
}

TEST_CASE("one click on a list merges tickets of one person and never those of several") {
  Desk desk;
  const auto first = desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.clock.advance(Seconds{1});
  const auto second = desk.at.ticket("ann@example.org", "Velocipede again");
  const auto stranger = desk.at.ticket("bob@example.org", "Kettle");
  const auto merge = [&](core::TicketId one, core::TicketId other) {
    const Response answer = desk.agent.post(
        "/tickets/bulk", {},
        form({{"do", "merge"}, {"ticket", one.to_string()}, {"ticket", other.to_string()}}));
    return std::string{answer.headers.get("Location")};
  };
  CHECK(merge(first, stranger).contains("done=merge-one-person"));
  CHECK_FALSE(desk.agent.get("/tickets/{id}", {stranger.to_string()})
                  .body.contains("This ticket is merged"));
  CHECK(merge(first, second) == "/tickets/" + first.to_string() + "?done=tickets-changed");
}

TEST_CASE("a search in a list keeps to the list's tag and order") {
  Desk desk;
  const auto tag = desk.at.named(ports::NamedKind::tag, "lid");
  const auto tagged = desk.at.ticket("ann@example.org", "Velocipede");
  desk.at.clock.advance(Seconds{60});
  const auto plain = desk.at.ticket("bob@example.org", "Velocipede");
  desk.change(tagged, {.tags = std::vector<std::string>{"lid"}});
  desk.at.index_everything();
  const Response some =
      desk.agent.get("/inbox", {}, form({{"q", "velocipede"}, {"tag", std::to_string(tag)}}));
  CHECK(finds(some, tagged));
  CHECK_FALSE(finds(some, plain));
  const auto at = [](const Response& page, core::TicketId ticket) {
    return page.body.find("data-ticket=\"" + ticket.to_string());
  };
  const Response newest = desk.agent.get("/inbox", {}, form({{"q", "velocipede"}}));
  const Response oldest =
      desk.agent.get("/inbox", {}, form({{"q", "velocipede"}, {"sort", "oldest"}}));
  CHECK((at(newest, tagged) < at(newest, plain)) != (at(oldest, tagged) < at(oldest, plain)));
}

}  // namespace
}  // namespace lethe::web
