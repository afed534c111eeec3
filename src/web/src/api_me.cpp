#include "api_me.h"

#include "api_common.h"
#include "lethe/app/notifications.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::TokenScope;
using web_protocol::Method;

json::object wishes_json(const app::NoticeWishes& wishes, const Names& names) {
  json::array groups;
  for (const core::GroupId group : wishes.groups) groups.push_back(names.group(group));
  return {{"assigned", wishes.assigned},
          {"answered", wishes.answered},
          {"groups", std::move(groups)},
          {"wait_seconds", wishes.wait.count()},
          {"stopped", wishes.stopped}};
}

ApiResult show_wishes(const ApiCall& call) {
  json::object wishes;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto wished, app::notice_wishes(call.app, tx, call.bearer.agent));
    wishes = wishes_json(wished, names);
    return {};
  }));
  return json_answer(wishes);
}

Result<std::vector<core::GroupId>> groups_named(const Names& names,
                                                const std::vector<std::string>& wanted) {
  std::vector<core::GroupId> groups;
  for (const std::string& name : wanted) {
    const auto group = names.group_named(name);
    if (!group) return fail(Errc::invalid_argument, group.error().detail, "groups");
    groups.push_back(*group);
  }
  return groups;
}

// Seconds; what no wait can be is left to the use case to refuse.
Seconds seconds_of(std::int64_t count) {
  return count < 0 || count > app::kNoticeWaitMax.count() ? Seconds{-1} : Seconds{count};
}

Result<app::NoticeWishes> wishes_from(const ApiCall& call, const ports::Reading& tx,
                                      const json::object& body) {
  LETHE_TRY(auto wishes, app::notice_wishes(call.app, tx, call.bearer.agent));
  LETHE_TRY(const auto assigned, web_protocol::optional_bool(body, "assigned"));
  LETHE_TRY(const auto answered, web_protocol::optional_bool(body, "answered"));
  LETHE_TRY(const auto groups, web_protocol::optional_texts(body, "groups"));
  LETHE_TRY(const auto wait, web_protocol::optional_integer(body, "wait_seconds"));
  if (assigned) wishes.assigned = *assigned;
  if (answered) wishes.answered = *answered;
  if (wait) wishes.wait = seconds_of(*wait);
  if (is_null(body, "groups")) wishes.groups.clear();
  if (!groups) return wishes;
  LETHE_TRY(const Names names, Names::read(tx));
  LETHE_TRY(wishes.groups, groups_named(names, *groups));
  return wishes;
}

// By the names of the body; the form in the settings has others.
Status in_words_of_body(Status saved) {
  if (saved) return saved;
  Error error = std::move(saved).error();
  if (error.field == "wait") error.field = "wait_seconds";
  if (error.field == "group") error.field = "groups";
  return std::unexpected(std::move(error));
}

ApiResult change_wishes(const ApiCall& call) {
  LETHE_TRY(const auto body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(
      body, {"assigned", "answered", "groups", "wait_seconds"}));
  LETHE_CHECK(refuse_nulls(body, {"assigned", "answered", "wait_seconds"}));
  app::NoticeWishes wishes;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(wishes, wishes_from(call, tx, body));
    return {};
  }));
  LETHE_CHECK(in_words_of_body(app::save_notice_wishes(call.app, call.bearer.agent, wishes)));
  return show_wishes(call);
}

}  // namespace

void add_me_routes(app::App& app, std::vector<Route>& routes) {
  const std::string path = "/me/notifications";
  routes.push_back(api_route(app, Method::get, path, TokenScope::read, show_wishes));
  routes.push_back(api_route(app, Method::patch, path, TokenScope::write, change_wishes));
}

}  // namespace lethe::web
