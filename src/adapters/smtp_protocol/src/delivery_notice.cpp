#include "lethe/smtp_protocol/delivery_notice.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::smtp_protocol {
namespace {

constexpr Reply kBadSyntax{501, "5.5.4", "Syntax error in the arguments."};

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;  // not of RFC 3461, but of some senders
  return -1;
}

bool is_xchar(char c) noexcept { return c >= '!' && c <= '~' && c != '+' && c != '='; }

bool is_printable(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// An atom of RFC 5322, as the registered types are: "rfc822", "utf-8", "x400".
bool is_address_type(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_';
  });
}

// utf-8-addr-unitext of RFC 6533: letters beyond ASCII stand for themselves.
bool is_unitext(std::string_view text) {
  return is_valid_utf8(text) && std::ranges::all_of(text, [](char c) {
           return is_xchar(c) || static_cast<unsigned char>(c) >= 0x80;
         });
}

std::optional<std::string> decode_printable(std::string_view xtext) {
  auto text = decode_xtext(xtext);
  if (!text || text->empty() || !is_printable(*text)) return std::nullopt;
  return text;
}

// NEVER stands alone; the others in any order.
std::optional<bool> parse_notify(std::string_view value) {
  if (equals_ignoring_ascii_case(value, "NEVER")) return false;
  bool wants_success = false;
  for (const std::string_view word : split(value, ',')) {
    const bool is_success = equals_ignoring_ascii_case(word, "SUCCESS");
    if (!is_success && !equals_ignoring_ascii_case(word, "FAILURE") &&
        !equals_ignoring_ascii_case(word, "DELAY")) {
      return std::nullopt;
    }
    wants_success = wants_success || is_success;
  }
  return wants_success;
}

std::optional<std::string> parse_original_recipient(std::string_view value, bool smtputf8) {
  const std::size_t semicolon = value.find(';');
  if (value.size() > kOriginalRecipientBytesMax || semicolon == std::string_view::npos ||
      !is_address_type(value.substr(0, semicolon))) {
    return std::nullopt;
  }
  const std::string_view type = value.substr(0, semicolon);
  const std::string_view address = value.substr(semicolon + 1);
  const std::string start = ascii_lower(type) + ';';
  if (smtputf8 && start == "utf-8;" && !is_printable(address)) {
    if (!is_unitext(address)) return std::nullopt;
    return start + std::string{address};
  }
  const auto decoded = decode_printable(address);
  if (!decoded) return std::nullopt;
  return start + *decoded;
}

std::optional<Returned> parse_returned(std::string_view value) {
  if (equals_ignoring_ascii_case(value, "FULL")) return Returned::full;
  if (equals_ignoring_ascii_case(value, "HDRS")) return Returned::headers;
  return std::nullopt;
}

// A parameter stands once, and its value is one.
template <class T>
OrReply<bool> keep(std::optional<T>& place, std::optional<T> value) {
  if (place || !value) return std::unexpected(kBadSyntax);
  place = std::move(value);
  return true;
}

}  // namespace

std::optional<std::string> decode_xtext(std::string_view xtext) {
  std::string text;
  for (std::size_t i = 0; i < xtext.size(); ++i) {
    if (is_xchar(xtext[i])) {
      text += xtext[i];
      continue;
    }
    if (xtext[i] != '+' || i + 2 >= xtext.size()) return std::nullopt;
    const int high = hex_digit(xtext[++i]);
    const int low = hex_digit(xtext[++i]);
    if (high < 0 || low < 0) return std::nullopt;
    text += static_cast<char>(high * 16 + low);
  }
  return text;
}

OrReply<bool> read_mail_notice(MailNotice& notice, std::string_view name, std::string_view value) {
  if (equals_ignoring_ascii_case(name, "RET")) {
    return keep(notice.returned, parse_returned(value));
  }
  if (!equals_ignoring_ascii_case(name, "ENVID")) return false;
  if (value.size() > kEnvelopeIdBytesMax) return std::unexpected(kBadSyntax);
  return keep(notice.envelope_id, decode_printable(value));
}

OrReply<bool> read_rcpt_notice(RcptNotice& notice, std::string_view name, std::string_view value,
                               bool smtputf8) {
  if (equals_ignoring_ascii_case(name, "NOTIFY")) {
    return keep(notice.wants_success, parse_notify(value));
  }
  if (!equals_ignoring_ascii_case(name, "ORCPT")) return false;
  return keep(notice.original_recipient, parse_original_recipient(value, smtputf8));
}

}  // namespace lethe::smtp_protocol
