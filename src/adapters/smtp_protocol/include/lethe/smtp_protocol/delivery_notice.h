// The parameters of delivery status notifications at MAIL and RCPT: RFC 3461
// section 4, with the address types of RFC 6533.
//
// Decoded values hold printable characters only, so that they can stand in a
// header: a "+0D+0A" in xtext would write one of its own.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/smtp_protocol/reply.h"

namespace lethe::smtp_protocol {

// Characters as they were sent, xtext included.
inline constexpr std::size_t kEnvelopeIdBytesMax = 100;
inline constexpr std::size_t kOriginalRecipientBytesMax = 500;

// What a notice of failure should hold. We send none (what is not taken is
// refused in the session), and a notice of success never holds the text.
enum class Returned { full, headers };

struct MailNotice {
  std::optional<Returned> returned;        // RET
  std::optional<std::string> envelope_id;  // ENVID, decoded
};

struct RcptNotice {
  std::optional<bool> wants_success;              // NOTIFY was said; SUCCESS is in it
  std::optional<std::string> original_recipient;  // ORCPT, "type;address" decoded
};

// RFC 3461 section 4: '!' to '~' but '+' and '=', and "+" with two hex digits,
// in upper case there, in either here. Nothing for anything else.
[[nodiscard]] std::optional<std::string> decode_xtext(std::string_view xtext);

// One parameter, "NAME=value". False: it is none of this extension. Replies:
// 501 5.5.4 for a value that is none, is too long, or came before.
[[nodiscard]] OrReply<bool> read_mail_notice(MailNotice& notice, std::string_view name,
                                             std::string_view value);
// UTF-8 in ORCPT needs `smtputf8` and the type "utf-8".
[[nodiscard]] OrReply<bool> read_rcpt_notice(RcptNotice& notice, std::string_view name,
                                             std::string_view value, bool smtputf8);

}  // namespace lethe::smtp_protocol
