// Coming in: links, first run, sign-in, sign-out, language and theme.
#include "lethe/app/recovery.h"
#include "lethe/base/text.h"
#include "lethe/web/forgot_page.h"
#include "site_common.h"

namespace lethe::web {
namespace {

// Between the password and the code.
constexpr std::string_view kStepCookie = "lethe_step";
constexpr std::int64_t kWeek = std::int64_t{7} * 86400;

std::string organisation_of(Guest& guest) {
  auto name = read_from<std::string>(guest.app, [&](const ports::Reading& tx) {
    return Result<std::string>{setting_or(tx, "organisation", guest.app.installation.organisation)};
  });
  return name ? *name : guest.app.installation.organisation;
}

void hand_over(app::App& app, Response& response, const app::NewSession& session) {
  set_cookie(response, kSessionCookie, session.token,
             {.secure = cookies_are_secure(app), .max_age_seconds = kWeek});
}

// In, or on to the second step.
Response let_in(Guest& guest, const app::Entry& entry, const std::string& back) {
  if (const auto* session = std::get_if<app::NewSession>(&entry)) {
    Response response = web_protocol::see_other(back.empty() ? "/inbox" : back);
    hand_over(guest.app, response, *session);
    return response;
  }
  Fields query;
  if (!back.empty()) query.add("back", back);
  Response response = web_protocol::see_other(url_for("/sign-in/code", {}, query).text());
  set_cookie(response, kStepCookie, std::get<app::OpenStep>(entry).ticket,
             {.secure = cookies_are_secure(guest.app),
              .max_age_seconds = app::kSecondStepPatience.count()});
  return response;
}

// --- Sign-in ---

views::SignIn sign_in_view(Guest& guest) {
  views::SignIn view;
  view.organisation = organisation_of(guest);
  view.back = safe_path(guest.request.query().get("back"), "");
  return view;
}

Answer sign_in_page(Guest& guest) { return show(guest, sign_in_view(guest)); }

Response sign_in_refused(Guest& guest, const MultipartForm& form, std::string_view field,
                         std::string_view why, int status) {
  views::SignIn view = sign_in_view(guest);
  view.email = std::string{form.fields.get("email")};
  view.back = safe_path(form.fields.get("back"), "");
  view.errors = {{std::string{field}, guest.words()(why)}};
  return show(guest, view, status);
}

Answer sign_in(Guest& guest, const MultipartForm& form) {
  const std::string peer = client_of(guest.request);
  if (guest.site.brake.holds(peer, guest.page.now)) {
    return sign_in_refused(guest, form, "email", "Too many tries. Wait 15 minutes.", 429);
  }
  const Password password{Secret{form.fields.get("password")}};
  const auto entry = app::sign_in(guest.app, form.fields.get("email"), password);
  if (!entry) {
    guest.site.brake.note_failure(peer, guest.page.now);
    const bool locked = entry.error().code == Errc::busy;
    return sign_in_refused(
        guest, form, locked ? "email" : "password",
        locked ? "Too many tries. Wait 15 minutes." : "Email or password is not right.",
        locked ? 429 : 422);
  }
  return let_in(guest, *entry, safe_path(form.fields.get("back"), ""));
}

// --- The second step ---

Response begin_anew(Guest& guest) {
  Response response = web_protocol::see_other("/sign-in");
  clear_cookie(response, kStepCookie, cookies_are_secure(guest.app));
  return response;
}

Answer code_page(Guest& guest) {
  if (guest.request.cookies.get(kStepCookie).empty()) return begin_anew(guest);
  views::SignIn view = sign_in_view(guest);
  view.asks_for_code = true;
  return show(guest, view);
}

Response code_refused(Guest& guest, const MultipartForm& form, std::string_view field,
                      bool too_many) {
  views::SignIn view = sign_in_view(guest);
  view.asks_for_code = true;
  view.back = safe_path(form.fields.get("back"), "");
  view.errors = {{std::string{field}, guest.words()(too_many ? "Too many tries. Wait 15 minutes."
                                                             : "This code is not right.")}};
  return show(guest, view, too_many ? 429 : 422);
}

Answer check_code(Guest& guest, const MultipartForm& form) {
  const std::string peer = client_of(guest.request);
  const std::string_view field = form.fields.has("recovery") ? "recovery" : "code";
  if (guest.site.brake.holds(peer, guest.page.now)) return code_refused(guest, form, field, true);
  const auto session = app::finish_sign_in(guest.app, guest.request.cookies.get(kStepCookie),
                                           form.fields.get(field));
  if (!session) {
    guest.site.brake.note_failure(peer, guest.page.now);
    if (session.error().field != "code") return begin_anew(guest);
    return code_refused(guest, form, field, session.error().code == Errc::busy);
  }
  Response response = let_in(guest, app::Entry{*session}, safe_path(form.fields.get("back"), ""));
  clear_cookie(response, kStepCookie, cookies_are_secure(guest.app));
  return response;
}

// --- Forgotten passwords ---

views::ForgotPassword forgot_view(Guest& guest) {
  views::ForgotPassword view;
  view.organisation = organisation_of(guest);
  view.can_send = static_cast<bool>(guest.site.deps.probe_submission);
  view.minutes = static_cast<int>(app::kRecoveryLinkLasts.count() / 60);
  return view;
}

Answer forgot_page(Guest& guest) { return show(guest, forgot_view(guest)); }

// Every question counts as a try, so that nobody walks through a list of addresses.
Answer ask_for_link(Guest& guest, const MultipartForm& form) {
  views::ForgotPassword view = forgot_view(guest);
  if (!view.can_send) return show(guest, view);
  const std::string peer = client_of(guest.request);
  view.email = form.fields.get("email");
  if (guest.site.brake.holds(peer, guest.page.now)) {
    view.errors = {{"email", guest.words()("Too many tries. Wait 15 minutes.")}};
    return show(guest, view, 429);
  }
  if (!core::EmailAddress::parse(view.email)) {
    view.errors = {{"email", guest.words()("This is no email address.")}};
    return show(guest, view, 422);
  }
  guest.site.brake.note_failure(peer, guest.page.now);
  LETHE_CHECK(app::recover_access(guest.app, view.email));
  view.asked = true;
  return show(guest, view);
}

Answer sign_out(Visit& visit, const MultipartForm&) {
  LETHE_CHECK(app::sign_out(visit.app, visit.request.cookies.get(kSessionCookie)));
  Response response = web_protocol::see_other("/sign-in");
  clear_cookie(response, kSessionCookie, cookies_are_secure(visit.app));
  return response;
}

// --- Links ---

views::FirstRun first_run_view(Guest& guest, const app::OpenLink& link, std::string_view token) {
  views::FirstRun view;
  view.organisation = organisation_of(guest);
  view.name = link.agent.name;
  view.email = link.agent.email;
  view.keyring_path = guest.site.deps.settings.keyring_path;
  view.replica_path = guest.site.deps.settings.replica_path;
  view.token = std::string{token};
  view.password_bytes_min = static_cast<int>(app::kPasswordCharsMin);
  return view;
}

views::SetPassword set_password_view(Guest& guest, const app::OpenLink& link,
                                     std::string_view token) {
  views::SetPassword view;
  view.kind = link.purpose == ports::LinkPurpose::recovery ? views::SetPassword::Kind::recovery
                                                           : views::SetPassword::Kind::invitation;
  view.organisation = organisation_of(guest);
  view.email = link.agent.email;
  view.name = link.agent.name;
  view.token = std::string{token};
  view.password_bytes_min = static_cast<int>(app::kPasswordCharsMin);
  return view;
}

Response expired_link(Guest& guest) {
  views::SetPassword view;
  view.organisation = organisation_of(guest);
  view.expired = true;
  return show(guest, view, 404);
}

Answer join_page(Guest& guest) {
  const std::string& token = guest.request.params.at(0);
  const auto link = app::look_at_link(guest.app, token);
  if (!link) return expired_link(guest);
  if (link->purpose == ports::LinkPurpose::first_run) {
    return show(guest, first_run_view(guest, *link, token));
  }
  return show(guest, set_password_view(guest, *link, token));
}

// Uses the link up and signs in; a second step stays to be done.
Answer come_in(Guest& guest, const Fields& fields) {
  Password password{Secret{fields.get("password")}};
  LETHE_TRY(const core::AgentId agent, app::accept_link(guest.app, fields.get("token"),
                                                        fields.get("name"), std::move(password)));
  LETHE_TRY(const auto entry, app::enter(guest.app, agent));
  return let_in(guest, entry, "");
}

Answer set_password(Guest& guest, const MultipartForm& form) {
  const std::string_view token = form.fields.get("token");
  const auto link = app::look_at_link(guest.app, token);
  if (!link) return expired_link(guest);
  views::SetPassword view = set_password_view(guest, *link, token);
  view.name = std::string{form.fields.get("name")};
  if (form.fields.get("password") != form.fields.get("again")) {
    view.errors = {{"again", guest.words()("The two passwords differ.")}};
    return show(guest, view, 422);
  }
  auto in = come_in(guest, form.fields);
  if (in) return in;
  view.errors = form_errors(guest, in.error(), "password");
  return show(guest, view, 422);
}

// The second copy is named before the link is used up: a path that cannot be used is asked again.
Status keep_choices(Guest& guest, const Fields& fields) {
  const std::string organisation{trimmed(fields.get("organisation"))};
  if (organisation.empty() || organisation.size() > 200) {
    return fail(Errc::invalid_argument, "Say the name of your organisation.", "organisation");
  }
  const std::string replica{trimmed(fields.get("replica"))};
  const bool wants_replica = fields.get("replica_choice") == "path";
  if (wants_replica && replica.empty()) {
    return fail(Errc::invalid_argument, "Say the folder, or choose no second copy for now.",
                "replica");
  }
  if (wants_replica && replica != guest.site.deps.settings.replica_path) {
    LETHE_CHECK(guest.site.deps.keep_replica(replica));
  }
  return guest.app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.catalog().set_setting("keyring.replica_declined", wants_replica ? "0" : "1"));
    return tx.catalog().set_setting("organisation", organisation);
  });
}

