// The mail inside a mail that somebody forwarded.
//
// Gmail, Outlook, Apple Mail and Thunderbird put the original below, behind a line like
// "---------- Forwarded message ---------" or only a block of "From: / Sent: / To: / Subject:", in
// the language of the person who forwards. Pure; one pass over the lines, total for any bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lethe::core {

struct ForwardedMail {
  std::string from_name;  // may be empty
  std::string from_address;
  std::string subject;  // empty when the block names none
  std::string comment;  // what stands above: the words of who forwards
  std::string text;     // the original, marks of quotation taken off when every line has one
};

// The first forwarded block of `text`. It needs an address behind a label for "From" and one more
// label near it; and either a line that says so, or a `subject` that does ("Fwd:", "WG:", "TR:").
// A quoted answer is none: its subject says "Re:".
[[nodiscard]] std::optional<ForwardedMail> forwarded_mail(std::string_view subject,
                                                          std::string_view text);

// The first prefix of the line is one of a forwarded mail.
[[nodiscard]] bool says_forwarded(std::string_view subject);

}  // namespace lethe::core
