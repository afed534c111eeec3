#include "mail_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::core::mail_text {
namespace {

constexpr std::size_t kLocalPartMax =
    128;  // more than RFC 5321 allows: bounce addresses (VERP) are long
constexpr std::size_t kDomainMax = 255;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool is_local_char(char c) {
  static constexpr std::string_view kSpecials = ".!#$%&'*+-/=?^_`{|}~";
  return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
         kSpecials.find(c) != std::string_view::npos;
}
bool is_domain_char(char c) {
  return is_alnum(c) || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

// Where the quoted local part (RFC 5321 section 4.1.2) that ends before `at` begins; `at` when
// there is none.
std::size_t begin_of_quoted(std::string_view text, std::size_t at) {
  if (at == 0 || text[at - 1] != '"') return at;
  for (std::size_t i = at - 1; i > 0 && at - i < kLocalPartMax; --i) {
    const bool escaped = i > 1 && text[i - 2] == '\\';
    if (text[i - 1] == '"' && !escaped) return i + 1 < at ? i - 1 : at;
  }
  return at;
}

// The address around the `@` at `at`; empty when there is none.
std::string_view address_around(std::string_view text, std::size_t at) {
  std::size_t begin = begin_of_quoted(text, at);
  const bool is_quoted = begin < at;
  // Letters beyond ASCII belong to an address only where it cannot do without: in many scripts no
  // blank stands before or after it.
  const bool local_is_wide = at > 0 && is_wide(text[at - 1]);
  while (!is_quoted && begin > 0 && at - begin < kLocalPartMax && is_local_char(text[begin - 1]) &&
         (local_is_wide || !is_wide(text[begin - 1])))
    --begin;
  std::size_t end = at + 1;
  const bool domain_is_wide = end < text.size() && is_wide(text[end]);
  while (end < text.size() && end - at < kDomainMax && is_domain_char(text[end]) &&
         (domain_is_wide || !is_wide(text[end])))
    ++end;
  while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  while (begin < at && (text[begin] == '\'' || text[begin] == '.' || text[begin] == '|')) ++begin;
  if (begin == at || end == at + 1) return {};
  return text.substr(begin, end - begin);
}

// "5.1.1" at `i`; its length, 0 when there is none. Parts of IP addresses and versions do not
// count.
std::size_t status_length(std::string_view text, std::size_t i) {
  if (text[i] != '2' && text[i] != '4' && text[i] != '5') return 0;
  if (i > 0 && (is_alnum(text[i - 1]) || text[i - 1] == '.')) return 0;
  std::size_t end = i + 1;
  for (int group = 0; group < 2; ++group) {
    if (end >= text.size() || text[end] != '.') return 0;
    const std::size_t digits = ++end;
    while (end < text.size() && end - digits < 4 && is_digit(text[end])) ++end;
    if (end == digits || end - digits > 3) return 0;
  }
  const bool goes_on =
      end < text.size() && (is_alnum(text[end]) ||
                            (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])));
  return goes_on ? 0 : end - i;
}

bool is_reply_code(std::string_view text, std::size_t i) {
  if (i + 3 > text.size() || (text[i] != '4' && text[i] != '5')) return false;
  if (text[i + 1] < '0' || text[i + 1] > '7' || !is_digit(text[i + 2])) return false;
  if (i > 0 && (is_alnum(text[i - 1]) || text[i - 1] == '.' || text[i - 1] == '-' ||
                text[i - 1] == '/' || text[i - 1] == '=' || text[i - 1] == ','))
    return false;
  if (i + 3 == text.size()) return true;
  const char after = text[i + 3];
  return after == ' ' || after == '-' || after == '\n' || after == '\r' || after == ':' ||
         after == '\t';
}

}  // namespace

std::vector<std::string_view> addresses_in(std::string_view text, std::size_t count_max) {
  std::vector<std::string_view> found;
  for (std::size_t at = text.find('@'); at != std::string_view::npos && found.size() < count_max;
       at = text.find('@', at + 1)) {
    const std::string_view address = address_around(text, at);
    if (!address.empty()) found.push_back(address);
  }
  return found;
}

SmtpReply smtp_reply_in(std::string_view text) {
  SmtpReply reply;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t length = status_length(text, i); length > 0 && text[i] != '2') {
      if (reply.status.empty()) reply.status = text.substr(i, length);
      i += length - 1;
    } else if (reply.code.empty() && is_reply_code(text, i)) {
      reply.code = text.substr(i, 3);
      // The status that belongs to the reply outweighs one the reporter put before: "5.1.0 - error
      // 550-'5.7.1 ...".
      for (std::size_t j = i + 4; j < text.size() && j < i + 7; ++j)
        if (const std::size_t own = status_length(text, j); own > 0)
          reply.status = text.substr(j, own);
      i += 2;
    }
    if (!reply.code.empty() && !reply.status.empty()) break;
  }
  return reply;
}

