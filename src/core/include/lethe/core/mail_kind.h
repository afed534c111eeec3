// What a mail is before any rule looks at it: a person's words, or a machine's.
//
// Sources: RFC 3834 (automatic answers), RFC 3464 (delivery status), RFC 8098 (receipts), RFC 5965
// (abuse reports), RFC 2919 and 2369 (lists), and general rules for failure notices of systems that
// write none of these. Pure and total: every mail has a kind. Quoted or attached reports do not
// make a bounce: a person who forwards one is a person.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/mail_bounce.h"
#include "lethe/core/mail_facts.h"

namespace lethe::core {

enum class MailKind : std::uint8_t {
  ordinary,         // a person wrote it, as far as can be told
  calendar,         // an invitation or the answer to one
  auto_reply,       // absence notes, confirmations of other systems, challenges
  read_receipt,     // RFC 8098
  list,             // sent through a mailing list
  bulk,             // newsletters and other mass mail
  bounce,           // a mail of ours, or one that claims to be, was not delivered, or not yet
  delivery_report,  // delivered, relayed or expanded: nothing is wrong
  abuse_report,     // a recipient complained, RFC 5965
};
[[nodiscard]] std::string_view name_of(MailKind kind) noexcept;

struct MailVerdict {
  MailKind kind = MailKind::ordinary;
  // bounce, delivery_report, abuse_report: whom it is about. auto_reply: who answers. Else empty.
  std::vector<RecipientReport> recipients;
  // Message-ID of the mail that bounced or was complained about, without angle brackets; empty when
  // not returned.
  std::string original_message_id;
};

[[nodiscard]] MailVerdict classify(const MailFacts& mail);

// Facts of ours that a mail may carry when it comes back.
struct OwnMarks {
  std::string_view loop_token;  // the value of X-Lethe-Loop on everything we send; empty: none
  std::span<const std::string> own_addresses;  // mailboxes of ours, any case
};

enum class AutoAnswer : std::uint8_t {
  allowed,
  refused_kind,        // not a person's mail
  refused_suppressed,  // Auto-Submitted, Precedence, List-*, X-Auto-Response-Suppress, X-Autoreply
                       // ...
  refused_loop,        // our own token or our own address
  refused_no_sender,   // no address to answer to, or Return-Path <> without a Reply-To
  refused_system,      // mailer-daemon, no-reply and the like
};

// Whether any automatic mail may go to the sender of `mail`. RFC 3834 section 2; the caller still
// limits the rate.
[[nodiscard]] AutoAnswer auto_answer(const MailFacts& mail, const MailVerdict& verdict,
                                     const OwnMarks& ours);
[[nodiscard]] inline bool may_auto_answer(const MailFacts& mail, const MailVerdict& verdict,
                                          const OwnMarks& ours) {
  return auto_answer(mail, verdict, ours) == AutoAnswer::allowed;
}

// Sent by a program: it says so (Auto-Submitted, RFC 3834 section 5), or it came from the null
// sender and names nobody else to answer to. It may begin a conversation, but it reopens none.
[[nodiscard]] bool is_machine_made(const MailFacts& mail);

// RFC 3834 section 2: "no-reply", "mailer-daemon" and others that never want an answer.
[[nodiscard]] bool is_system_address(std::string_view address);

// More hops than any path has: refuse with 554 5.4.6. RFC 5321 section 6.3 asks for at least 100 in
// theory, 50 is what servers use.
inline constexpr std::size_t kReceivedMax = 50;
[[nodiscard]] bool loops_between_servers(const MailFacts& mail) noexcept;

}  // namespace lethe::core
