#include "lethe/web/site.h"

#include <array>

#include "lethe/base/encoding.h"
#include "lethe/web_protocol/problem.h"
#include "site_common.h"
#include "site_saved_replies.h"
#include "site_second_step.h"
#include "site_threads.h"
#include "site_views.h"

namespace lethe::web {

Site::Site(SiteDeps deps) : inside_(std::make_unique<Inside>(std::move(deps))) {}
Site::~Site() = default;

std::vector<Route> Site::routes() {
  SiteRoutes routes{*inside_};
  add_entry_routes(routes);
  add_inbox_routes(routes);
  add_ticket_routes(routes);
  add_threads_routes(routes);
  add_ticket_file_routes(routes);
  add_answer_routes(routes);
  add_saved_reply_routes(routes);
  add_view_routes(routes);
  add_people_routes(routes);
  add_search_routes(routes);
  add_erasure_routes(routes);
  add_certificate_routes(routes);
  add_retention_routes(routes);
  add_rule_routes(routes);
  add_hold_routes(routes);
  add_audit_routes(routes);
  add_settings_routes(routes);
  add_mail_settings_routes(routes);
  add_mail_design_routes(routes);
  add_my_settings_routes(routes);
  add_second_step_routes(routes);
  add_choices_routes(routes, *inside_);
  add_public_routes(routes, *inside_);
  add_event_routes(routes);
  return routes.take();
}

void Site::publish(const ports::Event& event) {
  if (event.kind == ports::EventKind::presence) return;
  const std::string id = event.ticket ? event.ticket->to_string() : "";
  const Event changed{"changed", "{\"ticket\":\"" + id + "\"}"};
  inside_->deps.events.publish("inbox", changed);
  if (event.ticket) inside_->deps.events.publish("ticket:" + id, changed);
}

Response Site::error_page(const Request& request, int status) {
  if (request.path().starts_with("/api/")) {
    Response response =
        web_protocol::problem_response({.status = status, .detail = {}, .errors = {}});
    add_common_headers(response);
    return response;
  }
  PageContext page;
  page.text = Text{
      choose_language(preferences_of(request).language, request.headers.get("Accept-Language"))};
  page.theme = preferences_of(request).theme;
  std::array<std::uint8_t, 18> nonce{};
  inside_->app.random.fill(nonce);
  page.nonce = to_base64url(nonce);
  page.now = inside_->app.clock.now();
  views::ErrorPage view;
  view.status = status;
  view.signed_in = false;
  Response response = page_response(status, page, render(page, view));
  add_common_headers(response);
  return response;
}

}  // namespace lethe::web
