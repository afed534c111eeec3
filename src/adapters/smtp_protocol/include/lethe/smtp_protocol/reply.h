// The replies of the SMTP and LMTP server: RFC 5321 section 4.2 codes,
// RFC 3463 enhanced codes, and plain sentences without personal data.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/ports/mail_intake.h"

namespace lethe::smtp_protocol {

// Points to constants only.
struct Reply {
  int code = 0;
  const char* enhanced = "";  // empty for 220 greetings and 354
  const char* text = "";
};

template <class T>
using OrReply = std::expected<T, Reply>;

// "250 2.0.0 Taken.\r\n" onto `out`.
void append_reply(std::string& out, const Reply& reply);

// Calls `act` with code and enhanced code of every reply of 4xx or 5xx in `replies`.
void for_each_refusal(std::string_view replies,
                      const std::function<void(int code, std::string_view enhanced)>& act);

// The one table from the application's answer to the reply after the content.
// 250 for success; whatever may be our own trouble is 451, a full disk 452, so that the
// sender keeps the mail; 55x only for what will never be taken.
[[nodiscard]] Reply reply_to_intake(const Status& outcome) noexcept;

// The same for RCPT; an error is always temporary.
[[nodiscard]] Reply reply_to_recipient(const Result<ports::RcptVerdict>& verdict) noexcept;

}  // namespace lethe::smtp_protocol
