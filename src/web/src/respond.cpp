#include "lethe/web/respond.h"

#include "lethe/base/text.h"
#include "lethe/web_protocol/percent.h"

namespace lethe::web {

using web_protocol::Request;
using web_protocol::Response;

std::string policy_of_pages(std::string_view nonce) {
  std::string policy = "default-src 'none'; script-src 'self' 'nonce-";
  policy += nonce;
  policy +=
      "'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action "
      "'self'; "
      "base-uri 'none'; frame-ancestors 'none'; frame-src 'self'; require-trusted-types-for "
      "'script'; "
      "trusted-types htmx";
  return policy;
}

void add_common_headers(Response& response) {
  const auto add = [&](std::string_view name, const char* value) {
    if (!response.headers.find(name)) response.headers.set(name, value);
  };
  add("Referrer-Policy", "no-referrer");
  add("X-Content-Type-Options", "nosniff");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  add("Cache-Control", "no-store");
}

Response page_response(int status, const views::PageContext& page, std::string html) {
  Response response = web_protocol::html_response(status, std::move(html));
  response.headers.set("Content-Security-Policy", policy_of_pages(page.nonce));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Vary", "HX-Request");
  return response;
}

Response frame_response(std::string html) {
  Response response = web_protocol::html_response(200, std::move(html));
  response.headers.set(
      "Content-Security-Policy",
      // The style attributes are what the sanitiser wrote: properties of a list, nothing that
      // loads.
      "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; "
      "frame-ancestors 'self'; "
      "sandbox allow-popups allow-popups-to-escape-sandbox");
  return response;
}

Response attachment_response(std::string_view name, std::string_view type, std::string bytes) {
  Response response;
  response.body = std::move(bytes);
  // A type is a token pair (RFC 9110 section 8.3); anything else is bytes.
  const bool is_plain =
      type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/+-._") == std::string_view::npos;
  response.headers.set("Content-Type", is_plain && type.contains('/') ? std::string{type}
                                                                      : "application/octet-stream");
  const std::string shown = name.empty() ? "file" : std::string{name};
  response.headers.set("Content-Disposition",
                       "attachment; filename*=UTF-8''" + web_protocol::to_percent_encoded(shown));
  response.headers.set("Content-Security-Policy",
                       "sandbox; default-src 'none'; frame-ancestors 'none'");
  return response;
}

void set_cookie(Response& response, std::string_view name, std::string_view value,
                const CookieOptions& options) {
  std::string cookie{name};
  cookie += '=';
  cookie += value;
  cookie += "; Path=/; SameSite=Lax";
  if (!options.readable_by_script) cookie += "; HttpOnly";
  if (options.secure) cookie += "; Secure";
  if (options.max_age_seconds > 0) cookie += "; Max-Age=" + std::to_string(options.max_age_seconds);
  response.headers.add("Set-Cookie", std::move(cookie));
}

void clear_cookie(Response& response, std::string_view name, bool secure) {
  response.headers.add("Set-Cookie", std::string{name} +
                                         "=; Path=/; SameSite=Lax; HttpOnly; Max-Age=0" +
                                         (secure ? "; Secure" : ""));
}

Preferences preferences_of(const Request& request) {
  Preferences preferences;
  const auto fields = web_protocol::parse_urlencoded(request.cookies.get("prefs"));
  if (!fields) return preferences;
  const std::string_view theme = fields->get("theme");
  if (theme == "dark") preferences.theme = views::Theme::dark;
  if (theme == "light") preferences.theme = views::Theme::light;
  const std::string_view language = fields->get("language");
  if (language == "en" || language == "de" || language == "fr") preferences.language = language;
  preferences.hotkeys = fields->get("hotkeys") != "0";
  return preferences;
}

void remember(Response& response, const Preferences& preferences, bool secure) {
  web_protocol::Fields fields;
  if (preferences.theme == views::Theme::dark) fields.add("theme", "dark");
  if (preferences.theme == views::Theme::light) fields.add("theme", "light");
  if (!preferences.language.empty()) fields.add("language", preferences.language);
  if (!preferences.hotkeys) fields.add("hotkeys", "0");
  static constexpr std::int64_t kOneYear = std::int64_t{365} * 86400;
  set_cookie(response, "prefs", web_protocol::to_urlencoded(fields),
             {.secure = secure, .readable_by_script = true, .max_age_seconds = kOneYear});
}

bool is_from_this_site(const Request& request) {
  const std::string_view site = request.headers.get("Sec-Fetch-Site");
  return site.empty() || site == "same-origin" || site == "none";
}

std::optional<std::string_view> bearer_of(const Request& request) {
  const std::string_view value = request.headers.get("Authorization");
  if (!starts_with_ignoring_ascii_case(value, "Bearer ")) return std::nullopt;
  const std::string_view token = trimmed(value.substr(7));
  return token.empty() ? std::nullopt : std::optional{token};
}

}  // namespace lethe::web
