#include "api_common.h"

#include <algorithm>
#include <charconv>

#include "acts.h"
#include "api_once.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/web/respond.h"
#include "lethe/web_protocol/problem.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using web_protocol::Problem;

constexpr std::size_t kJsonBytesMax = std::size_t{40} * 1024 * 1024;
// Of a call whose route says nothing else: a text of any length that people write fits.
constexpr std::size_t kBodyBytesMax = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kNameShownBytes = 60;

Response refusal(const Error& error) {
  Response response = web_protocol::problem_response(web_protocol::problem_of(error));
  if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  if (response.status == 429) response.headers.set("Retry-After", "60");
  if (response.status == 503) response.headers.set("Retry-After", "5");
  add_common_headers(response);
  return response;
}

Result<ApiCall> admitted(app::App& app, const Request& request, ports::TokenScope scope) {
  const auto token = bearer_of(request);
  if (!token) return fail(Errc::unauthenticated, "send Authorization: Bearer TOKEN");
  LETHE_TRY(const app::Bearer bearer, app::bearer_of(app, *token));
  if (bearer.scope < scope) return fail(Errc::forbidden, "the token's scope does not reach this");
  return ApiCall{.app = app, .request = request, .bearer = bearer};
}

using QueryNames = std::vector<std::string_view>;

// A misspelt filter would list what was not asked for. Only `status` makes a list of several.
Status refuse_unknown_query(const Request& request, const QueryNames& known) {
  for (const auto& [name, value] : request.query()) {
    const std::string shown{clipped_utf8(name, kNameShownBytes)};
    if (std::ranges::find(known, name) == known.end()) {
      return fail(Errc::invalid_argument, "there is no such query parameter", shown);
    }
    if (name != "status" && request.query().all(name).size() > 1) {
      return fail(Errc::invalid_argument, "is given more than once", shown);
    }
  }
  return {};
}

// The part before the parameters: a charset changes nothing (RFC 8259 section 8.1).
std::string media_type(const Request& request) {
  const std::string_view whole = request.content_type();
  return ascii_lower(trimmed(whole.substr(0, whole.find(';'))));
}

Status refuse_coded(const Request& request) {
  const std::string_view coding = request.headers.get("Content-Encoding");
  if (coding.empty() || equals_ignoring_ascii_case(coding, "identity")) return {};
  return fail(Errc::unsupported, "send the body as it is, not compressed", "Content-Encoding");
}

// Who says nothing about a body's type means JSON.
Status refuse_other_types(const Request& request) {
  if (request.body.empty()) return {};
  LETHE_CHECK(refuse_coded(request));
  const std::string type = media_type(request);
  const bool is_json = type.empty() || type == "application/json" ||
                       (type.starts_with("application/") && type.ends_with("+json"));
  return is_json ? Status{}
                 : fail(Errc::unsupported, "send the body as application/json", "Content-Type");
}

// What a call is made of, before anything of it is done.
struct Door {
  app::App& app;
  ports::TokenScope scope;
  QueryNames query;
  const KnownAct* act = nullptr;  // what the audit calls it; null: not in it, or not noted here
};

std::string full_pattern(std::string_view pattern) { return "/api/v1" + std::string{pattern}; }

Result<ApiCall> let_in(const Door& door, const Request& request) {
  LETHE_TRY(const ApiCall call, admitted(door.app, request, door.scope));
  LETHE_CHECK(refuse_unknown_query(request, door.query));
  return call;
}

Response answer(const Door& door, const Request& request, const ApiHandler& handler) {
  const auto call = let_in(door, request);
  if (!call) return refusal(call.error());
  const auto readable = refuse_other_types(request);
  if (!readable) return refusal(readable.error());
  auto made = handler(*call);
  if (!made) return refusal(made.error());
  if (const Status noted = note_call(*call, door.act, *made); !noted) {
    return refusal(noted.error());
  }
  add_common_headers(*made);
  return std::move(*made);
}

