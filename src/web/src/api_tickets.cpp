// /tickets and /tickets/{id}/messages.
#include <algorithm>

#include "api_common.h"
#include "lethe/app/participants.h"
#include "lethe/app/redact.h"
#include "lethe/app/requester.h"
#include "lethe/app/search.h"
#include "lethe/base/text.h"
#include "lethe/html/sanitise.h"
#include "lethe/web/respond.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::TokenScope;
using web_protocol::Method;

Result<ports::TicketQuery> query_of(const ApiCall& call, const Names& names) {
  const auto& query = call.request.query();
  ports::TicketQuery wanted{.oldest_first = true};
  LETHE_TRY(wanted.limit, limit_of(call));
  for (const std::string_view status : query.all("status")) {
    if (status == "spam" || status == "trash") {
      (status == "spam" ? wanted.spam : wanted.trash) = true;
      continue;
    }
    auto parsed = core::parse_ticket_status(status);
    if (!parsed) return fail(Errc::invalid_argument, "there is no such status", "status");
    wanted.statuses.push_back(*parsed);
  }
  // Each is a list of its own, whatever status the tickets had before.
  if (wanted.spam + wanted.trash + !wanted.statuses.empty() > 1) {
    return fail(Errc::invalid_argument, "spam and trash stand alone: name one of them", "status");
  }
  if (const auto group = query.find("group")) {
    LETHE_TRY(wanted.group, names.group_named(*group));
  }
  if (const auto type = query.find("type")) {
    LETHE_TRY(wanted.type, names.type_named(*type));
  }
  if (const auto assignee = query.find("assignee")) {
    auto id = core::AgentId::parse(*assignee);
    if (!id) return fail(Errc::invalid_argument, "assignee is an agent's id", "assignee");
    wanted.assignee = *id;
  }
  if (const auto since = query.find("updated_since")) {
    auto at = parse_rfc3339(*since);
    if (!at) return fail(Errc::invalid_argument, at.error().detail, "updated_since");
    wanted.updated_since = *at;
  }
  const std::string_view erased = query.get("erased");
  if (!erased.empty() && erased != "true" && erased != "false") {
    return fail(Errc::invalid_argument, "erased is true or false", "erased");
  }
  wanted.with_erased = erased == "true";
  LETHE_TRY(const auto cursor, cursor_of(call));
  if (cursor) wanted.after = {cursor->at, core::TicketId::of(cursor->id)};
  return wanted;
}

bool fits(const ports::TicketRow& row, const ports::TicketQuery& query) {
  const std::string_view shown = core::shown_status(row.state);
  const bool is_aside = row.state.spam || row.state.trashed;
  const bool status = (!query.spam && !query.trash && query.statuses.empty() && !is_aside) ||
                      (query.spam && shown == "spam") || (query.trash && shown == "trash") ||
                      std::ranges::any_of(query.statuses, [&](core::TicketStatus wanted) {
                        return shown == core::name_of(wanted);
                      });
  return status && (!query.group || row.group == query.group) &&
         (!query.type || row.type == query.type) &&
         (!query.assignee || row.assignee == query.assignee) &&
         (!query.updated_since || row.updated_at >= *query.updated_since);
}

auto place_in_list(const ports::TicketRow& row) { return std::pair{row.updated_at, row.id}; }

// With q: what the index finds and the other filters let through, paged as the list is.
ApiResult list_found(const ApiCall& call, std::string_view words) {
  json::array items;
  std::optional<std::string> next;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto query, query_of(call, names));
    const auto is_ahead = [&](const ports::TicketRow& row) {
      return fits(row, query) && (!query.after || place_in_list(row) > *query.after);
    };
    LETHE_TRY(auto rows, app::search_tickets(call.app, tx, words, is_ahead));
    std::ranges::sort(rows, {}, place_in_list);
    const auto limit = static_cast<std::size_t>(query.limit);
    if (rows.size() > limit) {
      rows.erase(rows.begin() + query.limit, rows.end());
      next = to_text({rows.back().updated_at, rows.back().id.value()});
    }
    LETHE_TRY(const auto found,
              app::summarise_tickets(call.app, tx, std::move(rows), std::nullopt));
    std::vector<const app::TicketSummary*> shown;
    for (const app::TicketSummary& ticket : found) shown.push_back(&ticket);
    LETHE_TRY(auto objects, tickets_json(call.app, tx, shown, names));
    for (json::object& object : objects) items.push_back(std::move(object));
    return {};
  }));
  return json_answer(page_of(std::move(items), std::move(next)));
}