namespace {

std::string_view command_of_line(std::string_view line) {
  static constexpr auto kCommands = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"data", "DATA"},
      {"rcpt", "RCPT"},
      {"mail from", "MAIL"},
      {"ehlo", "HELO"},
      {"helo", "HELO"},
      {".", "DATA"},
      {"bdat", "DATA"},
  });
  for (const auto& [start, command] : kCommands)
    if (line.starts_with(start)) return command;
  return {};
}

// ">>> RCPT TO:<x>" and "<<< 550 ..." line by line: the command before the first refusal. `lower`:
// in lower case.
std::string_view refused_command_in_transcript(std::string_view lower) {
  // Servers that are sent several commands at once refuse DATA as well when no recipient is left.
  const bool no_recipient_left = lower.find("need rcpt") != std::string_view::npos ||
                                 lower.find("no valid recipients") != std::string_view::npos;
  std::string_view last;
  std::string_view before;
  for (std::string_view line : split(lower, '\n')) {
    line = trimmed(line);
    const bool refusal = line.starts_with("<<< 4") || line.starts_with("<<< 5") ||
                         line.starts_with("received >>> 5");
    if (refusal && !last.empty()) return no_recipient_left ? "RCPT" : last;
    const bool sent =
        line.starts_with(">>> ") || line.starts_with("<<< ") || line.starts_with("sent <<< ");
    const std::string_view command =
        sent ? command_of_line(line.substr(line.find(' ', line.starts_with("sent") ? 5 : 0) + 1))
             : command_of_line(before.ends_with("smtp command") ? line : "");
    if (!command.empty()) last = command;
    before = line;
  }
  return last;
}

}  // namespace

std::string_view refused_command_in(std::string_view text) {
  // What servers write about the moment of refusal, the most telling forms first; compared in lower
  // case.
  static constexpr auto kSigns = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"does not like recipient", "RCPT"},
      {"[rcpt_to]", "RCPT"},
      {"my name was rejected", "HELO"},
      {"sender was rejected", "MAIL"},
      {"in reply to end of data", "DATA"},
      {"in reply to data", "DATA"},
      {"in reply to rcpt to", "RCPT"},
      {"in reply to mail from", "MAIL"},
      {"in reply to ehlo", "HELO"},
      {"in reply to helo", "HELO"},
      {"after end of data", "DATA"},
      {"end of data:", "DATA"},
      {"after rcpt", "RCPT"},
      {"smtp:rcpt host", "RCPT"},
      {"after mail from", "MAIL"},
      {"after initial connection", "CONN"},
      {"while sending rcpt", "RCPT"},
      {"while sending mail", "MAIL"},
      {"while sending data", "DATA"},
      {"after ehlo", "HELO"},
      {"after helo", "HELO"},
      {"for text command", "DATA"},
      {"for rcpt command", "RCPT"},
      {"for mail command", "MAIL"},
      {"our final data", "DATA"},
      {"did not like our rcpt", "RCPT"},
      {"did not like our mail", "MAIL"},
      {"did not like our data", "DATA"},
      {"after data", "DATA"},
      {"after sending mail", "MAIL"},
      {"after sending rcpt", "RCPT"},
  });
  const std::string lower = ascii_lower(text);
  for (const auto& [sign, command] : kSigns)
    if (lower.find(sign) != std::string::npos) return command;
  return refused_command_in_transcript(lower);
}

std::string without_addresses(std::string_view text) {
  std::string out;
  std::size_t written = 0;
  for (const std::string_view address : addresses_in(text, 1000)) {
    const auto at = static_cast<std::size_t>(address.data() - text.data());
    if (at < written) continue;
    out += text.substr(written, at - written);
    written = at + address.size();
  }
  out += text.substr(written);
  for (std::size_t at = out.find("http"); at != std::string::npos; at = out.find("http", at + 1)) {
    if (std::string_view(out).substr(at, 8).find("://") == std::string_view::npos) continue;
    out.erase(at, std::min(out.find_first_of(" \n\t>", at), out.size()) - at);
  }
  return out;
}