Answer first_run(Guest& guest, const MultipartForm& form) {
  const std::string_view token = form.fields.get("token");
  const auto link = app::look_at_link(guest.app, token);
  if (!link || link->purpose != ports::LinkPurpose::first_run) return expired_link(guest);
  views::FirstRun view = first_run_view(guest, *link, token);
  view.organisation = std::string{form.fields.get("organisation")};
  view.name = std::string{form.fields.get("name")};
  view.replica_path = std::string{form.fields.get("replica")};
  view.replica_declined = form.fields.get("replica_choice") == "none";
  const auto kept = keep_choices(guest, form.fields);
  if (!kept) {
    view.errors = form_errors(guest, kept.error(), "replica");
    return show(guest, view, 422);
  }
  auto in = come_in(guest, form.fields);
  if (in) return in;
  view.errors = form_errors(guest, in.error(), "password");
  return show(guest, view, 422);
}

// --- Preferences ---

Response back_where_it_was(const app::App& app, const Request& request,
                           const Preferences& preferences) {
  // The browser's Referer is off; htmx and scripts stay where they are anyway.
  Response response =
      web_protocol::see_other(request.cookies.get(kSessionCookie).empty() ? "/sign-in" : "/inbox");
  remember(response, preferences, cookies_are_secure(app));
  return response;
}

