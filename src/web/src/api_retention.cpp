// /retention: rules, policy, exceptions, the switch; preview, forecast, runs; evaluate.
#include <charconv>
#include <utility>

#include "api_common.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/core/retention_document.h"
#include "lethe/core/retention_world.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
namespace retention = core::retention;
using ports::TokenScope;
using web_protocol::Method;

template <class Look>
Status read(const ApiCall& call, Look look) {
  return call.app.store.read([&](const ports::Reading& tx) -> Status { return look(tx); });
}

// Paged by the place in the list.
ApiResult list_rules(const ApiCall& call) {
  LETHE_TRY(const int limit, limit_of(call));
  LETHE_TRY(const auto cursor, cursor_of(call));
  json::array items;
  std::optional<std::string> next;
  LETHE_CHECK(read(call, [&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rules, app::list_rules(tx));
    int last = 0;
    for (const retention::Rule& rule : rules) {
      if (cursor && rule.spec().position <= cursor->id) continue;
      if (static_cast<int>(items.size()) == limit) {
        next = to_text({call.app.clock.now(), last});
        break;
      }
      last = rule.spec().position;
      items.push_back(retention::to_json(rule));
    }
    return {};
  }));
  return json_answer(page_of(std::move(items), std::move(next)));
}

Result<retention::Rule> find_rule(const ApiCall& call, core::RuleId id) {
  std::optional<retention::Rule> found;
  LETHE_CHECK(read(call, [&](const ports::Reading& tx) -> Status {
    LETHE_TRY(auto rules, app::list_rules(tx));
    for (retention::Rule& rule : rules) {
      if (rule.id() == id) found = std::move(rule);
    }
    return {};
  }));
  if (!found) return fail(Errc::not_found, "there is no such rule");
  return std::move(*found);
}

// With the version as ETag, which If-Match of PATCH and DELETE names.
ApiResult rule_answer(const retention::Rule& rule) {
  LETHE_TRY(Response answer, json_answer(retention::to_json(rule)));
  answer.headers.set("ETag", "\"" + std::to_string(rule.version()) + "\"");
  return answer;
}

ApiResult show_rule(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::RuleId::parse(resource.substr(resource.rfind('/') + 1)));
  LETHE_TRY(const auto rule, find_rule(call, id));
  return rule_answer(rule);
}

Result<std::string> create_rule(const ApiCall& call) {
  LETHE_TRY(const auto body, body_object(call));
  LETHE_TRY(const auto rule, app::create_rule(call.app, body));
  return "retention/rules/" + rule.id().to_string();
}

ApiResult patch_rule(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::RuleId>(call));
  LETHE_TRY(const auto body, body_object(call));
  LETHE_TRY(const auto version, if_match(call));
  LETHE_TRY(const auto rule, app::change_rule(call.app, id, body, version));
  return rule_answer(rule);
}

ApiResult delete_rule(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::RuleId>(call));
  LETHE_TRY(const auto version, if_match(call));
  LETHE_CHECK(app::remove_rule(call.app, id, version));
  Response response;
  response.status = 204;
  return response;
}

ApiResult show_policy(const ApiCall& call) {
  json::object object;
  LETHE_CHECK(read(call, [&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, app::read_retention_settings(call.app, tx));
    object = retention::to_json(settings.policy);
    return {};
  }));
  return json_answer(object);
}

ApiResult put_policy(const ApiCall& call) {
  LETHE_TRY(const auto body, body_object(call));
  LETHE_TRY(const auto policy, app::change_policy(call.app, body));
  return json_answer(retention::to_json(policy));
}

json::array texts(const std::vector<std::string>& list) {
  json::array array;
  for (const std::string& text : list) array.emplace_back(text);
  return array;
}

json::object exceptions_json(const app::ExceptionsView& view) {
  return {{"contact_tags", texts(view.lists.contact_tags)},
          {"emails", texts(view.lists.emails)},
          {"companies", texts(view.lists.companies)},
          {"agents", texts(view.lists.agents)},
          {"warnings", texts(view.warnings)}};
}

ApiResult show_exceptions(const ApiCall& call) {
  json::object object;
  LETHE_CHECK(read(call, [&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto view, app::view_exceptions(call.app, tx));
    object = exceptions_json(view);
    return {};
  }));
  return json_answer(object);
}

ApiResult put_exceptions(const ApiCall& call) {
  LETHE_TRY(auto body, body_object(call));
  body.erase("warnings");  // what was read may be sent back
  LETHE_TRY(const auto view, app::replace_exceptions(call.app, body));
  return json_answer(exceptions_json(view));
}

ApiResult show_enabled(const ApiCall& call) {
  bool enabled = false;
  LETHE_CHECK(read(call, [&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, app::read_retention_settings(call.app, tx));
    enabled = settings.enabled;
    return {};
  }));
  return json_answer(json::object{{"enabled", enabled}});
}

