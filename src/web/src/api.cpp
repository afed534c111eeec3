#include "lethe/web/api.h"

#include "api_checks.h"
#include "api_common.h"
#include "api_me.h"
#include "api_saved_replies.h"
#include "lethe/web/respond.h"

namespace lethe::web {

std::vector<Route> api_routes(app::App& app) {
  std::vector<Route> routes;
  add_ticket_routes(app, routes);
  add_message_routes(app, routes);
  add_threading_routes(app, routes);
  add_check_routes(app, routes);
  add_people_routes(app, routes);
  add_erasure_routes(app, routes);
  add_retention_routes(app, routes);
  add_search_routes(app, routes);
  add_import_routes(app, routes);
  add_saved_reply_routes(app, routes);
  add_me_routes(app, routes);
  routes.push_back({.method = web_protocol::Method::get,
                    .pattern = "/api/v1/openapi.json",
                    .handler = [](const Request&) {
                      Response response = web_protocol::json_response(200, openapi());
                      add_common_headers(response);
                      return response;
                    }});
  return routes;
}

}  // namespace lethe::web
