// The mail inside a mail that somebody forwarded.
//
// Gmail, Outlook, Apple Mail and Thunderbird put the original below, behind a line like
// "---------- Forwarded message ---------" or only a block of "From: / Sent: / To: / Subject:", in
// the language of the person who forwards. Pure; one pass over the lines, total for any bytes. What
// is found is a claim of who forwards: whether that person is believed is the caller's to decide.
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
  std::string text;  // the original to its end; one mark of quotation taken off if the block has it
};

// The first forwarded block among the first 5,000 lines of `text`. It needs an address behind a
// label for "From" and one more label beside it; and either a `subject` that says so ("Fwd:",
// "WG:", "TR:") or a line right above that does. An answer ("Re:") holds none: what it repeats is a
// quotation.
[[nodiscard]] std::optional<ForwardedMail> forwarded_mail(std::string_view subject,
                                                          std::string_view text);

// The first prefix of the line is one of a forwarded mail.
[[nodiscard]] bool says_forwarded(std::string_view subject);
// It is one of an answer.
[[nodiscard]] bool says_answered(std::string_view subject);
// `subject` without the prefixes "Fwd:", "WG:" and their kin in front.
[[nodiscard]] std::string_view without_forward_marks(std::string_view subject);

}  // namespace lethe::core