Answer choose_language_form(Guest& guest, const MultipartForm& form) {
  Preferences preferences = preferences_of(guest.request);
  const std::string_view wanted = form.fields.get("language");
  if (wanted == "en" || wanted == "de" || wanted == "fr") preferences.language = wanted;
  Response response = back_where_it_was(guest.app, guest.request, preferences);
  const std::string_view token = form.fields.get("token");
  if (!token.empty()) {
    response.headers.set("Location", url_for("/join/{token}", {token}).text());
  }
  return response;
}

Answer choose_theme(Visit& visit, const MultipartForm& form) {
  Preferences preferences = preferences_of(visit.request);
  const std::string_view wanted = form.fields.get("theme");
  preferences.theme = wanted == "dark"    ? views::Theme::dark
                      : wanted == "light" ? views::Theme::light
                                          : views::Theme::system;
  return back_where_it_was(visit.app, visit.request, preferences);
}

Answer start_page(Visit&) { return web_protocol::see_other("/inbox"); }

}  // namespace

void add_entry_routes(SiteRoutes& routes) {
  routes.page("/", ports::Role::agent, start_page);
  routes.guest_page("/sign-in", sign_in_page);
  routes.guest_form("/sign-in", sign_in);
  routes.guest_page("/sign-in/code", code_page);
  routes.guest_form("/sign-in/code", check_code);
  routes.guest_page("/forgot", forgot_page);
  routes.guest_form("/forgot", ask_for_link);
  routes.form("/sign-out", ports::Role::agent, sign_out);
  routes.guest_page("/join/{token}", join_page);
  routes.guest_form("/first-run", first_run);
  routes.guest_form("/set-password", set_password);
  routes.guest_form("/language", choose_language_form);
  routes.form("/theme", ports::Role::agent, choose_theme);
}

}  // namespace lethe::web
