// What every page handler is made of: who asks, what they may, how pages, forms and refusals are
// answered.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/people.h"
#include "lethe/app/sign_in.h"
#include "lethe/app/tickets.h"
#include "lethe/web/pages.h"
#include "lethe/web/respond.h"
#include "lethe/web/site.h"
#include "lethe/web_protocol/message.h"
#include "site_memory.h"

namespace lethe::web {

using views::FormErrors;
using views::Place;
using web_protocol::Fields;
using web_protocol::Method;
using web_protocol::MultipartForm;
using web_protocol::Request;
using web_protocol::Response;
using Answer = Result<Response>;

inline constexpr std::string_view kSessionCookie = "lethe_session";

struct Site::Inside {
  explicit Inside(SiteDeps the_deps) : deps(std::move(the_deps)), app(deps.app) {}
  SiteDeps deps;
  app::App& app;
  Presence presence;
  Brake brake;
  OneTimeFiles one_time_files;
};

// One request from a signed-in agent.
struct Visit {
  Site::Inside& site;
  app::App& app;
  const Request& request;
  app::SignedIn session;
  PageContext page;

  [[nodiscard]] const Text& words() const noexcept { return page.text; }
  [[nodiscard]] core::AgentId me() const noexcept { return session.agent.id; }
  [[nodiscard]] Instant now() const noexcept { return page.now; }
  [[nodiscard]] bool is_admin() const noexcept { return session.agent.role == ports::Role::admin; }
  // Erasing, holds, rules, certificates: privacy officers and administrators.
  [[nodiscard]] bool is_officer() const noexcept {
    return session.agent.role != ports::Role::agent;
  }
  void notice(views::Tone tone, std::string text) {
    page.shell.notices.push_back({.tone = tone, .text = std::move(text), .action = {}});
  }
};

// One request from nobody in particular.
struct Guest {
  Site::Inside& site;
  app::App& app;
  const Request& request;
  PageContext page;
  std::string form_secret;  // of the cookie behind form_token; set by show()
  [[nodiscard]] const Text& words() const noexcept { return page.text; }
};

// The field that proves a form is one of our pages'; templates put it in (template_source.h).
inline constexpr std::string_view kFormToken = "form_token";

using PageHandler = std::function<Answer(Visit&)>;
using FormHandler = std::function<Answer(Visit&, const MultipartForm&)>;
using GuestHandler = std::function<Answer(Guest&)>;
using GuestFormHandler = std::function<Answer(Guest&, const MultipartForm&)>;

class SiteRoutes {
 public:
  explicit SiteRoutes(Site::Inside& site) : site_(site) {}

  void page(std::string pattern, ports::Role least, PageHandler handler);
  // Refuses a form from elsewhere or of another session (403).
  void form(std::string pattern, ports::Role least, FormHandler handler,
            std::size_t body_bytes_max = kFormBytesMax);
  void guest_page(std::string pattern, GuestHandler handler);
  void guest_form(std::string pattern, GuestFormHandler handler);
  // No session, no cookie: the handler answers as it is.
  void open(std::string pattern, Handler handler);
  // The same for POST: for machines that follow a signed address (RFC 8058).
  void open_form(std::string pattern, Handler handler);

  [[nodiscard]] std::vector<Route> take() { return std::move(routes_); }

 private:
  Site::Inside& site_;
  std::vector<Route> routes_;
};

void add_entry_routes(SiteRoutes& routes);
void add_inbox_routes(SiteRoutes& routes);
void add_ticket_routes(SiteRoutes& routes);
void add_ticket_file_routes(SiteRoutes& routes);
void add_answer_routes(SiteRoutes& routes);
void add_people_routes(SiteRoutes& routes);
void add_search_routes(SiteRoutes& routes);
void add_erasure_routes(SiteRoutes& routes);
void add_certificate_routes(SiteRoutes& routes);
void add_retention_routes(SiteRoutes& routes);
void add_rule_routes(SiteRoutes& routes);
void add_hold_routes(SiteRoutes& routes);
void add_audit_routes(SiteRoutes& routes);
void add_settings_routes(SiteRoutes& routes);
void add_mail_settings_routes(SiteRoutes& routes);
void add_mail_design_routes(SiteRoutes& routes);
void add_choices_routes(SiteRoutes& routes, Site::Inside& site);
void add_my_settings_routes(SiteRoutes& routes);
void add_event_routes(SiteRoutes& routes);
void add_public_routes(SiteRoutes& routes, Site::Inside& site);

template <class View>
[[nodiscard]] Response show(const Visit& visit, const View& view, int status = 200) {
  return page_response(status, visit.page, render(visit.page, view));
}
void remember_form_secret(const Guest& guest, Response& response);
template <class View>
[[nodiscard]] Response show(const Guest& guest, const View& view, int status = 200) {
  Response response = page_response(status, guest.page, render(guest.page, view));
  remember_form_secret(guest, response);
  return response;
}

// 303 to a page of ours; `done` names what was done, for the notice there (see done_words).
[[nodiscard]] Response go_to(const Url& url, std::string_view done = {});
// The address to come back to, when it is a path of this server; else `otherwise`.
[[nodiscard]] std::string safe_path(std::string_view wanted, std::string_view otherwise);
// What a handler refused, as a page; details only where they help the reader.
[[nodiscard]] Response refusal_page(const PageContext& page, const Error& error, bool signed_in);

// Cookies carry Secure unless this server is reached over plain http.
[[nodiscard]] bool cookies_are_secure(const app::App& app);
[[nodiscard]] std::string client_of(const Request& request);

// A value out of a snapshot.
template <class T, class Look>
[[nodiscard]] Result<T> read_from(app::App& app, Look look) {
  std::optional<T> value;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    Result<T> seen = look(tx);
    if (!seen) return std::unexpected(std::move(seen).error());
    value.emplace(std::move(*seen));
    return {};
  }));
  return std::move(*value);
}

// The id in the path; a word that is none is not_found.
template <class Id>
[[nodiscard]] Result<Id> path_id(const Request& request, std::size_t index = 0) {
  auto id = Id::parse(request.params.at(index));
  if (!id) return fail(Errc::not_found, "there is no such thing");
  return id;
}
// The id chosen in a select; "" is none.
template <class Id>
[[nodiscard]] Result<std::optional<Id>> chosen_id(std::string_view value) {
  if (value.empty()) return std::nullopt;
  LETHE_TRY(const Id id, Id::parse(value));
  return id;
}

// What was wrong, beside its field; `fallback` is the field when the error names none.
[[nodiscard]] FormErrors form_errors(const Visit& visit, const Error& error,
                                     std::string_view fallback);
[[nodiscard]] FormErrors form_errors(const Guest& guest, const Error& error,
                                     std::string_view fallback);

[[nodiscard]] std::string setting_or(const ports::Reading& tx, std::string_view key,
                                     std::string_view otherwise);
// "a, b" or one a line, trimmed, without empty ones.
[[nodiscard]] std::vector<std::string> words_of_list(std::string_view text);
[[nodiscard]] std::string role_words(const Text& words, ports::Role role);
[[nodiscard]] std::optional<int> number_of(std::string_view text);

}  // namespace lethe::web
