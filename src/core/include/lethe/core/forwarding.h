// Mail that another service forwards to us: what its mails of confirmation say, and to whom a
// forwarded mail was first sent.
//
// A service asks the new address before it forwards there (Gmail: "(#123456789) ..." from
// forwarding-noreply@google.com; Microsoft: a code from one of its addresses that take no answer).
// The code and the link are read out as text. Nothing here is ever visited: the administrator
// decides. Which service it is is told by the address in From alone, so the rule works in every
// language; whether that address is genuine is another question (core/mail_trust.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/mail_facts.h"

namespace lethe::core {

struct ForwarderRequest {
  std::string service;  // "Gmail", "Microsoft 365"
  std::string code;     // digits; may be empty
  std::string link;     // https, to a host of that service; may be empty
};

// Nothing when it is from nobody of those, or says neither code nor link.
[[nodiscard]] std::optional<ForwarderRequest> forwarder_request(std::string_view from_address,
                                                                std::string_view subject,
                                                                std::string_view text);

// The addresses that servers on the way noted as the original one, the most telling first:
// X-Original-To, X-Forwarded-For (the first of its addresses; a field of mail, not of HTTP),
// Delivered-To, Envelope-To, X-Forwarded-To. Anybody may write them: use one only to choose among
// addresses that are ours.
inline constexpr std::size_t kOriginalRecipientsMax = 10;
[[nodiscard]] std::vector<std::string> original_recipients(const std::vector<MailField>& headers);

}  // namespace lethe::core
