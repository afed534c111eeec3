// Reading the plain text of machine mails: lines, addresses, SMTP replies and enhanced status
// codes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core::mail_text {

// The addresses in `text` in order, without brackets; at most `count_max`.
[[nodiscard]] std::vector<std::string_view> addresses_in(std::string_view text,
                                                         std::size_t count_max);

// An SMTP reply somewhere in a text: "550 5.1.1", "<<< 421", "550-5.7.26".
struct SmtpReply {
  std::string code;    // "550", may be empty when only a status was found
  std::string status;  // "5.1.1", may be empty
};
[[nodiscard]] SmtpReply smtp_reply_in(std::string_view text);

// The SMTP command a text says was refused, in capitals: "CONN", "HELO", "MAIL", "RCPT", "DATA";
// empty when unknown.
[[nodiscard]] std::string_view refused_command_in(std::string_view text);

// `text` without its addresses and web links: their words say nothing about a reason.
[[nodiscard]] std::string without_addresses(std::string_view text);

// Lower case, runs of blanks, line ends and dashes of continued replies squeezed, curly apostrophes
// straight.
[[nodiscard]] std::string comparable(std::string_view text);

// The words of an HTML page for machines to read: tags left out, lines ended where blocks end, the
// usual entities decoded. For people there is html::to_text().
[[nodiscard]] std::string words_of_html(std::string_view html);

[[nodiscard]] bool contains(std::string_view text, std::string_view piece) noexcept;
// The value of the first line "Name: value" in `text`, unfolded; empty when there is none.
[[nodiscard]] std::string header_value_in(std::string_view text, std::string_view name);

}  // namespace lethe::core::mail_text
