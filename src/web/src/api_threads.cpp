// /tickets/{id}/merge, /unmerge, /split and /proposals/{id}.
#include "api_common.h"
#include "lethe/app/threading.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::TokenScope;

ApiResult show_ticket(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::TicketId::parse(resource.substr(resource.rfind('/') + 1)));
  json::object object;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto row, tx.tickets().find(id));
    if (row.erased) return fail(Errc::erased, "the ticket was erased");
    LETHE_TRY(const auto summary, app::summarise_ticket(call.app, tx, row, std::nullopt));
    LETHE_TRY(object, ticket_json(call.app, tx, summary, names));
    return {};
  }));
  return json_answer(object);
}

std::string named(core::TicketId id) { return "tickets/" + id.to_string(); }

Result<std::string> merge(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"into"}));
  LETHE_TRY(const std::string text, web_protocol::required_text(body, "into"));
  const auto into = core::TicketId::parse(text);
  if (!into) return fail(Errc::invalid_argument, "into is a ticket's id", "into");
  LETHE_CHECK(app::merge_tickets(call.app, id, *into, call.bearer.agent));
  return named(*into);
}

Result<std::string> unmerge(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  LETHE_CHECK(expect_no_fields(call));
  LETHE_CHECK(app::unmerge_ticket(call.app, id, call.bearer.agent));
  return named(id);
}

Result<std::string> split(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"messages"}));
  LETHE_TRY(const auto texts, web_protocol::optional_texts(body, "messages"));
  std::vector<core::MessageId> messages;
  for (const std::string& text : texts.value_or(std::vector<std::string>{})) {
    const auto message = core::MessageId::parse(text);
    if (!message) return fail(Errc::invalid_argument, "messages are ids", "messages");
    messages.push_back(*message);
  }
  LETHE_TRY(const auto part, app::split_ticket(call.app, id, messages, call.bearer.agent));
  return named(part);
}

// {"accept": true} or {"accept": false}.
Result<std::string> decide(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  const auto proposal = parse_id_digits(call.request.params.at(1));
  if (!proposal) return fail(Errc::not_found, "there is no such proposal");
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"accept"}));
  const json::value* accept = body.if_contains("accept");
  if (accept == nullptr || !accept->is_bool()) {
    return fail(Errc::invalid_argument, "accept is true or false", "accept");
  }
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, ports::threading(tx).proposal(*proposal));
    return row.ticket == id ? Status{} : fail(Errc::not_found, "there is no such proposal");
  }));
  const auto decision = accept->get_bool() ? app::Decision::accept : app::Decision::dismiss;
  LETHE_TRY(const auto next,
            app::decide_proposal(call.app, *proposal, decision, call.bearer.agent));
  return named(next);
}

}  // namespace

void add_threading_routes(app::App& app, std::vector<Route>& routes) {
  const auto add = [&](const char* path, int status, ApiMaker maker) {
    routes.push_back(
        api_maker_route(app, path, TokenScope::write, status, std::move(maker), show_ticket));
  };
  add("/tickets/{id}/merge", 200, merge);
  add("/tickets/{id}/unmerge", 200, unmerge);
  add("/tickets/{id}/split", 201, split);
  add("/tickets/{id}/proposals/{proposal}", 200, decide);
}

}  // namespace lethe::web
