// GET /search?q=: tickets and people.
#include "api_common.h"
#include "lethe/app/search.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

ApiResult search(const ApiCall& call) {
  const auto query = call.request.query().find("q");
  if (!query) return fail(Errc::invalid_argument, "q says what to look for", "q");
  LETHE_TRY(const int limit, limit_of(call));
  json::array tickets, people;
  bool more = false;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto found, app::search(call.app, tx, *query, std::nullopt, limit));
    std::vector<const app::TicketSummary*> shown;
    for (const app::FoundTicket& hit : found.tickets) shown.push_back(&hit.ticket);
    LETHE_TRY(auto objects, tickets_json(call.app, tx, shown, names));
    for (std::size_t place = 0; place < objects.size(); ++place) {
      objects[place]["snippet"] = found.tickets[place].snippet.text;
      tickets.push_back(std::move(objects[place]));
    }
    for (const app::PersonView& person : found.people) people.push_back(person_json(person, names));
    more = found.more;
    return {};
  }));
  return json_answer(
      json::object{{"tickets", std::move(tickets)}, {"people", std::move(people)}, {"more", more}});
}

}  // namespace

void add_search_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(
      api_route(app, web_protocol::Method::get, "/search", ports::TokenScope::read, search));
}

}  // namespace lethe::web
