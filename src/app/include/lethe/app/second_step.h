// The second step of signing in: a code of an authenticator app (vault/totp.h), or one of ten
// recovery codes.
//
// The key is sealed under the agent's own profile key and goes with it; recovery codes are stored
// as keyed digests. Each code works once. Wrong codes count with wrong passwords: ten, then 15
// minutes of silence. What was wrong about a code (its digits, its time, its having been used) is
// never said.
//
// An administrator may require the step of whole roles: who owes it can do nothing else first.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/sign_in.h"

namespace lethe::app {

inline constexpr std::size_t kRecoveryCodes = 10;

struct SecondStep {
  enum class State { off, pending, on };
  State state = State::off;
  std::string key;  // base32, while it is pending
  std::size_t recovery_left = 0;
  bool required = false;  // by the agent's role
};
[[nodiscard]] Result<SecondStep> second_step_of(App& app, core::AgentId agent);
// Agents with the step in force.
[[nodiscard]] Result<std::set<core::AgentId>> agents_with_second_step(App& app);

// A new key, pending until a code of it was typed. Errors: conflict when the step is in force.
[[nodiscard]] Status begin_second_step(App& app, core::AgentId agent);
// Puts it in force and ends every session. Returns the recovery codes, which are shown once.
// Errors: unauthenticated (field code), busy, conflict (nothing is pending).
[[nodiscard]] Result<std::vector<std::string>> confirm_second_step(App& app, core::AgentId agent,
                                                                   std::string_view code);
// New recovery codes; the former ones end. Errors: as check_second_step().
[[nodiscard]] Result<std::vector<std::string>> renew_recovery_codes(App& app, core::AgentId agent,
                                                                    std::string_view code);
// Drops a pending key without a code. Errors: forbidden (the role owes it), and those of
// check_second_step().
[[nodiscard]] Status end_second_step(App& app, core::AgentId agent, std::string_view code);
// For an agent who lost everything: ends the step and every session. `by` nothing: the operator.
// Errors: not_found (no such agent, or no step to end).
[[nodiscard]] Status reset_second_step(App& app, core::AgentId agent,
                                       std::optional<core::AgentId> by);

// Takes a code of either kind and uses it up. Errors: unauthenticated, field code; busy.
[[nodiscard]] Status check_second_step(App& app, core::AgentId agent, std::string_view typed);

[[nodiscard]] Result<std::set<ports::Role>> roles_with_second_step(const ports::Reading& tx);
[[nodiscard]] Status require_second_step(App& app, const std::set<ports::Role>& roles,
                                         core::AgentId by);
// True when the agent's role asks for a step that is not in force yet.
[[nodiscard]] Result<bool> owes_second_step(const ports::Reading& tx, core::AgentId agent,
                                            ports::Role role);

// What was changed about it, newest first.
[[nodiscard]] Result<std::vector<ports::AccessEventRow>> access_events(App& app, int limit);

}  // namespace lethe::app
