#include "site_common.h"

#include <array>

#include "acts.h"
#include "lethe/base/disk_full.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/web_protocol/problem.h"
#include "refusals.h"
#include "site_kept_form.h"
#include "site_notices.h"
#include "site_second_step.h"
#include "site_views.h"

namespace lethe::web {
namespace {

constexpr std::string_view kGuestCookie = "lethe_form";

std::string random_words(ports::Random& random) {
  std::array<std::uint8_t, 18> bytes{};
  random.fill(bytes);
  return to_base64url(bytes);
}

PageContext context_of(Site::Inside& site, const Request& request, std::string_view language) {
  const Preferences preferences = preferences_of(request);
  PageContext page;
  const std::string_view choice =
      preferences.language.empty() ? language : std::string_view{preferences.language};
  page.text = Text{choose_language(choice, request.headers.get("Accept-Language"))};
  page.theme = preferences.theme;
  page.nonce = random_words(site.app.random);
  page.now = site.app.clock.now();
  page.fragment = request.wants_fragment();
  return page;
}

void add_replica_notice(Visit& visit) {
  if (!visit.is_admin()) return;
  const Text& words = visit.words();
  const auto state = visit.app.vault.replica_state();
  views::Notice notice{.tone = views::Tone::warn, .text = {}, .action = {}, .permanent = true};
  notice.action = {words("Keyring settings"), url_for("/settings/keyring")};
  if (state == ports::ReplicaState::none) {
    notice.text = words(
        "The keys have no second copy. If their disk fails, nobody can read the "
        "data again.");
  } else if (state == ports::ReplicaState::behind) {
    notice.tone = views::Tone::danger;
    notice.text = words(
        "The second copy of the keys cannot be reached. Mail comes in; erasures "
        "wait.");
  } else {
    return;
  }
  visit.page.shell.notices.push_back(std::move(notice));
}

// Chosen by the agent, else by the organisation; the time zone is the organisation's.
void fill_language(Visit& visit, const ports::Reading& tx) {
  Language language = visit.page.text.language();
  const bool is_chosen =
      !visit.session.agent.language.empty() || !preferences_of(visit.request).language.empty();
  if (!is_chosen) {
    language = choose_language(setting_or(tx, "language", ""),
                               visit.request.headers.get("Accept-Language"));
  }
  visit.page.text = Text{language, setting_or(tx, "time_zone", "UTC")};
}

Status fill_shell(Visit& visit) {
  views::Shell& shell = visit.page.shell;
  shell.agent = {visit.session.agent.name, visit.me().value(), false};
  shell.is_admin = visit.is_admin();
  shell.is_officer = visit.is_officer();
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    shell.organisation = setting_or(tx, "organisation", visit.app.installation.organisation);
    LETHE_TRY(const auto counts, tx.tickets().counts(visit.me()));
    shell.open_tickets = counts.open;
    fill_language(visit, tx);
    if (!visit.page.fragment) LETHE_CHECK(fill_saved_views(visit, tx));
    return {};
  }));
  shell.role = role_words(visit.words(), visit.session.agent.role);
  if (!visit.page.fragment) add_replica_notice(visit);
  add_done_notice(visit);
  return {};
}

// The page that a fragment was asked for by, as htmx tells it; "" when it is none of ours.
std::string page_around(const Request& request) {
  std::string_view url = request.headers.get("HX-Current-URL");
  url = url.substr(0, url.find('#'));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::size_t path = url.find('/', scheme + 3);
  return path == std::string_view::npos ? "" : safe_path(url.substr(path), "");
}

// Where to go on after signing in.
std::string place_of(const Request& request) {
  std::string around = request.wants_fragment() ? page_around(request) : "";
  if (!around.empty() || request.method != Method::get || request.path() == "/") return around;
  std::string place{request.path()};
  if (!request.query().empty()) place += '?' + web_protocol::to_urlencoded(request.query());
  return place;
}