// Mail and files elsewhere end at it, so what stands behind would be lost.
bool holds_nul(const json::value& value) {
  if (value.is_string()) return value.get_string().find('\0') != json::string::npos;
  if (value.is_array()) return std::ranges::any_of(value.get_array(), holds_nul);
  return value.is_object() && std::ranges::any_of(value.get_object(), [](const auto& member) {
           return holds_nul(member.value());
         });
}

std::string name_in(const std::vector<ports::CatalogRow>& rows, std::int64_t id) {
  const auto row = std::ranges::find(rows, id, &ports::CatalogRow::id);
  return row == rows.end() ? std::string{} : row->name;
}

Result<std::int64_t> id_named(const std::vector<ports::CatalogRow>& rows, std::string_view name,
                              const char* field) {
  const auto row = std::ranges::find(rows, name, &ports::CatalogRow::name);
  if (row == rows.end()) {
    return fail(Errc::invalid_argument, std::string{"there is no such "} + field, field);
  }
  return row->id;
}

Route route_behind(Door door, web_protocol::Method method, std::string_view pattern,
                   ApiHandler handler) {
  Route route;
  route.method = method;
  route.pattern = full_pattern(pattern);
  route.admit = [door](const Request& request) -> std::optional<Response> {
    const auto call = let_in(door, request);
    return call ? std::nullopt : std::optional{refusal(call.error())};
  };
  route.handler = [door = std::move(door), handler = std::move(handler)](const Request& request) {
    return answer(door, request, handler);
  };
  route.body_bytes_max = kBodyBytesMax;
  return route;
}

}  // namespace

Route api_route(app::App& app, web_protocol::Method method, std::string pattern,
                ports::TokenScope scope, ApiHandler handler) {
  const KnownAct* const act = known_act(method, full_pattern(pattern));
  Door door{app, scope, described_query(method, pattern), act};
  return route_behind(std::move(door), method, pattern, std::move(handler));
}

Route api_stream_route(app::App& app, std::string pattern, ports::TokenScope scope,
                       ApiStreamer begin) {
  Route route;
  route.method = web_protocol::Method::post;
  route.pattern = full_pattern(pattern);
  Door door{app, scope, described_query(route.method, pattern),
            known_act(route.method, route.pattern)};
  route.stream = [door = std::move(door),
                  begin = std::move(begin)](const Request& request) -> StreamedAnswer {
    const auto call = let_in(door, request);
    if (!call) return {refusal(call.error()), nullptr};
    const auto plain = refuse_coded(request);
    if (!plain) return {refusal(plain.error()), nullptr};
    auto stream = begin(*call);
    if (!stream) return {refusal(stream.error()), nullptr};
    Response head;
    head.headers.set("Content-Type", stream->content_type);
    if (const Status noted = note_call(*call, door.act, head); !noted) {
      return {refusal(noted.error()), nullptr};
    }
    return {std::move(head), std::move(stream->taker)};
  };
  return route;
}

// What was made is noted where it is known that it was: in make_once().
Route api_maker_route(app::App& app, std::string pattern, ports::TokenScope scope, int status,
                      ApiMaker maker, ApiShower shower) {
  constexpr auto kPost = web_protocol::Method::post;
  Door door{app, scope, described_query(kPost, pattern), nullptr};
  Making making{.status = status,
                .act = known_act(kPost, full_pattern(pattern)),
                .maker = std::move(maker),
                .shower = std::move(shower)};
  return route_behind(
      std::move(door), kPost, pattern,
      [making = std::move(making)](const ApiCall& call) { return make_once(call, making); });
}

ApiResult json_answer(const json::value& value, int status) {
  return web_protocol::json_response(status, json::serialize(value));
}

Response nothing_to_show() {
  Response response;
  response.status = 204;
  return response;
}

Result<json::object> body_object(const ApiCall& call) {
  LETHE_TRY(auto body, web_protocol::parse_json_object(call.request.body, kJsonBytesMax));
  LETHE_CHECK(web_protocol::refuse_repeated_names(call.request.body, body));
  for (const auto& [name, value] : body) {
    if (!holds_nul(value)) continue;
    return fail(Errc::invalid_argument, "holds the character U+0000",
                std::string{clipped_utf8(name, kNameShownBytes)});
  }
  return body;
}

