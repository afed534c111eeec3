// What is said to each kind of target, and what its answers mean.
//
// Sources: Freshdesk API v2 and Jira Cloud REST v3 as their makers document them;
// docs/relay-data-processing.md for the webhook.
//
// Certain of nothing is `unknown`: a 5xx or a connection lost after the
// request may have had its effect. 401, 403, 404 and redirects are faults of
// our configuration, never the sender's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/ports/relay.h"
#include "lethe/relay_protocol/http.h"

namespace lethe::relay_protocol {

enum class TargetKind : std::uint8_t { lethe, freshdesk, jira, webhook };
[[nodiscard]] std::optional<TargetKind> parse_target_kind(std::string_view name);
[[nodiscard]] std::string_view name_of(TargetKind kind) noexcept;

struct TargetSettings {
  TargetKind kind = TargetKind::webhook;
  std::string url;  // "https://host[:port][/path]", no slash at the end
  Secret secret;    // Freshdesk: API key; Jira: "address:token"; else the key of the signature
  // Freshdesk
  std::optional<std::int64_t> group;
  std::string type;
  std::vector<std::string> tags;  // for Jira: labels
  Secret reply_key;               // of reply_token()
  // Jira
  std::string project;
  std::string issue_type;
  bool names_sender = false;  // the person is kept out unless asked for
};

// Freshdesk takes no more in attachments of one ticket.
inline constexpr std::size_t kFreshdeskBytesMax = std::size_t{20} * 1000 * 1000;

// Takes `mail` to the target in as many exchanges as it needs. Never throws
// nor fails; the answer's `why` names no word of the mail.
[[nodiscard]] ports::RelayAnswer deliver(const TargetSettings& target, const ports::RelayMail& mail,
                                         const Exchange& exchange);

// The part after the plus of a Freshdesk reply address: "<ticket>.<16
// letters>", an HMAC-SHA256 cut to 80 bits over ticket and requester. Only that
// requester's mail joins by it.
[[nodiscard]] std::string reply_token(const Secret& key, std::int64_t ticket,
                                      std::string_view normalised_requester);
// Does `part` look like a reply token? Says nothing about its truth.
[[nodiscard]] bool looks_like_reply_token(std::string_view part);
// The ticket, when the token is true for this requester.
[[nodiscard]] std::optional<std::int64_t> verify_reply_token(const Secret& key,
                                                             std::string_view token,
                                                             std::string_view normalised_requester);

// "v1=" and hex HMAC-SHA256 over the four values, each followed by a line feed,
// and the body.
[[nodiscard]] std::string webhook_signature(const Secret& key, std::string_view timestamp,
                                            std::string_view idempotency_key,
                                            std::string_view sender, std::string_view recipients,
                                            std::string_view body);

}  // namespace lethe::relay_protocol