// Where the list goes on behind a full page; nothing when no ticket follows.
Result<std::optional<std::string>> cursor_behind(const ports::Reading& tx, ports::TicketQuery query,
                                                 const ports::TicketRow& last) {
  query.after = place_in_list(last);
  query.limit = 1;
  LETHE_TRY(const auto following, tx.tickets().list(query));
  if (following.empty()) return std::nullopt;
  return to_text({last.updated_at, last.id.value()});
}

ApiResult list(const ApiCall& call) {
  if (const auto words = call.request.query().find("q")) return list_found(call, *words);
  json::array items;
  std::optional<std::string> next;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto query, query_of(call, names));
    LETHE_TRY(const auto tickets, app::list_tickets(call.app, tx, query, std::nullopt));
    std::vector<const app::TicketSummary*> shown;
    for (const app::TicketSummary& ticket : tickets) shown.push_back(&ticket);
    LETHE_TRY(auto objects, tickets_json(call.app, tx, shown, names));
    for (json::object& object : objects) items.push_back(std::move(object));
    if (std::ssize(tickets) == query.limit) {
      LETHE_TRY(next, cursor_behind(tx, query, tickets.back().row));
    }
    return {};
  }));
  return json_answer(page_of(std::move(items), std::move(next)));
}

ApiResult show(const ApiCall& call, core::TicketId id) {
  json::object object;
  std::int64_t version = 0;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(const auto row, tx.tickets().find(id));
    version = row.version;
    LETHE_TRY(const auto summary, app::summarise_ticket(call.app, tx, row, std::nullopt));
    LETHE_TRY(object, ticket_json(call.app, tx, summary, names));
    return {};
  }));
  LETHE_TRY(auto response, json_answer(object));
  response.headers.set("ETag", "\"" + std::to_string(version) + "\"");
  return response;
}

// What a repeated Idempotency-Key made once: gone when it was erased since.
ApiResult show_named(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::TicketId::parse(resource.substr(resource.rfind('/') + 1)));
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.tickets().find(id));
    return row.erased ? fail(Errc::erased, "the ticket was erased") : Status{};
  }));
  return show(call, id);
}

struct Requester {
  core::EmailAddress address;
  std::string name;
};

Result<Requester> read_requester(const json::object& fields) {
  LETHE_CHECK(web_protocol::refuse_unknown_fields(fields, {"email", "name"}));
  LETHE_TRY(const std::string email, web_protocol::required_text(fields, "email"));
  auto address = core::EmailAddress::parse(email);
  if (!address) return fail(Errc::invalid_argument, address.error().detail, "email");
  LETHE_TRY(const auto name, web_protocol::optional_text(fields, "name"));
  return Requester{std::move(*address), name.value_or("")};
}

// {"email","name"} of a body. Errors name the field inside.
Result<Requester> requester_in(const json::object& body) {
  const json::value* requester = body.if_contains("requester");
  if (requester == nullptr || !requester->is_object()) {
    return fail(Errc::invalid_argument, "requester is {\"email\",\"name\"}", "requester");
  }
  return within("requester", read_requester(requester->get_object()));
}

