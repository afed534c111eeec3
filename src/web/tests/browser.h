// One agent's browser at the pages of an installation: the routes are called without a socket.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app_fixture.h"
#include "lethe/app/sign_in.h"
#include "lethe/web/event_hub.h"
#include "lethe/web/site.h"
#include "lethe/web_protocol/forms.h"

namespace lethe::web::testing {

using app::testing::AppFixture;
using app::testing::expect;
using web_protocol::Fields;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

// One signed-in agent at the pages of an installation.
class Browser {
 public:
  Browser(AppFixture& at, core::AgentId agent)
      : site_({.app = at.app(),
               .events = hub_,
               .settings = {},
               .probe_submission = {},
               .source_state = {},
               .replica_trouble = {},
               .keep_replica = {},
               .declare_copies_days = {},
               .read_ledger = {}}),
        routes_(site_.routes()),
        session_(expect(app::start_session(at.app(), agent))) {}

  // `pattern` with its placeholders filled by `params`.
  Response get(std::string_view pattern, std::vector<std::string> params = {}, Fields query = {}) {
    return ask(Method::get, pattern, std::move(params), {}, std::move(query));
  }
  Response post(std::string_view pattern, std::vector<std::string> params, Fields fields) {
    fields.add("form_token", session_.csrf);
    return ask(Method::post, pattern, std::move(params), web_protocol::to_urlencoded(fields));
  }
  // What a long form hears before its body is read; nothing when it may come.
  std::optional<Response> at_door(std::string_view pattern, std::vector<std::string> params = {}) {
    const Route& route = route_to(Method::post, pattern);
    REQUIRE(route.admit);
    return route.admit(request_to(Method::post, pattern, std::move(params)));
  }
  const std::vector<Route>& routes() const { return routes_; }

  std::string language;  // as chosen on the page; empty: the agent's own
  std::vector<std::pair<std::string, std::string>> extra_headers;
  bool signed_in = true;  // false: without the cookie

 private:
  Response ask(Method method, std::string_view pattern, std::vector<std::string> params,
               std::string body, Fields query = {}) {
    Request request = request_to(method, pattern, std::move(params));
    request.target.query = std::move(query);
    request.body = std::move(body);
    return route_to(method, pattern).handler(request);
  }

  const Route& route_to(Method method, std::string_view pattern) const {
    const auto route = std::ranges::find_if(routes_, [&](const Route& each) {
      return each.method == method && each.pattern == pattern;
    });
    REQUIRE(route != routes_.end());
    return *route;
  }

  Request request_to(Method method, std::string_view pattern,
                     std::vector<std::string> params) const {
    Request request;
    request.method = method;
    request.target.path = pattern;
    request.params = std::move(params);
    if (signed_in) request.cookies.add("lethe_session", session_.token);
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    if (!language.empty()) request.cookies.add("prefs", "language=" + language);
    for (const auto& [name, value] : extra_headers) request.headers.add(name, value);
    return request;
  }

  EventHub hub_;
  Site site_;
  std::vector<Route> routes_;
  app::NewSession session_;
};

inline Fields form(std::vector<std::pair<std::string, std::string>> values) {
  Fields fields;
  for (auto& [name, value] : values) fields.add(std::move(name), std::move(value));
  return fields;
}

}  // namespace lethe::web::testing
