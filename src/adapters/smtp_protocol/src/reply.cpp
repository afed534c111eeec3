#include "lethe/smtp_protocol/reply.h"

#include "lethe/base/disk_full.h"

namespace lethe::smtp_protocol {

void append_reply(std::string& out, const Reply& reply) {
  out += std::to_string(reply.code);
  out += ' ';
  if (*reply.enhanced != '\0') {
    out += reply.enhanced;
    out += ' ';
  }
  out += reply.text;
  out += "\r\n";
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "4.3.2 Text" begins with an enhanced code, "Text" does not.
std::string_view enhanced_code_of(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  const bool is_code = word.size() >= 5 && is_digit(word[0]) && word[1] == '.' && is_digit(word[2]);
  return is_code ? word : std::string_view{};
}

}  // namespace

void for_each_refusal(std::string_view replies,
                      const std::function<void(int code, std::string_view enhanced)>& act) {
  while (!replies.empty()) {
    const auto end = replies.find('\n');
    std::string_view line = replies.substr(0, end);
    replies = end == std::string_view::npos ? std::string_view{} : replies.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    // "550-" goes on in the next line: counted there.
    if (line.size() < 4 || line[3] != ' ' || (line[0] != '4' && line[0] != '5')) continue;
    if (!is_digit(line[1]) || !is_digit(line[2])) continue;
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    act(code, enhanced_code_of(line.substr(4)));
  }
}

Reply reply_to_intake(const Status& outcome) noexcept {
  if (outcome) return {250, "2.0.0", "The message was taken."};
  switch (outcome.error().code) {
    case Errc::forbidden:
      return {550, "5.7.1", "This message is not accepted here."};
    case Errc::not_found:
    case Errc::erased:
      return {550, "5.1.1", "No such address here."};
    case Errc::too_large:
      return {552, "5.3.4", "The message is too large."};
    case Errc::out_of_range:
      return {554, "5.4.6", "The message passed too many servers; it may be in a loop."};
    case Errc::unsupported:
      return {554, "5.6.1", "This kind of message is not accepted here."};
    case Errc::invalid_argument:
    case Errc::corrupt:
      return {554, "5.6.0", "The message cannot be processed."};
    case Errc::busy:
      return {451, "4.3.2", "The server is busy. Send the message again later."};
    case Errc::unavailable:
      if (outcome.error().field != kDiskFull) break;
      return {452, "4.3.1", "There is no room for the message now. Send it again later."};
    case Errc::already_exists:
    case Errc::conflict:
    case Errc::unauthenticated:
    case Errc::stale_keyring:
    case Errc::needs_confirmation:
    case Errc::cancelled:
    case Errc::internal:
      break;
  }
  return {451, "4.3.0", "The message cannot be taken now. Send it again later."};
}

Reply reply_to_recipient(const Result<ports::RcptVerdict>& verdict) noexcept {
  if (!verdict) return {451, "4.3.0", "The address cannot be checked now. Try again later."};
  switch (*verdict) {
    case ports::RcptVerdict::accepted:
      return {250, "2.1.5", "Recipient accepted."};
    case ports::RcptVerdict::unknown:
      return {550, "5.1.1", "No such address here."};
    case ports::RcptVerdict::needs_tls:
      return {530, "5.7.0", "This address takes mail over TLS only. Say STARTTLS first."};
    case ports::RcptVerdict::needs_own_copy:
      return {452, "4.5.3", "This address takes its own copy. Send it separately."};
    case ports::RcptVerdict::busy:
      break;
  }
  return {450, "4.7.1", "Too much mail at once. Try again later."};
}

}  // namespace lethe::smtp_protocol
