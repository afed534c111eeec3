// Who may come in: passwords, sessions, one-time links, API tokens, agents.
//
// Secrets are 256 random bits, handed out once and stored as keyed BLAKE2b;
// passwords are Argon2id. A session ends after 12 idle hours or 7 days and is
// made anew at sign-in. Whether an address is known cannot be told from the
// answer or its time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/core/address.h"

namespace lethe::app {

inline constexpr Seconds kSessionIdle{12 * 3600};
inline constexpr Seconds kSessionLongest{7 * 86400};
inline constexpr std::size_t kPasswordCharsMin = 10;
inline constexpr std::int64_t kFailedSignInsMax = 10;  // then 15 minutes of silence
inline constexpr Seconds kLockedFor{15 * 60};
inline constexpr Seconds kInvitationLasts{7 * 86400};

// An agent as settings and pages show them.
struct AgentView {
  core::AgentId id;
  core::PersonId person;
  ports::Role role = ports::Role::agent;
  ports::AgentState state = ports::AgentState::invited;
  std::string name, email, language;
  Instant created_at;
};
[[nodiscard]] Result<AgentView> view_agent(App& app, const ports::Reading& tx, core::AgentId id);
[[nodiscard]] Result<std::vector<AgentView>> list_agents(App& app);

struct NewAgent {
  core::EmailAddress address;
  std::string name;
  ports::Role role = ports::Role::agent;
  std::optional<Password> password;  // absent: invited, comes in by a link
};
// Errors: already_exists when the address is an agent's.
[[nodiscard]] Result<core::AgentId> create_agent(App& app, NewAgent&& agent);
// create_agent() and a mail with the link. Returns the link, to be shown when no mail can leave.
[[nodiscard]] Result<std::string> invite_agent(App& app, NewAgent&& agent);
// Ends sessions and tokens; answers stay. Errors: conflict (the last admin).
[[nodiscard]] Status deactivate_agent(App& app, core::AgentId id);
[[nodiscard]] Status reactivate_agent(App& app, core::AgentId id);
[[nodiscard]] Status set_role(App& app, core::AgentId id, ports::Role role);
[[nodiscard]] Status set_language(App& app, core::AgentId id, std::string_view language);

// The agent with this address. Errors: not_found.
[[nodiscard]] Result<core::AgentId> agent_at(App& app, const core::EmailAddress& address);

// --- One-time links ---

// The URL's last part; works once, until `lasts` is over.
[[nodiscard]] Result<std::string> make_link(App& app, core::AgentId agent,
                                            ports::LinkPurpose purpose, Seconds lasts);
struct OpenLink {
  AgentView agent;
  ports::LinkPurpose purpose = ports::LinkPurpose::invitation;
};
// Looks, does not use it up. Errors: not_found (unknown, used or over).
[[nodiscard]] Result<OpenLink> look_at_link(App& app, std::string_view token);
// Uses the link up: sets name and password, ends other sessions.
// Errors: not_found, invalid_argument (field name or password).
[[nodiscard]] Result<core::AgentId> accept_link(App& app, std::string_view token,
                                                std::string_view name, Password&& password);
// Mails a recovery link when the address is an active agent's; says nothing either way.
[[nodiscard]] Status recover_access(App& app, std::string_view address);
// Errors: unauthenticated (the old one is wrong), invalid_argument.
[[nodiscard]] Status change_password(App& app, core::AgentId id, const Password& old_password,
                                     Password&& new_password);

// --- Sessions ---

struct NewSession {
  std::string token;  // for the cookie
  std::string csrf;   // for the forms
  core::AgentId agent;
};
// For whoever has a second step (second_step.h): shown again with its code, within
// kSecondStepPatience. It opens nothing by itself and ends when the password changes.
inline constexpr Seconds kSecondStepPatience{300};
struct OpenStep {
  std::string ticket;
};
using Entry = std::variant<NewSession, OpenStep>;
// Errors: unauthenticated (wrong address or password, deactivated), busy (locked for a while).
[[nodiscard]] Result<Entry> sign_in(App& app, std::string_view address, const Password& password);
// For whom a one-time link let in.
[[nodiscard]] Result<Entry> enter(App& app, core::AgentId agent);
// Errors: unauthenticated (with field code: the code is wrong, else begin anew), busy.
[[nodiscard]] Result<NewSession> finish_sign_in(App& app, std::string_view ticket,
                                                std::string_view code);
[[nodiscard]] Result<NewSession> start_session(App& app, core::AgentId agent);

struct SignedIn {
  AgentView agent;
  Bytes csrf;  // digest; compare with check_csrf
  Instant until;
  bool owes_second_step = false;  // and may do nothing else first
};
// Errors: unauthenticated.
[[nodiscard]] Result<SignedIn> session_of(App& app, std::string_view token);
[[nodiscard]] bool check_csrf(App& app, const SignedIn& session, std::string_view token);
// The token of the forms of this session: derived from its secret, the same on every page.
[[nodiscard]] std::string csrf_for(App& app, std::string_view session_token);
[[nodiscard]] Status sign_out(App& app, std::string_view token);

// --- API tokens ---

struct NewToken {
  core::AgentId agent;
  ports::TokenScope scope = ports::TokenScope::read;
  std::string name;
};
// The token, shown once. Errors: invalid_argument (field name), forbidden (admin scope for a
// non-admin).
[[nodiscard]] Result<std::string> create_token(App& app, const NewToken& token);
struct Bearer {
  std::int64_t token = 0;
  core::AgentId agent;
  ports::TokenScope scope = ports::TokenScope::read;
};
// Errors: unauthenticated.
[[nodiscard]] Result<Bearer> bearer_of(App& app, std::string_view token);

}  // namespace lethe::app
