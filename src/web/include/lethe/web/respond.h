// Answers with the headers each kind of content must have, and what a request says about who sent
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/web/views/common.h"
#include "lethe/web_protocol/message.h"

namespace lethe::web {

// A page: its own content security policy with the context's nonce, no-store, Vary: HX-Request.
[[nodiscard]] web_protocol::Response page_response(int status, const views::PageContext& page,
                                                   std::string html);
// The sandboxed frame with a mail's HTML: no script, no request beyond our own images.
[[nodiscard]] web_protocol::Response frame_response(std::string html);
// A file of a mail: always saved, never shown, whatever it claims to be.
[[nodiscard]] web_protocol::Response attachment_response(std::string_view name,
                                                         std::string_view type, std::string bytes);
// 404 and the like for the API and for pages that have no context yet.
void add_common_headers(web_protocol::Response& response);

[[nodiscard]] std::string policy_of_pages(std::string_view nonce);

// `Name=value; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age`. Secure unless the server is
// reached over plain http on loopback.
struct CookieOptions {
  bool secure = true;
  bool readable_by_script = false;
  std::int64_t max_age_seconds = 0;  // 0: until the browser closes
};
void set_cookie(web_protocol::Response& response, std::string_view name, std::string_view value,
                const CookieOptions& options);
void clear_cookie(web_protocol::Response& response, std::string_view name, bool secure);

// The one preference cookie, `prefs`: what a person chose before or without signing in.
struct Preferences {
  views::Theme theme = views::Theme::system;
  std::string language;  // "", "en", "de", "fr"
  bool hotkeys = true;
};
[[nodiscard]] Preferences preferences_of(const web_protocol::Request& request);
void remember(web_protocol::Response& response, const Preferences& preferences, bool secure);

// False when the browser says that another site caused the request (Sec-Fetch-Site). Forms need
// their token too.
[[nodiscard]] bool is_from_this_site(const web_protocol::Request& request);
// The bearer token of an API request.
[[nodiscard]] std::optional<std::string_view> bearer_of(const web_protocol::Request& request);

}  // namespace lethe::web
