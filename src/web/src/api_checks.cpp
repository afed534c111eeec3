#include "api_checks.h"

#include <array>

#include "api_common.h"
#include "lethe/app/mail_checks.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using ports::TokenScope;
using web_protocol::Method;

std::string_view name_of(core::TrustSource source) {
  if (source == core::TrustSource::nobody) return "nobody";
  return source == core::TrustSource::filter ? "filter" : "header";
}

json::value text(std::string_view words) { return json::value(json::string{words}); }

json::object trust_json(const core::MailTrust& trust) {
  return {{"source", text(name_of(trust.source))},
          {"spf", text(core::name_of(trust.spf))},
          {"dkim", text(core::name_of(trust.dkim))},
          {"dmarc", text(core::name_of(trust.dmarc))},
          {"spam", text(core::name_of(trust.spam))}};
}

json::object file_json(core::AttachmentId id, const app::FileMarks& marks) {
  return {{"id", id.to_string()},
          {"quarantine", marks.quarantine.empty() ? json::value(nullptr) : text(marks.quarantine)},
          {"released", marks.released},
          {"not_checked", marks.not_checked},
          {"location_removed", marks.location_removed},
          {"damaged", marks.image_damaged}};
}

ApiResult show_checks(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::MessageId>(call));
  json::object answer;
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().find(id));
    LETHE_TRY(const auto trust, app::message_trust(call.app, tx, id));
    LETHE_TRY(const auto files, tx.messages().attachments(row.ticket));
    json::array shown;
    for (const ports::AttachmentRow& file : files) {
      if (file.message != id) continue;
      const auto marks = app::file_marks(call.app, file);
      if (!marks && marks.error().code == Errc::erased) continue;
      if (!marks) return std::unexpected(marks.error());
      shown.push_back(file_json(file.id, *marks));
    }
    answer = {{"trust", trust_json(trust)}, {"files", std::move(shown)}};
    return {};
  }));
  return json_answer(answer);
}

Result<std::string> release(const ApiCall& call) {
  LETHE_TRY(const auto id, path_id<core::AttachmentId>(call));
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"reason"}));
  LETHE_TRY(const std::string reason, web_protocol::required_text(body, "reason"));
  LETHE_CHECK(app::release_file(call.app, id, call.bearer.agent, reason));
  return "attachments/" + id.to_string();
}

ApiResult show_released(const ApiCall& call, std::string_view /*resource*/) {
  return json_answer(json::object{{"id", call.request.params.at(0)}, {"released", true}});
}

struct Mask {
  std::string_view name;
  bool core::MaskChoice::* field;
};
constexpr std::array kMasks{Mask{"iban", &core::MaskChoice::ibans},
                            Mask{"national_id", &core::MaskChoice::national_ids},
                            Mask{"password", &core::MaskChoice::passwords}};

ApiResult show_masks(const ApiCall& call) {
  LETHE_TRY(const core::MaskChoice choice, app::read_masks(call.app));
  json::object answer;
  for (const Mask& mask : kMasks) answer[mask.name] = choice.*mask.field;
  return json_answer(answer);
}

// What is not said stays as it is.
ApiResult put_masks(const ApiCall& call) {
  LETHE_TRY(const json::object body, body_object(call));
  LETHE_CHECK(web_protocol::refuse_unknown_fields(body, {"iban", "national_id", "password"}));
  LETHE_CHECK(refuse_nulls(body, {"iban", "national_id", "password"}));
  LETHE_TRY(core::MaskChoice choice, app::read_masks(call.app));
  for (const Mask& mask : kMasks) {
    LETHE_TRY(const auto wanted, web_protocol::optional_bool(body, mask.name));
    if (wanted) choice.*mask.field = *wanted;
  }
  LETHE_CHECK(app::save_masks(call.app, choice));
  return show_masks(call);
}

}  // namespace

void add_check_routes(app::App& app, std::vector<Route>& routes) {
  routes.push_back(
      api_route(app, Method::get, "/messages/{id}/checks", TokenScope::read, show_checks));
  routes.push_back(api_maker_route(app, "/attachments/{id}/release", TokenScope::admin, 200,
                                   release, show_released));
  routes.push_back(api_route(app, Method::get, "/mail/masks", TokenScope::read, show_masks));
  routes.push_back(api_route(app, Method::put, "/mail/masks", TokenScope::admin, put_masks));
}

}  // namespace lethe::web