Result<app::NewTicket> new_ticket(const ApiCall& call) {
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(
      body, {"requester", "subject", "text", "group", "type", "tags"}));
  LETHE_TRY(auto requester, requester_in(body));
  app::NewTicket ticket{.requester = std::move(requester.address),
                        .requester_name = std::move(requester.name),
                        .channel = ports::Channel::api};
  LETHE_TRY(ticket.subject, web_protocol::required_text(body, "subject"));
  LETHE_TRY(ticket.text, web_protocol::required_text(body, "text"));
  LETHE_TRY(const auto tags, web_protocol::optional_texts(body, "tags"));
  if (tags) ticket.tags = *tags;
  LETHE_TRY(const auto group, web_protocol::optional_text(body, "group"));
  LETHE_TRY(const auto type, web_protocol::optional_text(body, "type"));
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    if (group) {
      LETHE_TRY(ticket.group, names.group_named(*group));
    }
    if (type) {
      LETHE_TRY(ticket.type, names.type_named(*type));
    }
    return {};
  }));
  return ticket;
}

Result<std::string> create(const ApiCall& call) {
  LETHE_TRY(auto order, new_ticket(call));
  order.with_made = call.remember;
  LETHE_TRY(const auto id, app::create_ticket(call.app, order));
  return "tickets/" + id.to_string();
}

Result<app::TicketChange> change_of(const ApiCall& call, const json::object& body,
                                    const Names& names) {
  LETHE_CHECK(web_protocol::refuse_unknown_fields(
      body, {"status", "group", "type", "tags", "assignee", "requester"}));
  LETHE_CHECK(refuse_nulls(body, {"status"}));
  app::TicketChange change;
  LETHE_TRY(change.status, web_protocol::optional_text(body, "status"));
  LETHE_TRY(change.tags, web_protocol::optional_texts(body, "tags"));
  LETHE_TRY(const auto group, web_protocol::optional_text(body, "group"));
  LETHE_TRY(const auto type, web_protocol::optional_text(body, "type"));
  LETHE_TRY(const auto assignee, web_protocol::optional_text(body, "assignee"));
  if (group) {
    LETHE_TRY(change.group, names.group_named(*group));
  }
  if (type) {
    LETHE_TRY(change.type, names.type_named(*type));
  }
  if (assignee) {
    const auto agent = core::AgentId::parse(*assignee);
    if (!agent) return fail(Errc::invalid_argument, "assignee is an agent's id", "assignee");
    change.assignee = std::optional{*agent};
  }
  if (is_null(body, "tags")) change.tags.emplace();
  if (is_null(body, "group")) change.group = std::optional<core::GroupId>{};
  if (is_null(body, "type")) change.type = std::optional<core::TypeId>{};
  if (is_null(body, "assignee")) change.assignee = std::optional<core::AgentId>{};
  LETHE_TRY(change.if_version, if_match(call));
  return change;
}

ApiResult patch(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  std::optional<Requester> requester;
  if (body.contains("requester")) {
    LETHE_TRY(requester, requester_in(body));
  }
  std::optional<app::TicketChange> change;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const Names names, Names::read(tx));
    LETHE_TRY(change, change_of(call, body, names));
    return {};
  }));
  // First what If-Match is about: handing it over makes another version.
  const bool only_requester = requester && body.size() == 1 && !change->if_version;
  if (!only_requester) {
    if (requester) LETHE_CHECK(app::check_requester(call.app, id, requester->address));
    LETHE_CHECK(app::change_ticket(call.app, id, *change, call.bearer.agent));
  }
  if (requester) {
    LETHE_CHECK(app::change_requester(call.app, id, requester->address, requester->name,
                                      call.bearer.agent));
  }
  return show(call, id);
}

// An address does not belong into a path, which proxies and tools log: it goes into the body of
// remove_address_from_cc().
ApiResult remove_cc(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  if (call.request.params.at(1).contains('@')) {
    return fail(Errc::invalid_argument,
                "take an address off Cc with POST .../cc/remove and {\"address\": ...}", "person");
  }
  LETHE_TRY(const auto person, path_id<core::PersonId>(call, 1));
  LETHE_CHECK(app::remove_from_cc(call.app, id, person, call.bearer.agent));
  return nothing_to_show();
}

