// POST /import: tickets as NDJSON, one a line; each line succeeds or fails alone.
#include "api_common.h"
#include "lethe/app/import_tickets.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kFailuresShown = 100;

ApiResult import(const ApiCall& call) {
  std::int64_t imported = 0, known = 0, failed = 0, number = 0;
  json::array failures;
  for (const std::string_view line : split(call.request.body, '\n')) {
    ++number;
    if (trimmed(line).empty()) continue;
    const auto ticket = app::import_ticket(call.app, trimmed(line));
    if (ticket) {
      (ticket->known ? known : imported) += 1;
      continue;
    }
    failed += 1;
    if (failures.size() >= kFailuresShown) continue;
    failures.push_back(json::object{
        {"line", number}, {"field", ticket.error().field}, {"message", ticket.error().detail}});
  }
  return json_answer(json::object{{"imported", imported},
                                  {"known", known},
                                  {"failed", failed},
                                  {"errors", std::move(failures)}});
}

}  // namespace

void add_import_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(
      api_route(app, web_protocol::Method::post, "/import", ports::TokenScope::admin, import));
}

}  // namespace lethe::web