Result<json::object> optional_body(const ApiCall& call) {
  if (call.request.body.empty()) return json::object{};
  return body_object(call);
}

Status expect_no_fields(const ApiCall& call) {
  LETHE_TRY(const auto body, optional_body(call));
  return web_protocol::refuse_unknown_fields(body, {});
}

Status refuse_nulls(const json::object& body, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    if (is_null(body, field)) {
      return fail(Errc::invalid_argument, "must not be null", std::string{field});
    }
  }
  return {};
}

bool is_null(const json::object& body, std::string_view field) {
  const json::value* value = body.if_contains({field.data(), field.size()});
  return value != nullptr && value->is_null();
}

bool may_have_been(app::App& app, std::int64_t id) {
  constexpr int kRandomBits = 21;
  constexpr std::int64_t kFirstMillisecond = 1'577'836'800'000;  // 2020
  const std::int64_t made = id >> kRandomBits;
  return made >= kFirstMillisecond && made <= app.clock.now_milliseconds();
}

Result<std::optional<std::int64_t>> if_match(const ApiCall& call) {
  const auto header = call.request.headers.find("If-Match");
  if (!header || *header == "*") return std::nullopt;
  std::string_view tag = *header;
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
    tag = tag.substr(1, tag.size() - 2);
  const auto version = parse_id_digits(tag);
  if (!version) return fail(Errc::conflict, "If-Match names another version");
  return *version;
}

Result<int> limit_of(const ApiCall& call) {
  const auto text = call.request.query().find("limit");
  if (!text) return 50;
  int limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 || limit > 200) {
    return fail(Errc::out_of_range, "limit is 1 to 200", "limit");
  }
  return limit;
}

std::string to_text(const Cursor& cursor) {
  return to_base64url(
      as_bytes(std::to_string(unix_seconds(cursor.at)) + ":" + std::to_string(cursor.id)));
}

Result<std::optional<Cursor>> cursor_of(const ApiCall& call) {
  const auto text = call.request.query().find("cursor");
  if (!text || text->empty()) return std::nullopt;
  const auto refused = fail(Errc::invalid_argument, "not a cursor of this API", "cursor");
  const auto bytes = parse_base64url(*text);
  if (!bytes) return refused;
  const std::string_view plain = as_text(*bytes);
  const auto colon = plain.find(':');
  if (colon == std::string_view::npos) return refused;
  const auto at = parse_id_digits(plain.substr(0, colon));
  const auto id = parse_id_digits(plain.substr(colon + 1));
  if (!at || !id) return refused;
  return Cursor{instant_of(*at), *id};
}

json::object page_of(json::array items, std::optional<std::string> next) {
  return {{"items", std::move(items)},
          {"next_cursor", next ? json::value(*next) : json::value(nullptr)}};
}

json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
}

Result<Names> Names::read(const ports::Reading& tx) {
  Names names;
  LETHE_TRY(names.groups_, tx.catalog().named(ports::NamedKind::group));
  LETHE_TRY(names.types_, tx.catalog().named(ports::NamedKind::type));
  LETHE_TRY(names.tags_, tx.catalog().named(ports::NamedKind::tag));
  return names;
}

json::value Names::group(std::optional<core::GroupId> id) const {
  return id ? json::value(name_in(groups_, id->value())) : json::value(nullptr);
}
json::value Names::type(std::optional<core::TypeId> id) const {
  return id ? json::value(name_in(types_, id->value())) : json::value(nullptr);
}
std::string Names::tag(core::TagId id) const { return name_in(tags_, id.value()); }

Result<core::GroupId> Names::group_named(std::string_view name) const {
  LETHE_TRY(const std::int64_t id, id_named(groups_, name, "group"));
  return core::GroupId::of(id);
}
Result<core::TypeId> Names::type_named(std::string_view name) const {
  LETHE_TRY(const std::int64_t id, id_named(types_, name, "type"));
  return core::TypeId::of(id);
}

}  // namespace lethe::web