ApiResult put_enabled(const ApiCall& call) {
  LETHE_TRY(const auto body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"enabled"}));
  LETHE_TRY(const auto enabled, web_protocol::optional_bool(body, "enabled"));
  if (!enabled) return fail(Errc::invalid_argument, "enabled is true or false", "enabled");
  LETHE_CHECK(app::set_retention_enabled(call.app, *enabled));
  return json_answer(json::object{{"enabled", *enabled}});
}

json::object counts_json(const app::RetentionCounts& counts) {
  return {{"tickets", counts.tickets},
          {"people_hidden", counts.people_hidden},
          {"people_erased", counts.people_erased}};
}

json::array items_json(const std::vector<app::PreviewItem>& items) {
  json::array array;
  for (const app::PreviewItem& item : items) {
    array.push_back(json::object{
        {"person_id", item.person.to_string()},
        {"ticket_id", item.ticket ? json::value(item.ticket->to_string()) : json::value(nullptr)},
        {"number", item.number},
        {"verdict", item.verdict},
        {"rule", item.rule ? json::value(item.rule->to_string()) : json::value(nullptr)},
        {"due_at", time_or_null(item.due_at)}});
  }
  return array;
}

json::object preview_json(const app::Preview& preview) {
  json::object because;
  for (const auto& [reason, count] : preview.stays_because) because[reason] = count;
  return {{"at", to_rfc3339(preview.at)},
          {"estimate", preview.estimate},
          {"people_examined", preview.people_examined},
          {"now", counts_json(preview.now)},
          {"in_30_days", counts_json(preview.in_30_days)},
          {"in_90_days", counts_json(preview.in_90_days)},
          {"goes", items_json(preview.goes)},
          {"stays", items_json(preview.stays)},
          {"stays_because", std::move(because)}};
}

Result<std::optional<Instant>> at_of(const json::object& body) {
  LETHE_TRY(const auto text, web_protocol::optional_text(body, "at"));
  if (!text) return std::nullopt;
  const auto at = parse_rfc3339(*text);
  if (!at) return fail(Errc::invalid_argument, at.error().detail, "at");
  return *at;
}

// A rule with an id stands for the stored one; without, beside them.
Result<std::optional<retention::Rule>> rule_of(const ApiCall& call, const json::object& body) {
  const json::value* document = body.if_contains("rule");
  if (document == nullptr || document->is_null()) return std::nullopt;
  if (!document->is_object()) return fail(Errc::invalid_argument, "rule is an object", "rule");
  json::object fields = document->get_object();
  LETHE_TRY(const auto id_text, web_protocol::optional_text(fields, "id"));
  fields.erase("id");
  fields.erase("version");
  retention::RuleSpec base{.id = call.app.ids.make<core::RuleId>(),
                           .mode = retention::mode_unless_said(fields)};
  if (id_text) {
    const auto id = core::RuleId::parse(*id_text);
    if (!id) return fail(Errc::invalid_argument, "not the id of a rule", "rule.id");
    LETHE_TRY(const auto stored, find_rule(call, *id));
    base = stored.spec();
  }
  LETHE_TRY(auto rule, retention::changed_rule(std::move(base), fields));
  return rule;
}

ApiResult preview(const ApiCall& call) {
  LETHE_TRY(const auto body, optional_body(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"rule", "at"}));
  app::PreviewOrder order;
  LETHE_TRY(order.rule, rule_of(call, body));
  LETHE_TRY(order.at, at_of(body));
  LETHE_TRY(const auto preview, app::preview(call.app, order));
  return json_answer(preview_json(preview));
}

Result<int> months_of(const ApiCall& call) {
  int months = 12;
  if (const auto text = call.request.query().find("months")) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), months);
    if (error != std::errc{} || end != text->data() + text->size()) {
      return fail(Errc::invalid_argument, "months is a number", "months");
    }
  }
  return months;
}

// Paged by the place of the period.
ApiResult forecast(const ApiCall& call) {
  LETHE_TRY(const int months, months_of(call));
  LETHE_TRY(const int limit, limit_of(call));
  LETHE_TRY(const auto cursor, cursor_of(call));
  LETHE_TRY(const auto periods, app::forecast(call.app, months));
  json::array items;
  std::optional<std::string> next;
  std::int64_t place = 0;
  for (const retention::Period& period : periods) {
    if (++place <= (cursor ? cursor->id : 0)) continue;
    if (std::cmp_equal(items.size(), limit)) {
      next = to_text({call.app.clock.now(), place - 1});
      break;
    }
    items.push_back(json::object{{"ends", to_rfc3339(period.ends)},
                                 {"tickets", period.tickets},
                                 {"people_hidden", period.people_hidden},
                                 {"people_erased", period.people_erased}});
  }
  return json_answer(page_of(std::move(items), std::move(next)));
}

std::string_view state_name(ports::RunState state) {
  switch (state) {
    case ports::RunState::running:
      return "running";
    case ports::RunState::done:
      return "done";
    case ports::RunState::needs_confirmation:
      return "needs_confirmation";
    case ports::RunState::stopped:
      return "stopped";
  }
  return "running";
}