// By an address as it stands in the messages.
Result<std::string> remove_address_from_cc(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"address"}));
  LETHE_TRY(const std::string text, web_protocol::required_text(body, "address"));
  const auto address = core::EmailAddress::parse(text);
  if (!address) return fail(Errc::invalid_argument, "not an e-mail address", "address");
  LETHE_TRY(const auto person, app::person_at(call.app, *address));
  if (!person) return fail(Errc::not_found, "nobody of this address is on Cc of the ticket");
  LETHE_CHECK(app::remove_from_cc(call.app, id, *person, call.bearer.agent));
  return "tickets/" + id.to_string();
}

// What agents may see of a mail's HTML: cleaned, nothing remote.
Result<std::optional<std::string>> html_of(app::App& app, const app::MessageView& message) {
  if (!message.has_html) return std::nullopt;
  const auto html = app::message_html(app, message.id);
  if (!html) return std::nullopt;
  return html::sanitise(html->reveal()).html;
}

ApiResult messages(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  LETHE_TRY(const int limit, limit_of(call));
  LETHE_TRY(const auto cursor, cursor_of(call));
  std::vector<app::MessageView> views;
  Authors authors;
  std::optional<std::string> next;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto ticket, tx.tickets().find(id));
    if (ticket.erased) return fail(Errc::erased, "the ticket's messages are erased");
    LETHE_TRY(auto rows, tx.messages().page(id, cursor ? cursor->id : 0, limit + 1));
    if (std::ssize(rows) > limit) {
      rows.pop_back();
      next = to_text({rows.back().created_at, rows.back().id.value()});
    }
    for (const ports::MessageRow& row : rows) {
      LETHE_TRY(auto view, app::view_message(call.app, tx, row.id));
      views.push_back(std::move(view));
    }
    LETHE_TRY(authors, Authors::read(call.app, tx, views));
    return {};
  }));
  json::array items;
  for (const app::MessageView& view : views) {
    LETHE_TRY(auto html, html_of(call.app, view));
    items.push_back(message_json(view, authors, std::move(html)));
  }
  return json_answer(page_of(std::move(items), std::move(next)));
}

Result<app::NewAnswer> new_answer(const ApiCall& call, core::TicketId ticket) {
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"kind", "text", "cc", "status"}));
  app::NewAnswer answer{.ticket = ticket, .by = call.bearer.agent, .undo = Seconds{0}};
  LETHE_TRY(const std::string kind, web_protocol::required_text(body, "kind"));
  if (kind != "agent" && kind != "note") {
    return fail(Errc::invalid_argument, "kind is agent or note", "kind");
  }
  answer.kind = kind == "note" ? ports::MessageKind::note : ports::MessageKind::agent;
  LETHE_TRY(answer.text, web_protocol::required_text(body, "text"));
  LETHE_TRY(answer.status, web_protocol::optional_text(body, "status"));
  LETHE_TRY(const auto cc, web_protocol::optional_texts(body, "cc"));
  for (const std::string& text : cc.value_or(std::vector<std::string>{})) {
    auto address = core::EmailAddress::parse(text);
    if (!address) return fail(Errc::invalid_argument, address.error().detail, "cc");
    answer.cc.push_back(std::move(*address));
  }
  if (kind == "note" && !answer.cc.empty()) {
    return fail(Errc::out_of_range, "a note is sent to nobody", "cc");
  }
  return answer;
}

Result<std::string> add_message(const ApiCall& call) {
  LETHE_TRY(const auto ticket, path_id<core::TicketId>(call));
  LETHE_TRY(auto answer, new_answer(call, ticket));
  answer.with_made = call.remember;
  LETHE_TRY(const auto made, app::answer_ticket(call.app, answer));
  return "messages/" + made.message.to_string();
}

ApiResult show_message(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::MessageId::parse(resource.substr(resource.rfind('/') + 1)));
  std::optional<app::MessageView> view;
  Authors authors;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    auto found = app::view_message(call.app, tx, id);
    if (!found && found.error().code == Errc::not_found && may_have_been(call.app, id.value())) {
      return fail(Errc::erased, "the message is gone");
    }
    if (!found) return std::unexpected(std::move(found).error());
    view = std::move(*found);
    LETHE_TRY(authors, Authors::read(call.app, tx, {&*view, 1}));
    return {};
  }));
  LETHE_TRY(auto html, html_of(call.app, *view));
  return json_answer(message_json(*view, authors, std::move(html)));
}

