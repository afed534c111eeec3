#include "acts.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace lethe::web {
namespace {

using app::AuditKind;
using web_protocol::Fields;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

constexpr std::string_view kApi = "/api/v1";
constexpr std::string_view kPlace = "{id}";

constexpr std::array kActs{
    // Pages.
    KnownAct{Method::post, "/retention/rules", AuditKind::rule_added},
    KnownAct{Method::post, "/retention/rules/{id}", AuditKind::rule_changed, ActOn::path},
    KnownAct{Method::post, "/retention/rules/{id}/move", AuditKind::rule_changed, ActOn::path},
    KnownAct{Method::post, "/retention/policy", AuditKind::policy_changed},
    KnownAct{Method::post, "/retention/enabled", AuditKind::retention_off},
    KnownAct{Method::post, "/retention/runs", AuditKind::run_started, ActOn::location},
    KnownAct{Method::post, "/retention/runs/{id}/confirm", AuditKind::run_started, ActOn::location},
    KnownAct{Method::post, "/people/{id}/erase", AuditKind::erasure_ordered, ActOn::location},
    KnownAct{Method::post, "/tickets/{id}/erase", AuditKind::erasure_ordered, ActOn::location},
    KnownAct{Method::post, "/tickets/{id}/attachments/erase", AuditKind::erasure_ordered,
             ActOn::location},
    KnownAct{Method::post, "/tickets/erase", AuditKind::erasure_ordered, ActOn::location},
    KnownAct{Method::post, "/erasures/{id}/cancel", AuditKind::erasure_cancelled, ActOn::path},
    KnownAct{Method::post, "/people/{id}/unhide", AuditKind::person_unhidden, ActOn::path},
    KnownAct{Method::post, "/tickets/{id}/messages/{message}/redact", AuditKind::passage_redacted,
             ActOn::path},
    KnownAct{Method::post, "/holds", AuditKind::hold_placed, ActOn::location},
    KnownAct{Method::post, "/holds/{id}/lift", AuditKind::hold_lifted},
    KnownAct{Method::get, "/people/{id}/export", AuditKind::person_exported, ActOn::path, true},
    KnownAct{Method::post, "/people/{id}/edit", AuditKind::person_corrected, ActOn::path},
    KnownAct{Method::post, "/people/{id}/phone", AuditKind::phone_shown, ActOn::path, true},
    KnownAct{Method::post, "/settings", AuditKind::organisation_changed},
    KnownAct{Method::post, "/settings/lists", AuditKind::lists_changed},
    KnownAct{Method::post, "/settings/lists/{kind}/{id}", AuditKind::lists_changed},
    KnownAct{Method::post, "/settings/mail", AuditKind::mail_changed},
    KnownAct{Method::post, "/settings/mail/addresses/{id}", AuditKind::mail_changed},
    KnownAct{Method::post, "/settings/mail/texts", AuditKind::mail_texts_changed},
    KnownAct{Method::post, "/settings/keyring", AuditKind::keyring_changed},
    KnownAct{Method::post, "/settings/agents", AuditKind::agent_invited, ActOn::nothing, true},
    KnownAct{Method::post, "/settings/agents/{id}", AuditKind::agent_changed, ActOn::account, true},
    // The API.
    KnownAct{Method::post, "/api/v1/retention/rules", AuditKind::rule_added, ActOn::location},
    KnownAct{Method::patch, "/api/v1/retention/rules/{id}", AuditKind::rule_changed, ActOn::path,
             true},
    KnownAct{Method::del, "/api/v1/retention/rules/{id}", AuditKind::rule_removed},
    KnownAct{Method::put, "/api/v1/retention/policy", AuditKind::policy_changed, ActOn::nothing,
             true},
    KnownAct{Method::put, "/api/v1/retention/exceptions", AuditKind::policy_changed, ActOn::nothing,
             true},
    KnownAct{Method::put, "/api/v1/retention/enabled", AuditKind::retention_off, ActOn::nothing,
             true},
    KnownAct{Method::post, "/api/v1/retention/runs", AuditKind::run_started, ActOn::location},
    KnownAct{Method::post, "/api/v1/retention/runs/{id}/confirm", AuditKind::run_started,
             ActOn::location},
    KnownAct{Method::post, "/api/v1/people/{id}/erasures", AuditKind::erasure_ordered,
             ActOn::location},
    KnownAct{Method::post, "/api/v1/tickets/{id}/erasures", AuditKind::erasure_ordered,
             ActOn::location},
    KnownAct{Method::post, "/api/v1/erasures/{id}/cancel", AuditKind::erasure_cancelled,
             ActOn::path, true},
    KnownAct{Method::post, "/api/v1/tickets/{id}/redactions", AuditKind::passage_redacted,
             ActOn::path},
    KnownAct{Method::patch, "/api/v1/people/{id}", AuditKind::person_corrected, ActOn::path, true},
    KnownAct{Method::put, "/api/v1/mail/masks", AuditKind::mail_changed, ActOn::nothing, true},
    KnownAct{Method::post, "/api/v1/import", AuditKind::tickets_imported, ActOn::nothing, true}};

std::string_view without_api(std::string_view path) {
  return path.starts_with(kApi) ? path.substr(kApi.size()) : path;
}

std::string path_of(std::string_view pattern, const Request& request) {
  const std::size_t place = pattern.find(kPlace);
  if (place == std::string_view::npos || request.params.empty()) return {};
  return std::string{without_api(pattern.substr(0, place))} + request.params.front();
}

// Of one thing; the address of a list is none.
std::string location_of(const Response& response) {
  std::string_view path = without_api(response.headers.get("Location"));
  path = path.substr(0, path.find_first_of("?#"));
  const std::string_view last = path.substr(path.rfind('/') + 1);
  return core::TicketId::parse(last) ? std::string{path} : std::string{};
}

bool was_done(const KnownAct& known, const Response& response) {
  if (response.status == 200) return known.shows_answer;
  return response.status > 200 && response.status < 400;
}

// What was ordered, as the API shows it.
bool shows_hiding(const KnownAct& known, const Response& response) {
  if (!known.pattern.starts_with(kApi)) return false;
  boost::system::error_code error;
  const auto order = boost::json::parse(response.body, error);
  const auto* const object = error ? nullptr : order.if_object();
  const auto* const mode = object == nullptr ? nullptr : object->if_contains("mode");
  return mode != nullptr && *mode == "hide";
}

// Some forms do one thing or another.
AuditKind kind_of(const KnownAct& known, const Fields& fields, const Response& response) {
  const bool turned_on = fields.get("enabled") == "1" || response.body == R"({"enabled":true})";
  if (known.kind == AuditKind::retention_off && turned_on) return AuditKind::retention_on;
  const bool removes = fields.get("do") == "delete";
  if (known.kind == AuditKind::rule_changed && removes) return AuditKind::rule_removed;
  if (known.kind != AuditKind::erasure_ordered) return known.kind;
  const bool hides = fields.get("mode") == "hide" || shows_hiding(known, response);
  return hides ? AuditKind::person_hidden : known.kind;
}

}  // namespace

const KnownAct* known_act(Method method, std::string_view pattern) {
  const auto* const found = std::ranges::find_if(
      kActs, [&](const KnownAct& act) { return act.method == method && act.pattern == pattern; });
  return found == kActs.end() ? nullptr : found;
}

std::optional<app::Act> act_of(const KnownAct& known, core::AgentId by, const Request& request,
                               const Fields& fields, const Response& response) {
  if (!was_done(known, response)) return std::nullopt;
  // A way out that is only tried changes nothing.
  if (known.kind == AuditKind::mail_changed && fields.get("do") == "test") return std::nullopt;
  app::Act act{.kind = kind_of(known, fields, response), .by = by};
  if (act.kind == AuditKind::rule_removed) return act;
  if (known.on == ActOn::path) act.path = path_of(known.pattern, request);
  if (known.on == ActOn::location) act.path = location_of(response);
  if (known.on == ActOn::account && !request.params.empty()) {
    if (const auto agent = core::AgentId::parse(request.params.front())) act.whose = *agent;
  }
  return act;
}

}  // namespace lethe::web
