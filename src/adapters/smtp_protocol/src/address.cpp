#include "lethe/smtp_protocol/address.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::smtp_protocol {
namespace {

constexpr Reply kBadAddress{501, "5.1.3", "Not an address."};

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_beyond_ascii(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// atext of RFC 5322 section 3.2.3, with UTF8-non-ascii of RFC 6531.
bool is_atext(char c) noexcept {
  return is_letter_or_digit(c) || is_beyond_ascii(c) ||
         std::string_view{"!#$%&'*+-/=?^_`{|}~"}.contains(c);
}

bool is_dot_atom(std::string_view text) noexcept {
  bool at_start = true;  // of an atom
  for (const char c : text) {
    if (c == '.' ? at_start : !is_atext(c)) return false;
    at_start = c == '.';
  }
  return !at_start;
}

// Dots where RFC 5321 has none ("ann..b.@"): carriers gave such addresses to millions, and a mail
// is not to be refused over its sender's. The loosest that stands without quotes.
bool is_dotted(std::string_view text) noexcept {
  return std::ranges::any_of(text, is_atext) &&
         std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > kLabelBytesMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) {
    return is_letter_or_digit(c) || is_beyond_ascii(c) || c == '-' || c == '_';
  });
}

// Loose inside: nobody is routed by it, it only must not break a line of ours.
bool is_address_literal(std::string_view text) noexcept {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  return std::ranges::all_of(
      text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == ':' || c == '-'; });
}

// The length of the quoted string `text` begins with, 0 when it is none.
std::size_t quoted_length(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
    if (i == text.size() || is_control(text[i])) return 0;
  }
  return 0;
}

std::string unquoted(std::string_view quoted) {
  std::string plain;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    plain += quoted[i];
  }
  return plain;
}

// RFC 5321 section 4.1.2: quotes that are not needed mean nothing.
std::string spelled_simply(std::string_view local) {
  if (local.front() != '"') return std::string{local};
  std::string plain = unquoted(local);
  if (!is_dot_atom(plain)) plain = local;
  return plain;
}

// Where the local part of `mailbox` ends: at the "@", or at the end.
std::size_t local_length(std::string_view mailbox) noexcept {
  if (mailbox.starts_with('"')) return quoted_length(mailbox);
  return std::min(mailbox.find('@'), mailbox.size());
}

// "@one,@two:" in front of a mailbox: RFC 5321 appendix C, "SHOULD be ignored".
OrReply<std::string_view> without_source_route(std::string_view path) {
  if (!path.starts_with('@')) return path;
  const std::size_t colon = path.find(':');
  if (colon == std::string_view::npos) return std::unexpected(kBadAddress);
  for (const std::string_view hop : split(path.substr(0, colon), ',')) {
    if (!hop.starts_with('@') || !is_domain(hop.substr(1))) return std::unexpected(kBadAddress);
  }
  return path.substr(colon + 1);
}

OrReply<std::string> parse_mailbox(std::string_view mailbox) {
  const std::size_t length = local_length(mailbox);
  const std::string_view local = mailbox.substr(0, length);
  if (length == 0 || length > kLocalPartBytesMax || mailbox.size() + 2 > kPathBytesMax) {
    return std::unexpected(kBadAddress);
  }
  if (local.front() != '"' && !is_dotted(local)) return std::unexpected(kBadAddress);
  if (length == mailbox.size() && equals_ignoring_ascii_case(local, "postmaster")) {
    return std::string{local};
  }
  if (length == mailbox.size() || mailbox[length] != '@' ||
      !is_domain(mailbox.substr(length + 1))) {
    return std::unexpected(kBadAddress);
  }
  return spelled_simply(local).append(mailbox.substr(length));
}

// The closing bracket, past brackets inside a quoted local part.
std::size_t closing_bracket(std::string_view text) noexcept {
  bool in_quotes = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (in_quotes && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_quotes = !in_quotes;
    } else if (text[i] == '>' && !in_quotes) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool is_domain(std::string_view text) noexcept {
  if (text.empty() || text.size() > kDomainBytesMax) return false;
  if (text.front() == '[') return is_address_literal(text);
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

OrReply<Path> parse_path(std::string_view text) {
  const std::size_t close = closing_bracket(text);
  if (!text.starts_with('<') || close == std::string_view::npos) {
    return std::unexpected(Reply{501, "5.1.3", "The address must stand in angle brackets."});
  }
  const std::string_view inside = text.substr(1, close - 1);
  Path path{.address = {},
            .is_ascii = std::ranges::none_of(inside, is_beyond_ascii),
            .bytes_read = close + 1};
  if (inside.empty()) return path;
  if (!is_valid_utf8(inside)) return std::unexpected(kBadAddress);
  LETHE_TRY(const std::string_view mailbox, without_source_route(inside));
  LETHE_TRY(path.address, parse_mailbox(mailbox));
  return path;
}

}  // namespace lethe::smtp_protocol
