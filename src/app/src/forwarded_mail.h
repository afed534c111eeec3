// A mail that one of our agents hands on: it is its original sender's.
//
// Whoever may hand on mail may put words into anybody's mouth, so the agent must be proven: From is
// one address, of an active agent, and the domain of From is vouched for (core::MailTrust, as for
// every claim that a From line makes). The original itself is never verified by that. What nobody
// proves an agent may turn over by hand (lethe/app/requester.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lethe/core/address.h"
#include "prepared_mail.h"

namespace lethe::app {

struct Forward {
  core::AgentId by;
  core::EmailAddress from;  // who wrote the original
  std::string name;
  std::string subject;
  std::string comment;          // the agent's own words above it; may be empty
  std::string text;             // of the original, minimised
  std::string message_id;       // of the original; empty unless it is attached whole
  bool proven = false;          // else it is only worth a question to an agent
  bool may_be_answered = true;  // automatic mail may go to `from`
};

// The one mail that `mail` forwards, in its text or attached; nothing when From names no agent of
// ours, when the mail is automatic, spam or imported, and when it is the agent's own again.
[[nodiscard]] Result<std::optional<Forward>> find_forward(App& app, const ports::Reading& tx,
                                                          const PreparedMail& mail);

// The same by the words alone, for who handed it on: nothing is said of anybody's proof.
// `attached_mail` are the bytes of the one mail among the files, empty when there is none.
[[nodiscard]] std::optional<Forward> forward_in(std::string_view subject, std::string_view text,
                                                std::string_view attached_mail,
                                                const MailSettings& settings, core::AgentId by);

}  // namespace lethe::app
