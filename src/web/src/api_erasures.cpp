// Erasing, cancelling, and the proof: /erasures, /certificates, /ledger/key.
#include "api_common.h"
#include "lethe/app/erasure.h"
#include "lethe/ledger/certificate_file.h"
#include "lethe/web/respond.h"
#include "lethe/web_protocol/negotiate.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::ErasureMode;
using ports::ErasureScope;
using ports::TokenScope;
using web_protocol::Method;

constexpr std::string_view kFileType = "application/vnd.lethe.certificate";

Result<ErasureMode> mode_named(std::string_view name) {
  if (name == "erase") return ErasureMode::erase;
  if (name == "anonymise") return ErasureMode::anonymise;
  if (name == "hide") return ErasureMode::hide;
  return fail(Errc::invalid_argument, "mode is hide, anonymise or erase", "mode");
}

// A reason is a code on the certificate, never free text.
std::string reason_code(std::string_view text) {
  const bool word =
      !text.empty() && text.size() <= 40 &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-_") == std::string_view::npos;
  return word ? std::string{text} : std::string{"request"};
}

// Erasing has no default: a body that does not say the mode erases nothing.
Result<app::ErasureOrder> order_of(const ApiCall& call, core::PersonId person,
                                   std::vector<core::TicketId> tickets) {
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"mode", "reason", "grace_days", "what"}));
  app::ErasureOrder order{
      .person = person, .tickets = std::move(tickets), .approved_by = call.bearer.agent};
  LETHE_TRY(const std::string mode, web_protocol::required_text(body, "mode"));
  LETHE_TRY(order.mode, mode_named(mode));
  LETHE_TRY(const auto reason, web_protocol::optional_text(body, "reason"));
  order.reason = reason_code(reason.value_or(""));
  LETHE_TRY(const auto grace, web_protocol::optional_integer(body, "grace_days"));
  if (grace && (*grace < 0 || *grace > 90)) {
    return fail(Errc::out_of_range, "grace_days is 0 to 90", "grace_days");
  }
  order.grace_days = static_cast<int>(grace.value_or(0));
  LETHE_TRY(const auto what, web_protocol::optional_text(body, "what"));
  const std::string wanted = what.value_or("all");
  order.scope = order.tickets.empty() ? ErasureScope::person : ErasureScope::ticket;
  if (wanted == "all") return order;
  if (wanted != "attachments" && wanted != "raw") {
    return fail(Errc::invalid_argument, "what is all, attachments or raw", "what");
  }
  order.scope = wanted == "raw" ? ErasureScope::raw : ErasureScope::attachments;
  if (!order.tickets.empty()) return order;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rows, tx.tickets().of_requester(person));
    for (const ports::TicketRow& row : rows) {
      if (!row.erased) order.tickets.push_back(row.id);
    }
    return {};
  }));
  return order;
}

// 202: it is recorded and runs beside the answer; the client polls.
Result<std::string> start(const ApiCall& call, const app::ErasureOrder& order) {
  LETHE_TRY(const auto id, app::approve_erasure(call.app, order));
  if (order.grace_days == 0 && order.mode != ErasureMode::hide) {
    const core::ErasureId ids[] = {id};
    // What fails now stays `running` and goes on by itself; the client reads why.
    static_cast<void>(app::run_erasures(call.app, ids));
  }
  return "erasures/" + id.to_string();
}

Result<std::string> erase_person(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(call));
  LETHE_TRY(const auto order, order_of(call, id, {}));
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    const auto person = live_person(call, tx, id);
    // One who is being erased is a conflict, which approving says.
    const bool is_going = !person && tx.people().find(id).has_value();
    return person || is_going ? Status{} : std::unexpected(person.error());
  }));
  return start(call, order);
}

Result<std::string> erase_ticket(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::TicketId>(call));
  std::optional<core::PersonId> requester;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.tickets().find(id));
    if (row.erased || !row.requester) return fail(Errc::erased, "the ticket is erased");
    requester = row.requester;
    return {};
  }));
  LETHE_TRY(const auto order, order_of(call, *requester, {id}));
  auto started = start(call, order);
  const bool hides = order.mode == ErasureMode::hide;
  if (!started && hides) started.error().detail += ": POST /people/{id}/erasures hides a person";
  return started;
}

ApiResult show_by_path(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::ErasureId>(call));
  return show_erasure(call, "erasures/" + id.to_string());
}

Result<std::string> cancel(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::ErasureId>(call));
  LETHE_CHECK(expect_no_fields(call));
  LETHE_CHECK(app::cancel_erasure(call.app, id));
  return "erasures/" + id.to_string();
}

json::object certificate_json(const ports::CertificateRow& row) {
  boost::system::error_code error;
  json::value statement = json::parse(as_text(row.certificate), error);
  return {{"id", row.id.to_string()},
          {"erasure_id", row.erasure.to_string()},
          {"created_at", to_rfc3339(row.created_at)},
          {"log_index", row.log_index},
          {"certificate", error ? json::value(nullptr) : std::move(statement)}};
}

ApiResult certificate(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::CertificateId>(call));
  std::optional<ports::CertificateRow> row;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.retention().certificate(id));
    return {};
  }));
  const auto type = web_protocol::best_media_type(call.request.headers.get("Accept"),
                                                  {"application/json", kFileType});
  if (type != kFileType) return json_answer(certificate_json(*row));
  Response file = attachment_response(id.to_string() + ".lethe-certificate", std::string{kFileType},
                                      std::string{as_text(row->file)});
  return file;
}

ApiResult list_certificates(const ApiCall& call) {
  LETHE_TRY(const int limit, limit_of(call));
  LETHE_TRY(const auto cursor, cursor_of(call));
  json::array items;
  std::optional<std::string> next;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    std::optional<core::CertificateId> before;
    if (cursor) before = core::CertificateId::of(cursor->id);
    LETHE_TRY(auto rows, tx.retention().certificates(before, limit + 1));
    if (std::ssize(rows) > limit) {
      rows.pop_back();
      next = to_text({rows.back().created_at, rows.back().id.value()});
    }
    for (const auto& row : rows) items.push_back(certificate_json(row));
    return {};
  }));
  return json_answer(page_of(std::move(items), std::move(next)));
}

ApiResult ledger_key(const ApiCall& call) {
  return web_protocol::text_response(200, call.app.ledger.key().to_line() + "\n");
}

}  // namespace

ApiResult show_erasure(const ApiCall& call, std::string_view resource) {
  LETHE_TRY(const auto id, core::ErasureId::parse(resource.substr(resource.rfind('/') + 1)));
  json::object object;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.retention().erasure(id));
    object = erasure_json(row);
    return {};
  }));
  return json_answer(object);
}

void add_erasure_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(api_maker_route(app, "/people/{id}/erasures", TokenScope::admin, 202,
                                   erase_person, show_erasure));
  routes.push_back(api_maker_route(app, "/tickets/{id}/erasures", TokenScope::admin, 202,
                                   erase_ticket, show_erasure));
  routes.push_back(api_route(app, Method::get, "/erasures/{id}", TokenScope::read, show_by_path));
  routes.push_back(
      api_maker_route(app, "/erasures/{id}/cancel", TokenScope::admin, 200, cancel, show_erasure));
  routes.push_back(
      api_route(app, Method::get, "/certificates", TokenScope::read, list_certificates));
  routes.push_back(
      api_route(app, Method::get, "/certificates/{id}", TokenScope::read, certificate));
  routes.push_back(api_route(app, Method::get, "/ledger/key", TokenScope::read, ledger_key));
}

}  // namespace lethe::web