json::object run_json(const ports::RunRow& run, const std::vector<ports::ErasureRow>& erasures) {
  json::array ids;
  for (const ports::ErasureRow& erasure : erasures) {
    ids.push_back(json::object{
        {"erasure_id", erasure.id.to_string()},
        {"certificate_id", erasure.certificate ? json::value(erasure.certificate->to_string())
                                               : json::value(nullptr)}});
  }
  const std::string_view state = state_name(run.state);
  return {{"id", run.id.to_string()},
          {"state", json::string{state.data(), state.size()}},
          {"at", to_rfc3339(run.at)},
          {"started_at", to_rfc3339(run.started_at)},
          {"finished_at", time_or_null(run.finished_at)},
          {"people", run.people},
          {"tickets", run.tickets},
          {"examined", run.examined},
          {"detail", run.detail},
          {"erasures", std::move(ids)}};
}

ApiResult show_run(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::RunId::parse(resource.substr(resource.rfind('/') + 1)));
  json::object object;
  LETHE_CHECK(read(call, [&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto run, tx.retention().run(id));
    LETHE_TRY(const auto erasures, tx.retention().erasures_of_run(id));
    object = run_json(run, erasures);
    return {};
  }));
  return json_answer(object);
}

Result<std::string> start_run(const ApiCall& call) {
  LETHE_TRY(const auto body, optional_body(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"at"}));
  app::RunOrder order;
  LETHE_TRY(order.at, at_of(body));
  LETHE_TRY(const auto run, app::run_retention(call.app, order));
  return "retention/runs/" + run.id.to_string();
}

Result<std::int64_t> figure_in(const json::object& body, std::string_view field) {
  LETHE_TRY(const auto figure, web_protocol::optional_integer(body, field));
  if (figure && *figure >= 0) return *figure;
  return fail(figure ? Errc::out_of_range : Errc::invalid_argument,
              "as many as the run that waits says", std::string{field});
}

// Makes a run of its own: the one that waited is over.
Result<std::string> confirm_run(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::RunId>(call));
  LETHE_TRY(const auto body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"tickets", "people"}));
  app::RunFigure seen;
  LETHE_TRY(seen.tickets, figure_in(body, "tickets"));
  LETHE_TRY(seen.people, figure_in(body, "people"));
  LETHE_TRY(const auto run, app::confirm_run(call.app, id, seen));
  return "retention/runs/" + run.id.to_string();
}

ApiResult evaluate(const ApiCall& call) {
  LETHE_TRY(const auto verdicts, retention::evaluate(call.request.body));
  return json_answer(json::object{{"verdicts", texts(verdicts)}});
}

}  // namespace

void add_retention_routes(app::App& app, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string path, TokenScope scope, ApiHandler handler) {
    routes.push_back(
        api_route(app, method, "/retention" + std::move(path), scope, std::move(handler)));
  };
  add(Method::get, "/rules", TokenScope::read, list_rules);
  routes.push_back(
      api_maker_route(app, "/retention/rules", TokenScope::admin, 201, create_rule, show_rule));
  add(Method::get, "/rules/{id}", TokenScope::read, [](const ApiCall& call) -> ApiResult {
    LETHE_TRY(const auto id, path_id<core::RuleId>(call));
    return show_rule(call, "rules/" + id.to_string());
  });
  add(Method::patch, "/rules/{id}", TokenScope::admin, patch_rule);
  add(Method::del, "/rules/{id}", TokenScope::admin, delete_rule);
  add(Method::get, "/policy", TokenScope::read, show_policy);
  add(Method::put, "/policy", TokenScope::admin, put_policy);
  add(Method::get, "/exceptions", TokenScope::read, show_exceptions);
  add(Method::put, "/exceptions", TokenScope::admin, put_exceptions);
  add(Method::get, "/enabled", TokenScope::read, show_enabled);
  add(Method::put, "/enabled", TokenScope::admin, put_enabled);
  add(Method::post, "/preview", TokenScope::read, preview);
  add(Method::get, "/forecast", TokenScope::read, forecast);
  routes.push_back(
      api_maker_route(app, "/retention/runs", TokenScope::admin, 202, start_run, show_run));
  add(Method::get, "/runs/{id}", TokenScope::read, [](const ApiCall& call) -> ApiResult {
    LETHE_TRY(const auto id, path_id<core::RunId>(call));
    return show_run(call, "runs/" + id.to_string());
  });
  routes.push_back(api_maker_route(app, "/retention/runs/{id}/confirm", TokenScope::admin, 202,
                                   confirm_run, show_run));
  Route worlds = api_route(app, Method::post, "/retention/evaluate", TokenScope::read, evaluate);
  worlds.body_bytes_max = kUploadBytesMax;
  routes.push_back(std::move(worlds));
}

}  // namespace lethe::web
