#include "site_second_step.h"

#include <algorithm>
#include <array>

#include "lethe/app/second_step.h"
#include "lethe/web_protocol/percent.h"
#include "qr.h"

namespace lethe::web {
namespace {

using ports::AccessEventKind;
using State = views::SecondStepPage::State;

constexpr int kChangesShown = 10;

std::string in_groups_of_four(std::string_view key) {
  std::string out;
  for (std::size_t at = 0; at < key.size(); at += 4) {
    out += (at == 0 ? "" : " ") + std::string{key.substr(at, 4)};
  }
  return out;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

// The key URI format that authenticator apps read.
std::string key_uri(const Visit& visit, const std::string& key) {
  using web_protocol::to_percent_encoded;
  const std::string issuer = to_percent_encoded(visit.page.shell.organisation);
  return "otpauth://totp/" + issuer + ":" + to_percent_encoded(visit.session.agent.email) +
         "?secret=" + key + "&issuer=" + issuer + "&algorithm=SHA1&digits=6&period=30";
}

Result<views::SecondStepPage> view_of(Visit& visit) {
  visit.page.shell.place = Place::settings;
  LETHE_TRY(const auto step, app::second_step_of(visit.app, visit.me()));
  views::SecondStepPage view;
  view.email = visit.session.agent.email;
  view.is_owed = visit.session.owes_second_step;
  view.is_required = step.required;
  view.recovery_left = static_cast<int>(step.recovery_left);
  view.state = step.state == app::SecondStep::State::on        ? State::on
               : step.state == app::SecondStep::State::pending ? State::pending
                                                               : State::off;
  if (view.state == State::pending) {
    const std::string key = upper(step.key);
    view.key = in_groups_of_four(key);
    LETHE_TRY(const QrPicture picture, qr_picture(key_uri(visit, key)));
    view.qr_path = picture.path;
    view.qr_size = picture.size;
  }
  return view;
}

Answer second_step_page(Visit& visit) {
  LETHE_TRY(const auto view, view_of(visit));
  return show(visit, view);
}

Answer show_codes(Visit& visit, std::vector<std::string> codes) {
  LETHE_TRY(auto view, view_of(visit));
  view.state = State::codes;
  view.is_owed = false;
  view.recovery_codes = std::move(codes);
  return show(visit, view);
}

// What the app says when another page was faster; the error page translates it.
[[maybe_unused]] constexpr std::array kConflicts{marked("The second step is in force already."),
                                                 marked("There is no key to confirm."),
                                                 marked("The second step has just been ended.")};

Answer refused(Visit& visit, const Error& error) {
  if (error.field != "code") return std::unexpected(error);
  LETHE_TRY(auto view, view_of(visit));
  const Text& words = visit.words();
  view.errors = {{"code", error.code == Errc::busy ? words("Too many tries. Wait 15 minutes.")
                          : error.code == Errc::forbidden
                              ? words("Your role needs the second step.")
                              : words("This code is not right.")}};
  return show(visit, view, error.code == Errc::busy ? 429 : 422);
}

// Every session ends with it; this one begins anew, under a form token of its own.
Answer confirm(Visit& visit, std::string_view code) {
  auto codes = app::confirm_second_step(visit.app, visit.me(), code);
  if (!codes) return refused(visit, codes.error());
  LETHE_TRY(const auto session, app::start_session(visit.app, visit.me()));
  visit.page.form_token = session.csrf;
  LETHE_TRY(Response response, show_codes(visit, std::move(*codes)));
  set_cookie(
      response, kSessionCookie, session.token,
      {.secure = cookies_are_secure(visit.app), .max_age_seconds = app::kSessionLongest.count()});
  return response;
}

Answer change_second_step(Visit& visit, const MultipartForm& form) {
  const std::string_view what = form.fields.get("do");
  const std::string_view code = form.fields.get("code");
  if (what == "begin") {
    LETHE_CHECK(app::begin_second_step(visit.app, visit.me()));
    return go_to(url_for(kSecondStepPath));
  }
  if (what == "confirm") return confirm(visit, code);
  if (what == "codes") {
    auto codes = app::renew_recovery_codes(visit.app, visit.me(), code);
    if (!codes) return refused(visit, codes.error());
    return show_codes(visit, std::move(*codes));
  }
  const auto ended = app::end_second_step(visit.app, visit.me(), code);
  if (!ended) return refused(visit, ended.error());
  return go_to(url_for("/settings/me"), "saved");
}

// --- What administrators ask ---

Answer require(Visit& visit, const MultipartForm& form) {
  std::set<ports::Role> roles;
  for (const std::string_view chosen : form.fields.all("role")) {
    if (chosen == "agent") roles.insert(ports::Role::agent);
    if (chosen == "officer") roles.insert(ports::Role::privacy_officer);
    if (chosen == "admin") roles.insert(ports::Role::admin);
  }
  LETHE_CHECK(app::require_second_step(visit.app, roles, visit.me()));
  return go_to(url_for("/settings/agents"), "saved");
}

std::string words_of(const Text& words, AccessEventKind kind) {
  switch (kind) {
    case AccessEventKind::second_step_on:
      return words("two-step sign-in turned on");
    case AccessEventKind::second_step_off:
      return words("two-step sign-in turned off");
    case AccessEventKind::second_step_reset:
      return words("two-step sign-in reset");
    case AccessEventKind::second_step_required:
      return words("roles that need two-step sign-in changed");
    case AccessEventKind::recovery_codes_renewed:
      return words("new recovery codes");
    case AccessEventKind::recovery_code_used:
      return words("recovery code used");
    default:
      break;  // shown with the replies, and by the audit
  }
  return {};
}

std::string name_of(const Text& words, const std::vector<app::AgentView>& agents,
                    const std::optional<core::AgentId>& id, std::string_view nobody) {
  if (!id) return std::string{nobody};
  const auto agent = std::ranges::find(agents, *id, &app::AgentView::id);
  const bool is_known = agent != agents.end() && !agent->name.empty();
  return is_known ? agent->name : words("Former agent");
}

}  // namespace

bool may_wait_for_second_step(std::string_view path) {
  return path == kSecondStepPath || path == "/sign-out" || path == "/theme";
}

Result<std::vector<views::AccessChange>> access_changes(Visit& visit,
                                                        const std::vector<app::AgentView>& agents) {
  LETHE_TRY(const auto events, app::access_events(visit.app, kChangesShown));
  const Text& words = visit.words();
  std::vector<views::AccessChange> changes;
  for (const ports::AccessEventRow& event : events) {
    views::AccessChange change;
    change.at = event.at;
    change.what = words_of(words, event.kind);
    change.whose = name_of(words, agents, event.agent, "");
    if (event.by != event.agent) {
      change.by = name_of(words, agents, event.by, words("the command line"));
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

void add_second_step_routes(SiteRoutes& routes) {
  routes.page(std::string{kSecondStepPath}, ports::Role::agent, second_step_page);
  routes.form(std::string{kSecondStepPath}, ports::Role::agent, change_second_step);
  routes.form("/settings/two-step", ports::Role::admin, require);
}

}  // namespace lethe::web
