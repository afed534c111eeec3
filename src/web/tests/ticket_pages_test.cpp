// The ticket page: whose it is.
#include "browser.h"
#include "lethe/app/tickets.h"

namespace lethe::web {
namespace {

using app::testing::AppFixture;
using app::testing::expect;
using testing::Browser;
using testing::form;

TEST_CASE("a ticket stays with an agent who was deactivated, whatever else is changed") {
  AppFixture at;
  Browser admin{at, at.agent("admin@example.org")};
  const auto jonas = at.agent("jonas@example.org", ports::Role::agent);
  const auto ticket = at.ticket("ann@example.org");
  app::TicketChange change;
  change.assignee = std::optional{jonas};
  expect(app::change_ticket(at.app(), ticket, change, jonas));
  CHECK(admin.post("/settings/agents/{id}", {jonas.to_string()}, form({{"do", "deactivate"}}))
            .status == 303);

  const std::string page = admin.get("/tickets/{id}", {ticket.to_string()}).body;
  CHECK(page.contains("(deactivated)"));
  CHECK(page.contains("value=\"" + jonas.to_string() + "\" selected"));
  admin.post("/tickets/{id}/properties", {ticket.to_string()},
             form({{"status", "closed"}, {"assignee", jonas.to_string()}}));
  CHECK(at.row(ticket).assignee == jonas);
  CHECK(at.row(ticket).state.status == core::TicketStatus::closed);
  CHECK_FALSE(admin.get("/tickets/new").body.contains("(deactivated)"));
}

TEST_CASE("a form changes what was changed in it, and nothing that another changed meanwhile") {
  AppFixture at;
  const auto mira = at.agent("mira@example.org");
  Browser browser{at, mira};
  const auto ticket = at.ticket("ann@example.org");
  const std::string id = ticket.to_string();
  CHECK(browser.get("/tickets/{id}", {id}).body.contains("name=\"was_status\" value=\"open\""));
  app::TicketChange change;
  change.assignee = std::optional{mira};
  change.status = "pending";
  expect(app::change_ticket(at.app(), ticket, change, mira));

  const auto post = [&](web_protocol::Fields fields) {
    CHECK(browser.post("/tickets/{id}/properties", {id}, std::move(fields)).status == 303);
  };
  post(
      form({{"was_status", "open"}, {"status", "closed"}, {"was_assignee", ""}, {"assignee", ""}}));
  CHECK(at.row(ticket).state.status == core::TicketStatus::closed);
  CHECK(at.row(ticket).assignee == mira);
  const std::string me = mira.to_string();
  post(form({{"was_status", "open"}, {"status", "open"}, {"was_assignee", me}, {"assignee", ""}}));
  CHECK(at.row(ticket).state.status == core::TicketStatus::closed);
  CHECK_FALSE(at.row(ticket).assignee);
  post(form({{"status", "open"}, {"assignee", "me"}}));
  CHECK(at.row(ticket).state.status == core::TicketStatus::open);
  CHECK(at.row(ticket).assignee == mira);
}

}  // namespace
}  // namespace lethe::web
