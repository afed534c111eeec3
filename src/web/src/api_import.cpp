// POST /import: tickets as NDJSON, one a line; each line succeeds or fails alone.
#include "api_common.h"
#include "lethe/app/import_stream.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kFailuresShown = 100;

ApiResult import(const ApiCall& call) {
  json::array failures;
  app::ImportStream stream{
      call.app, [&](std::int64_t number, const Result<app::ImportedLine>& line) {
        if (line || failures.size() >= kFailuresShown) return;
        failures.push_back(json::object{
            {"line", number}, {"field", line.error().field}, {"message", line.error().detail}});
      }};
  stream.take(call.request.body);
  stream.finish();
  return json_answer(json::object{{"imported", stream.counts().imported},
                                  {"known", stream.counts().known},
                                  {"failed", stream.counts().failed},
                                  {"errors", std::move(failures)}});
}

}  // namespace

void add_import_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(
      api_route(app, web_protocol::Method::post, "/import", ports::TokenScope::admin, import));
}

}  // namespace lethe::web