namespace {

// The code point of a character of two bytes in lower case: Latin, Greek and Cyrillic, the scripts
// of the phrases that have cases.
unsigned lower_of(unsigned point) {
  if (point >= 0xC0 && point <= 0xDE && point != 0xD7) return point + 0x20;
  const bool odd_is_capital =
      (point >= 0x139 && point <= 0x148) || (point >= 0x179 && point <= 0x17E);
  if (odd_is_capital) return point % 2 == 1 ? point + 1 : point;
  const bool pairs = (point >= 0x100 && point <= 0x12F) || (point >= 0x132 && point <= 0x137) ||
                     (point >= 0x14A && point <= 0x177);
  if (pairs) return point | 1U;
  if (point == 0x386) return 0x3AC;
  if (point >= 0x388 && point <= 0x38A) return point + 0x25;
  if (point == 0x38C) return 0x3CC;
  if (point == 0x38E || point == 0x38F) return point + 0x3F;
  if (point >= 0x391 && point <= 0x3AB && point != 0x3A2) return point + 0x20;
  if (point >= 0x400 && point <= 0x40F) return point + 0x50;
  if (point >= 0x410 && point <= 0x42F) return point + 0x20;
  return point;
}

// Appends the character at `i` in lower case and moves `i` to its last byte.
void append_lower(std::string& out, std::string_view text, std::size_t& i) {
  const unsigned first = static_cast<unsigned char>(text[i]);
  const unsigned second = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
  if (first < 0x80) {
    out += first >= 'A' && first <= 'Z' ? static_cast<char>(first + 32) : text[i];
    return;
  }
  if (first < 0xC3 || first > 0xD0 || (second & 0xC0U) != 0x80U) {
    out += text[i];
    return;
  }
  const unsigned lower = lower_of(((first & 0x1FU) << 6U) | (second & 0x3FU));
  out += static_cast<char>(0xC0U | (lower >> 6U));
  out += static_cast<char>(0x80U | (lower & 0x3FU));
  ++i;
}

}  // namespace

std::string comparable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool blank = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (text.substr(i).starts_with("\xE2\x80\x99")) {
      c = '\'';
      i += 2;
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    append_lower(out, text, i);
  }
  return out;
}

namespace {

// The character an entity at the start of `text` stands for, and the bytes it takes; none: 0 bytes.
std::pair<char, std::size_t> entity_at(std::string_view text) {
  static constexpr auto kEntities = std::to_array<std::pair<std::string_view, char>>({
      {"&nbsp;", ' '},
      {"&lt;", '<'},
      {"&gt;", '>'},
      {"&amp;", '&'},
      {"&quot;", '"'},
      {"&#39;", '\''},
      {"&#64;", '@'},
      {"&#160;", ' '},
  });
  for (const auto& [name, character] : kEntities)
    if (text.starts_with(name)) return {character, name.size()};
  return {'&', 0};
}

// `tag` without "<": one that begins a line of its own, and not a word in a line.
bool ends_line(std::string_view tag) {
  static constexpr auto kInline = std::to_array<std::string_view>(
      {"a", "b", "i", "u", "em", "strong", "span", "font", "code", "tt", "small", "big"});
  if (tag.starts_with('/')) tag.remove_prefix(1);
  const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
  return std::ranges::none_of(
      kInline, [&](std::string_view inside) { return equals_ignoring_ascii_case(name, inside); });
}

}  // namespace

std::string words_of_html(std::string_view html) {
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '&') {
      const auto [character, size] = entity_at(html.substr(i, 8));
      out += character;
      i += std::max<std::size_t>(size, 1);
    } else if (html[i] == '<') {
      const bool style = starts_with_ignoring_ascii_case(html.substr(i), "<style");
      if (ends_line(html.substr(i + 1, 16))) out += '\n';
      const std::size_t end = style ? html.find("</", i) : html.find('>', i);
      if (end == std::string_view::npos) break;
      i = style ? end : end + 1;
    } else {
      out += html[i];
      ++i;
    }
  }
  return out;
}

bool contains(std::string_view text, std::string_view piece) noexcept {
  return text.find(piece) != std::string_view::npos;
}

std::string header_value_in(std::string_view text, std::string_view name) {
  std::string value;
  bool inside = false;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view bare = trimmed(line);
    if (bare.empty()) {
      if (inside) break;
      continue;
    }
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (inside && continues) {
      value.append(" ").append(bare);
      continue;
    }
    if (inside) break;
    if (bare.size() > name.size() && bare[name.size()] == ':' &&
        starts_with_ignoring_ascii_case(bare, name)) {
      value = trimmed(bare.substr(name.size() + 1));
      inside = true;
    }
  }
  return value;
}

}  // namespace lethe::core::mail_text
