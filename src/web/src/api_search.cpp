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
    for (const app::FoundTicket& hit : found.tickets) {
      LETHE_TRY(auto object, ticket_json(call.app, tx, hit.ticket, names));
      object["snippet"] = hit.snippet.text;
      tickets.push_back(std::move(object));
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
