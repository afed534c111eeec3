// Which calls are acts of the audit (app/audit.h): by method and pattern, for pages and the API.
#pragma once

#include <optional>
#include <string_view>

#include "lethe/app/audit.h"
#include "lethe/web_protocol/message.h"

namespace lethe::web {

// What the act was done to.
enum class ActOn { nothing, path, location, account };
struct KnownAct {
  web_protocol::Method method = web_protocol::Method::post;
  std::string_view pattern;
  app::AuditKind kind = app::AuditKind::signed_in;
  ActOn on = ActOn::nothing;
  bool shows_answer = false;  // an answer of 200 says that it was done, not that it was asked again
};
// Null for what the audit does not ask for.
[[nodiscard]] const KnownAct* known_act(web_protocol::Method method, std::string_view pattern);

// The act of an answered request; nothing when it was not done. `fields` are those of a page's
// form.
[[nodiscard]] std::optional<app::Act> act_of(const KnownAct& known, core::AgentId by,
                                             const web_protocol::Request& request,
                                             const web_protocol::Fields& fields,
                                             const web_protocol::Response& response);

}  // namespace lethe::web