ApiResult attachment(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::AttachmentId>(call));
  const auto file = app::read_attachment(call.app, id);
  if (!file && file.error().code == Errc::not_found && may_have_been(call.app, id.value())) {
    return fail(Errc::erased, "the attachment is gone");
  }
  if (!file) return std::unexpected(file.error());
  return attachment_response(file->about.name, file->about.type, std::string{file->bytes.reveal()});
}

Result<core::ErasureId> redact_as_told(const ApiCall& call, core::MessageId message,
                                       const json::object& body) {
  LETHE_TRY(const auto attachment, web_protocol::optional_text(body, "attachment_id"));
  if (!attachment) {
    LETHE_TRY(const std::string passage, web_protocol::required_text(body, "text"));
    return app::redact_text(call.app, message, passage, call.bearer.agent);
  }
  if (body.contains("text")) {
    return fail(Errc::invalid_argument, "name a passage or an attachment, not both", "text");
  }
  const auto file = core::AttachmentId::parse(*attachment);
  if (!file) return fail(Errc::invalid_argument, "not the id of an attachment", "attachment_id");
  // What goes cannot come back: a file of another ticket is never meant.
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().attachment(*file));
    return row.message == message
               ? Status{}
               : fail(Errc::not_found, "the message has no such attachment", "attachment_id");
  }));
  return app::redact_attachment(call.app, *file, call.bearer.agent);
}

Result<std::string> redact(const ApiCall& call) {
  LETHE_TRY(const auto ticket, path_id<core::TicketId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"message_id", "text", "attachment_id"}));
  LETHE_TRY(const std::string text, web_protocol::required_text(body, "message_id"));
  const auto message = core::MessageId::parse(text);
  if (!message) return fail(Errc::invalid_argument, "not the id of a message", "message_id");
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().find(*message));
    return row.ticket == ticket ? Status{}
                                : fail(Errc::not_found, "the ticket has no such message");
  }));
  LETHE_TRY(const auto id, redact_as_told(call, *message, body));
  return "erasures/" + id.to_string();
}

}  // namespace

void add_ticket_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(api_route(app, Method::get, "/tickets", TokenScope::read, list));
  routes.push_back(api_maker_route(app, "/tickets", TokenScope::write, 201, create, show_named));
  routes.push_back(api_route(app, Method::get, "/tickets/{id}", TokenScope::read,
                             [](const ApiCall& call) -> ApiResult {
                               LETHE_TRY(const auto id, path_id<core::TicketId>(call));
                               return show(call, id);
                             }));
  routes.push_back(api_route(app, Method::patch, "/tickets/{id}", TokenScope::write, patch));
  routes.push_back(
      api_route(app, Method::del, "/tickets/{id}/cc/{person}", TokenScope::write, remove_cc));
  routes.push_back(api_maker_route(
      app, "/tickets/{id}/cc/remove", TokenScope::write, 204, remove_address_from_cc,
      [](const ApiCall&, std::string_view) -> ApiResult { return nothing_to_show(); }));
}

void add_message_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(
      api_route(app, Method::get, "/tickets/{id}/messages", TokenScope::read, messages));
  routes.push_back(api_maker_route(app, "/tickets/{id}/messages", TokenScope::write, 201,
                                   add_message, show_message));
  routes.push_back(api_route(app, Method::get, "/messages/{id}", TokenScope::read,
                             [](const ApiCall& call) -> ApiResult {
                               LETHE_TRY(const auto id, path_id<core::MessageId>(call));
                               return show_message(call, "messages/" + id.to_string());
                             }));
  routes.push_back(api_route(app, Method::get, "/attachments/{id}", TokenScope::read, attachment));
  routes.push_back(api_maker_route(app, "/tickets/{id}/redactions", TokenScope::admin, 202, redact,
                                   show_erasure));
}

}  // namespace lethe::web