// A fragment is refused: what asks for it swaps an answer of 200 into the page, and streams that
// come back ask for it again and again.
Response to_sign_in(const Request& request) {
  Fields query;
  std::string place = place_of(request);
  if (!place.empty()) query.add("back", std::move(place));
  const Url url = url_for("/sign-in", {}, query);
  if (!request.wants_fragment()) return web_protocol::see_other(url.text());
  Response response = web_protocol::text_response(401, "");
  response.headers.set("HX-Redirect", url.text());
  return response;
}

Result<Visit> visit_of(Site::Inside& site, const Request& request) {
  const std::string_view token = request.cookies.get(kSessionCookie);
  if (token.empty()) return fail(Errc::unauthenticated, "sign in first");
  LETHE_TRY(auto session, app::session_of(site.app, token));
  Visit visit{site, site.app, request, std::move(session), {}};
  visit.page = context_of(site, request, visit.session.agent.language);
  visit.page.form_token = app::csrf_for(site.app, token);
  LETHE_CHECK(fill_shell(visit));
  return visit;
}

Guest guest_of(Site::Inside& site, const Request& request) {
  Guest guest{site, site.app, request, context_of(site, request, ""), {}};
  const std::string_view known = request.cookies.get(kGuestCookie);
  guest.form_secret = known.empty() ? random_words(site.app.random) : std::string{known};
  guest.page.form_token = app::csrf_for(site.app, guest.form_secret);
  return guest;
}

Response finished(Response response) {
  add_common_headers(response);
  return response;
}

template <class Asking>
Response answered(const Asking& asking, Answer answer, bool signed_in) {
  if (answer) return finished(std::move(*answer));
  return finished(refusal_page(asking.page, answer.error(), signed_in));
}

Response to_own_page(const Request& request, std::string_view path) {
  if (!request.wants_fragment()) return web_protocol::see_other(std::string{path});
  Response response = web_protocol::text_response(403, "");
  response.headers.set("HX-Redirect", std::string{path});
  return response;
}

bool has_to_wait(const Visit& visit) {
  return visit.session.owes_second_step && !may_wait_for_second_step(visit.request.path());
}

Status allowed(const Visit& visit, ports::Role least) {
  if (visit.session.agent.role >= least) return {};
  return fail(Errc::forbidden, "this needs another role");
}

std::unexpected<Error> from_elsewhere() {
  return fail(Errc::forbidden, "the form is old or from another site; load it again");
}

Result<MultipartForm> checked_form(const Request& request, std::string_view expected_token) {
  LETHE_TRY(auto form, web_protocol::parse_form(request));
  const bool is_ours = is_from_this_site(request) && !expected_token.empty() &&
                       Secret{form.fields.get(kFormToken)}.equals(as_bytes(expected_token));
  if (!is_ours) return from_elsewhere();
  return form;
}

// What a handler did, for the audit. An act that cannot be recorded is told as an error.
Status note(const Visit& visit, const KnownAct* known, const Fields& fields,
            const Response& response) {
  if (known == nullptr) return {};
  auto act = act_of(*known, visit.me(), visit.request, fields, response);
  return act ? app::note_act(visit.app, std::move(*act)) : Status{};
}

Answer handle_page(Visit& visit, ports::Role least, const KnownAct* known,
                   const PageHandler& handler) {
  LETHE_CHECK(allowed(visit, least));
  LETHE_TRY(Response response, handler(visit));
  LETHE_CHECK(note(visit, known, {}, response));
  return response;
}

Response serve_page(Site::Inside& site, const Request& request, ports::Role least,
                    const KnownAct* known, const PageHandler& handler) {
  auto visit = visit_of(site, request);
  if (!visit) return finished(to_sign_in(request));
  if (has_to_wait(*visit)) return finished(to_own_page(request, kSecondStepPath));
  return answered(*visit, handle_page(*visit, least, known, handler), true);
}

