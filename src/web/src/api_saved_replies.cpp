#include "api_saved_replies.h"

#include "api_common.h"
#include "lethe/app/saved_replies.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::SavedReplyRow;
using ports::TokenScope;
using web_protocol::Method;

json::object reply_json(const SavedReplyRow& row, const Names& names) {
  return {{"id", row.id.to_string()},
          {"title", row.title},
          {"text", row.text},
          {"group", names.group(row.group)},
          {"language", row.language.empty() ? json::value(nullptr) : json::value(row.language)},
          {"created_at", to_rfc3339(row.created_at)},
          {"updated_at", to_rfc3339(row.updated_at)},
          {"version", row.version}};
}

ApiResult reply_answer(const ApiCall& call, const SavedReplyRow& row) {
  std::optional<Names> names;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(names, Names::read(tx));
    return {};
  }));
  LETHE_TRY(auto response, json_answer(reply_json(row, *names)));
  response.headers.set("ETag", "\"" + std::to_string(row.version) + "\"");
  return response;
}

ApiResult show(const ApiCall& call, core::SavedReplyId id) {
  std::optional<SavedReplyRow> row;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, ports::saved_replies(tx).find(id));
    return {};
  }));
  return reply_answer(call, *row);
}

ApiResult show_made(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::SavedReplyId::parse(resource.substr(resource.rfind('/') + 1)));
  return show(call, id);
}

ApiResult list(const ApiCall& call) {
  LETHE_TRY(const int limit, limit_of(call));
  LETHE_TRY(const auto cursor, cursor_of(call));
  const Cursor after = cursor.value_or(Cursor{.at = instant_of(0)});
  json::array items;
  std::optional<std::string> next;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(auto rows, ports::saved_replies(tx).page(after.at, after.id, limit + 1));
    if (std::ssize(rows) > limit) {
      rows.pop_back();
      next = to_text({rows.back().updated_at, rows.back().id.value()});
    }
    for (const SavedReplyRow& row : rows) items.push_back(reply_json(row, names));
    return {};
  }));
  return json_answer(page_of(std::move(items), std::move(next)));
}

// null takes a group or a language away.
Result<app::SavedReplyChange> change_of(const ApiCall& call, const json::object& body) {
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"title", "text", "group", "language"}));
  app::SavedReplyChange change;
  LETHE_TRY(change.title, web_protocol::optional_text(body, "title"));
  LETHE_TRY(change.text, web_protocol::optional_text(body, "text"));
  LETHE_TRY(change.language, web_protocol::optional_text(body, "language"));
  LETHE_TRY(const auto group, web_protocol::optional_text(body, "group"));
  if (is_null(body, "language")) change.language = "";
  if (is_null(body, "group")) change.group = std::optional<core::GroupId>{};
  if (!group) return change;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(change.group, names.group_named(*group));
    return {};
  }));
  return change;
}

Result<std::string> create(const ApiCall& call) {
  LETHE_TRY(const auto body, body_object(call));
  LETHE_TRY(const auto change, change_of(call, body));
  LETHE_CHECK(web_protocol::required_text(body, "title"));
  LETHE_CHECK(web_protocol::required_text(body, "text"));
  const app::SavedReplyDraft draft{.title = *change.title,
                                   .text = *change.text,
                                   .group = change.group.value_or(std::nullopt),
                                   .language = change.language.value_or("")};
  LETHE_TRY(const auto made, app::add_saved_reply(call.app, draft, call.bearer.agent));
  return "saved_replies/" + made.id.to_string();
}

ApiResult patch(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::SavedReplyId>(call));
  LETHE_TRY(const auto body, body_object(call));
  LETHE_CHECK(refuse_nulls(body, {"title", "text"}));
  LETHE_TRY(auto change, change_of(call, body));
  LETHE_TRY(change.if_version, if_match(call));
  LETHE_TRY(const auto row, app::change_saved_reply(call.app, id, change, call.bearer.agent));
  return reply_answer(call, row);
}

ApiResult remove(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::SavedReplyId>(call));
  LETHE_TRY(const auto version, if_match(call));
  LETHE_CHECK(app::remove_saved_reply(call.app, id, version, call.bearer.agent));
  Response response;
  response.status = 204;
  return response;
}

}  // namespace

void add_saved_reply_routes(app::App& app, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string path, TokenScope scope, ApiHandler handler) {
    routes.push_back(
        api_route(app, method, "/saved_replies" + std::move(path), scope, std::move(handler)));
  };
  add(Method::get, "", TokenScope::read, list);
  routes.push_back(
      api_maker_route(app, "/saved_replies", TokenScope::admin, 201, create, show_made));
  add(Method::get, "/{id}", TokenScope::read, [](const ApiCall& call) -> ApiResult {
    LETHE_TRY(const auto id, path_id<core::SavedReplyId>(call));
    return show(call, id);
  });
  add(Method::patch, "/{id}", TokenScope::admin, patch);
  add(Method::del, "/{id}", TokenScope::admin, remove);
}

}  // namespace lethe::web
