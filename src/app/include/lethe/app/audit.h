// The audit: who did what, and when (GDPR art. 5(2)).
//
// Acts that somebody may have to answer for: who came in, what was decided about forgetting, whose
// data was taken out, corrected or erased, what was set. Ordinary work on tickets stands in the
// tickets. An act is recorded when it is done, by whoever lets it in (a page, the API, the command
// line), and tells no name: agents and things by their random ids, so that an erased one's lines
// explain nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

using AuditKind = ports::AccessEventKind;

struct Act {
  AuditKind kind = AuditKind::signed_in;
  std::optional<core::AgentId> by{};     // nobody: the operator of the machine
  std::optional<core::AgentId> whose{};  // the account that it was done to
  std::string path{};                    // of what it was done to: "/erasures/7"
};
[[nodiscard]] Status note_act(App& app, Act act);
// The same in a transaction of the caller's.
[[nodiscard]] Status note_act(App& app, ports::Writing& tx, Act act);

enum class AuditTopic : std::uint8_t { everything, access, retention, erasing, people, settings };
[[nodiscard]] std::string_view name_of(AuditTopic topic) noexcept;
// Everything for a word that is none.
[[nodiscard]] AuditTopic audit_topic(std::string_view name) noexcept;

struct AuditQuery {
  AuditTopic topic = AuditTopic::everything;
  std::optional<core::AgentId> by{};
  bool by_machine = false;
  std::optional<std::int64_t> before{};  // the id of the last one shown
  int limit = 50;
};
// Newest first. What was changed about two-step sign-in and saved replies is among them.
[[nodiscard]] Result<std::vector<ports::AccessEventRow>> audit(App& app, const AuditQuery& query);

}  // namespace lethe::app