Answer handle_form(Visit& visit, ports::Role least, const KnownAct* known,
                   const FormHandler& handler) {
  LETHE_CHECK(allowed(visit, least));
  LETHE_TRY(const auto form, checked_form(visit.request, visit.page.form_token));
  if (!app::check_csrf(visit.app, visit.session, form.fields.get(kFormToken))) {
    return fail(Errc::forbidden, "the form is old; load it again");
  }
  LETHE_TRY(Response response, handler(visit, form));
  LETHE_CHECK(note(visit, known, form.fields, response));
  return response;
}

Response to_sign_in_with(Site::Inside& site, const Request& request) {
  auto kept = kept_form(context_of(site, request, ""), request, false);
  return kept ? std::move(*kept) : to_sign_in(request);
}

Response serve_form(Site::Inside& site, const Request& request, ports::Role least,
                    const KnownAct* known, const FormHandler& handler) {
  auto visit = visit_of(site, request);
  if (!visit) return finished(to_sign_in_with(site, request));
  if (has_to_wait(*visit)) return finished(to_own_page(request, kSecondStepPath));
  auto answer = handle_form(*visit, least, known, handler);
  if (!answer && answer.error().code == Errc::forbidden && allowed(*visit, least)) {
    if (auto kept = kept_form(visit->page, request, true)) return finished(std::move(*kept));
  }
  return answered(*visit, std::move(answer), true);
}

// Asked before a long form is read: everything that can be said of it without its fields.
std::optional<Response> refused_unread(Site::Inside& site, const Request& request,
                                       ports::Role least) {
  const auto visit = visit_of(site, request);
  if (!visit) {
    auto not_kept = not_kept_form(context_of(site, request, ""), request);
    return finished(not_kept ? std::move(*not_kept) : to_sign_in(request));
  }
  if (has_to_wait(*visit)) return finished(to_own_page(request, kSecondStepPath));
  Status may = allowed(*visit, least);
  if (may && !is_from_this_site(request)) may = from_elsewhere();
  if (may) return std::nullopt;
  return answered(*visit, std::unexpected(std::move(may).error()), true);
}

}  // namespace

void SiteRoutes::page(std::string pattern, ports::Role least, PageHandler handler) {
  const KnownAct* const known = known_act(Method::get, pattern);
  routes_.push_back(
      {Method::get,
       std::move(pattern),
       [&site = site_, least, known, handler = std::move(handler)](const Request& request) {
         return serve_page(site, request, least, known, handler);
       },
       kFormBytesMax,
       {}});
}

void SiteRoutes::form(std::string pattern, ports::Role least, FormHandler handler,
                      std::size_t body_bytes_max) {
  const KnownAct* const known = known_act(Method::post, pattern);
  Route route;
  route.method = Method::post;
  route.pattern = std::move(pattern);
  route.handler = [&site = site_, least, known,
                   handler = std::move(handler)](const Request& request) {
    return serve_form(site, request, least, known, handler);
  };
  route.body_bytes_max = body_bytes_max;
  if (body_bytes_max > kFormBytesMax) {
    route.admit = [&site = site_, least](const Request& request) {
      return refused_unread(site, request, least);
    };
  }
  routes_.push_back(std::move(route));
}

void SiteRoutes::guest_page(std::string pattern, GuestHandler handler) {
  routes_.push_back({Method::get,
                     std::move(pattern),
                     [&site = site_, handler = std::move(handler)](const Request& request) {
                       Guest guest = guest_of(site, request);
                       return answered(guest, handler(guest), false);
                     },
                     kFormBytesMax,
                     {}});
}

void SiteRoutes::guest_form(std::string pattern, GuestFormHandler handler) {
  routes_.push_back({Method::post,
                     std::move(pattern),
                     [&site = site_, handler = std::move(handler)](const Request& request) {
                       Guest guest = guest_of(site, request);
                       auto form = checked_form(request, guest.page.form_token);
                       if (!form) return answered(guest, std::unexpected(form.error()), false);
                       return answered(guest, handler(guest, *form), false);
                     },
                     kFormBytesMax,
                     {}});
}

