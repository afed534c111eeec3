// One recipient of a delivery report: what happened, why, and whether the address is bad for good.
//
// Source: RFC 3464 for reports that follow it, RFC 3463 for the codes, phrases of the common
// servers for the rest. A hard bounce is said only of the address or its domain (unknown, moved,
// never accepts mail); a refusal of our content, our host, or of a full or suspended mailbox is
// soft, as the same address may take the next mail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/mail_facts.h"

namespace lethe::core {

enum class DeliveryAction : std::uint8_t { unknown, failed, delayed, delivered, relayed, expanded };
[[nodiscard]] std::string_view name_of(DeliveryAction action) noexcept;

enum class BounceReason : std::uint8_t {
  undefined,        // failed, no reason found
  user_unknown,     // hard
  host_unknown,     // hard: the domain does not exist
  has_moved,        // hard
  not_accept,       // hard: host or domain takes no mail at all
  filtered,         // refused by the mailbox or a rule of the recipient
  mailbox_full,     //
  suspended,        // mailbox disabled or inactive
  message_too_big,  //
  expired,          // gave up after trying for days
  network_error,    // no route, DNS trouble, connection lost
  rejected,         // the sender address is refused
  blocked,          // our host is refused: IP, host name, reputation
  too_fast,         // rate and connection limits
  policy,           // content or form is refused by policy
  spam,             //
  virus,            //
  auth_failure,     // SPF, DKIM, DMARC
  security,         // TLS or credentials demanded
  relaying_denied,  //
  system_error,     // trouble at the other side: disk, configuration, loop
  content_error,    // not valid as a message
  syntax_error,     //
  on_hold,          // refused or delayed for now, no reason given
  complaint,        // abuse_report
  vacation,         // auto_reply
  delivered,        // delivery_report
};
[[nodiscard]] std::string_view name_of(BounceReason reason) noexcept;
[[nodiscard]] bool is_hard(BounceReason reason) noexcept;

struct RecipientReport {
  std::string address;  // as the report writes it, without brackets; empty when none could be found
  DeliveryAction action = DeliveryAction::unknown;
  std::string status;      // enhanced code "5.1.1", empty when none is given
  std::string reply_code;  // SMTP reply "550", empty when none is given
  BounceReason reason = BounceReason::undefined;
  bool hard = false;
  std::string diagnostic;  // what the server said, at most 2,000 bytes; personal data, seal it
};

// Why, from what a server said and its codes. `diagnostic` in any case. `status` and `reply_code`
// may be empty.
[[nodiscard]] BounceReason reason_of(std::string_view diagnostic, std::string_view status,
                                     std::string_view reply_code);

// The groups of a message/delivery-status text (RFC 3464): one report per recipient. Tolerates
// missing blank lines and fields in any order.
[[nodiscard]] std::vector<RecipientReport> parse_delivery_status(std::string_view text);

}  // namespace lethe::core
