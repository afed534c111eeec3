// What every API handler is made of: who asks, what may be asked, how answers look.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lethe/app/people.h"
#include "lethe/app/sign_in.h"
#include "lethe/app/tickets.h"
#include "lethe/web/api.h"
#include "lethe/web_protocol/json.h"
#include "lethe/web_protocol/message.h"

namespace lethe::web {

using web_protocol::Request;
using web_protocol::Response;
using ApiResult = Result<Response>;

// Remembers in a transaction that this call's Idempotency-Key made `resource`; without a key it
// does nothing.
using RememberMade = std::function<Status(ports::Writing& tx, std::string_view resource)>;

// One call: the request and the token's bearer.
struct ApiCall {
  app::App& app;
  const Request& request;
  app::Bearer bearer;
  RememberMade remember{};  // of makers only (api_maker_route)
};
using ApiHandler = std::function<ApiResult(const ApiCall&)>;

// A route that checks the token and its scope, then that the query holds nothing that openapi()
// does not name and that the body is JSON by its Content-Type, and maps errors to problem+json.
[[nodiscard]] Route api_route(app::App& app, web_protocol::Method method, std::string pattern,
                              ports::TokenScope scope, ApiHandler handler);
// The same for a POST whose body is taken in pieces (server.h): `begin` makes what takes them.
struct ApiStream {
  std::string content_type;
  std::unique_ptr<BodyTaker> taker;
};
using ApiStreamer = std::function<Result<ApiStream>(const ApiCall&)>;
[[nodiscard]] Route api_stream_route(app::App& app, std::string pattern, ports::TokenScope scope,
                                     ApiStreamer begin);
// The same for POST with Idempotency-Key: `maker` returns the path of what it made ("tickets/7"),
// `shower` answers with that resource; a repeated key shows it again and makes nothing. Location
// names it when `status` is 201 or 202. A maker that can calls `ApiCall::remember` in the
// transaction that makes it: what is made is then remembered, whenever the process ends.
using ApiMaker = std::function<Result<std::string>(const ApiCall&)>;
using ApiShower = std::function<ApiResult(const ApiCall&, std::string_view resource)>;
[[nodiscard]] Route api_maker_route(app::App& app, std::string pattern, ports::TokenScope scope,
                                    int status, ApiMaker maker, ApiShower shower);

[[nodiscard]] ApiResult json_answer(const boost::json::value& value, int status = 200);
// 204.
[[nodiscard]] Response nothing_to_show();
// The id in the path, as it is written by us; a word that is none is not_found.
template <class Id>
[[nodiscard]] Result<Id> path_id(const ApiCall& call, std::size_t index = 0) {
  const std::string& text = call.request.params.at(index);
  auto id = Id::parse(text);
  if (!id || id->to_string() != text) return fail(Errc::not_found, "there is no such thing");
  return id;
}
// Errors: invalid_argument when it is no JSON object; with the field in which U+0000 stands.
[[nodiscard]] Result<boost::json::object> body_object(const ApiCall& call);
// The same where no body at all says the same as {}.
[[nodiscard]] Result<boost::json::object> optional_body(const ApiCall& call);
// For calls that take no fields: no body, or {}.
[[nodiscard]] Status expect_no_fields(const ApiCall& call);
// True when `body` takes `field` away: null, which is not the same as not naming it.
[[nodiscard]] bool is_null(const boost::json::object& body, std::string_view field);
// What a change cannot take away. Errors: invalid_argument with the first field that is null.
[[nodiscard]] Status refuse_nulls(const boost::json::object& body,
                                  std::initializer_list<std::string_view> fields);
// `found` with the field of its error named within `outer`: "requester.email".
template <class T>
[[nodiscard]] Result<T> within(std::string_view outer, Result<T> found) {
  if (!found && !found.error().field.empty()) {
    found.error().field = std::string{outer} + "." + found.error().field;
  }
  return found;
}
// The query parameters that openapi() names for this call; `pattern` is that of its route.
[[nodiscard]] std::vector<std::string_view> described_query(web_protocol::Method method,
                                                            std::string_view pattern);
// Of one who was erased or is being erased: erased; of one never known: not_found.
[[nodiscard]] Result<app::PersonView> live_person(const ApiCall& call, const ports::Reading& tx,
                                                  core::PersonId id);
// Ids tell when they were made. One of the past was erased or never was: the two look the same.
[[nodiscard]] bool may_have_been(app::App& app, std::int64_t id);

// The version that If-Match names; nothing without the header or with "*".
// Errors: conflict when it names none of ours.
[[nodiscard]] Result<std::optional<std::int64_t>> if_match(const ApiCall& call);

// limit 1..200, default 50. Errors: out_of_range, field limit.
[[nodiscard]] Result<int> limit_of(const ApiCall& call);
// A cursor is opaque to clients: base64url of "seconds:id". Errors: invalid_argument, field cursor.
struct Cursor {
  Instant at;
  std::int64_t id = 0;
};
[[nodiscard]] std::string to_text(const Cursor& cursor);
[[nodiscard]] Result<std::optional<Cursor>> cursor_of(const ApiCall& call);
[[nodiscard]] boost::json::object page_of(boost::json::array items,
                                          std::optional<std::string> next);

[[nodiscard]] boost::json::value time_or_null(const std::optional<Instant>& at);

// Names of groups, types and managed tags, read once per request.
class Names {
 public:
  [[nodiscard]] static Result<Names> read(const ports::Reading& tx);
  [[nodiscard]] boost::json::value group(std::optional<core::GroupId> id) const;
  [[nodiscard]] boost::json::value type(std::optional<core::TypeId> id) const;
  [[nodiscard]] std::string tag(core::TagId id) const;
  // Errors: invalid_argument with the field.
  [[nodiscard]] Result<core::GroupId> group_named(std::string_view name) const;
  [[nodiscard]] Result<core::TypeId> type_named(std::string_view name) const;