void SiteRoutes::open(std::string pattern, Handler handler) {
  routes_.push_back({Method::get,
                     std::move(pattern),
                     [handler = std::move(handler)](const Request& request) {
                       return finished(handler(request));
                     },
                     kFormBytesMax,
                     {}});
}

void SiteRoutes::open_form(std::string pattern, Handler handler) {
  routes_.push_back(
      {Method::post, std::move(pattern), [handler = std::move(handler)](const Request& request) {
         return finished(handler(request));
       }});
}

void remember_form_secret(const Guest& guest, Response& response) {
  if (!guest.request.cookies.get(kGuestCookie).empty()) return;
  set_cookie(response, kGuestCookie, guest.form_secret, {.secure = cookies_are_secure(guest.app)});
}

Response go_to(const Url& url, std::string_view done) {
  std::string location = url.text();
  if (!done.empty()) {
    const std::size_t fragment = std::min(location.find('#'), location.size());
    const char* joint = location.substr(0, fragment).contains('?') ? "&done=" : "?done=";
    location.insert(fragment, joint + std::string{done});
  }
  return web_protocol::see_other(std::move(location));
}

std::string safe_path(std::string_view wanted, std::string_view otherwise) {
  const bool is_ours = wanted.size() > 1 && wanted.front() == '/' && wanted[1] != '/' &&
                       wanted[1] != '\\' && web_protocol::parse_target(wanted).has_value() &&
                       wanted.find_first_of("\r\n\t\\") == std::string_view::npos;
  return std::string{is_ours ? wanted : otherwise};
}

Response refusal_page(const PageContext& page, const Error& error, bool signed_in) {
  views::ErrorPage view;
  view.status = web_protocol::http_status_of(error.code);
  view.signed_in = signed_in;
  const bool is_about_us = view.status >= 500 || error.code == Errc::not_found ||
                           error.code == Errc::erased || error.code == Errc::busy;
  if (!is_about_us) view.detail = refusal_words(page.text, error.detail);
  return page_response(view.status, page, render(page, view));
}

bool cookies_are_secure(const app::App& app) {
  return !app.installation.public_url.starts_with("http://");
}

// Behind the proxy on this machine, the address that the proxy saw.
std::string client_of(const Request& request) {
  const bool is_proxy = request.peer.starts_with("127.") || request.peer == "::1";
  const std::string_view seen = request.headers.get("X-Forwarded-For");
  if (!is_proxy || seen.empty()) return request.peer;
  return std::string{clipped_utf8(trimmed(split(seen, ',').back()), 64)};
}

namespace {

// A full disk is at no field of a form, nor is somebody who is being erased.
std::string field_at_fault(const Error& error, std::string_view fallback) {
  const bool is_of_form =
      !error.field.empty() && error.field != kDiskFull && error.field != ports::kPersonBeingErased;
  return is_of_form ? error.field : std::string{fallback};
}

// Use cases refuse in half a sentence, as logs and the API say it; beside a field it is a whole
// one.
std::string as_sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() -= 'a' - 'A';
  const char last = text.back();
  const bool is_open = (last >= 'a' && last <= 'z') || (last >= '0' && last <= '9') || last == ')';
  return is_open ? text + "." : text;
}

}  // namespace

FormErrors form_errors(const Visit& visit, const Error& error, std::string_view fallback) {
  return {
      {field_at_fault(error, fallback), as_sentence(refusal_words(visit.words(), error.detail))}};
}
FormErrors form_errors(const Guest& guest, const Error& error, std::string_view fallback) {
  return {
      {field_at_fault(error, fallback), as_sentence(refusal_words(guest.words(), error.detail))}};
}

}  // namespace lethe::web