 private:
  std::vector<ports::CatalogRow> groups_, types_, tags_;
};

// The shapes that openapi() describes.
[[nodiscard]] boost::json::object person_json(const app::PersonView& person, const Names& names);
[[nodiscard]] boost::json::value who_json(const std::optional<app::Who>& who);
// Of a page, in the order given; what they show beside their summaries is read for all at once.
using TicketRefs = std::span<const app::TicketSummary* const>;
[[nodiscard]] Result<std::vector<boost::json::object>> tickets_json(app::App& app,
                                                                    const ports::Reading& tx,
                                                                    TicketRefs tickets,
                                                                    const Names& names);
[[nodiscard]] Result<boost::json::object> ticket_json(app::App& app, const ports::Reading& tx,
                                                      const app::TicketSummary& ticket,
                                                      const Names& names);
// Who wrote the messages of a page, read for all at once: a person whole, as tickets show their
// requesters, with the address they write from as `email`; an agent as who_json().
class Authors {
 public:
  [[nodiscard]] static Result<Authors> read(app::App& app, const ports::Reading& tx,
                                            std::span<const app::MessageView> messages);
  [[nodiscard]] boost::json::value of(const app::MessageView& message) const;

 private:
  std::map<std::int64_t, boost::json::object> people_;
};
[[nodiscard]] boost::json::object message_json(const app::MessageView& message,
                                               const Authors& authors,
                                               std::optional<std::string> html);
[[nodiscard]] boost::json::object attachment_json(const app::AttachmentView& file);
[[nodiscard]] boost::json::object erasure_json(const ports::ErasureRow& row);

// An erasure by its resource, "erasures/7".
[[nodiscard]] ApiResult show_erasure(const ApiCall& call, std::string_view resource);

void add_ticket_routes(app::App& app, std::vector<Route>& routes);
void add_message_routes(app::App& app, std::vector<Route>& routes);
void add_threading_routes(app::App& app, std::vector<Route>& routes);
void add_people_routes(app::App& app, std::vector<Route>& routes);
void add_erasure_routes(app::App& app, std::vector<Route>& routes);
void add_retention_routes(app::App& app, std::vector<Route>& routes);
void add_import_routes(app::App& app, std::vector<Route>& routes);
void add_search_routes(app::App& app, std::vector<Route>& routes);

}  // namespace lethe::web
