#include "encode.h"

#include <algorithm>
#include <array>

#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "utf8.h"

namespace lethe::mime {
namespace {

constexpr std::size_t kLine = 78;
constexpr std::size_t kLineWithEncoded = 76;
constexpr std::size_t kTokenMax = 900;  // a line may have 998 (RFC 5322, 2.1.1)
constexpr std::string_view kHex = "0123456789ABCDEF";

void append_hex(std::string& out, char mark, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  out.push_back(mark);
  out.push_back(kHex[value >> 4U]);
  out.push_back(kHex[value & 0xFU]);
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_printable(char c) { return c >= ' ' && c < 0x7F; }

// What may stand in a phrase (RFC 2047 section 5, rule 3) may stand anywhere.
std::string q_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '!') {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('_');
    } else {
      append_hex(out, '=', c);
    }
  }
  return out;
}

// The longest start of `text`, whole characters, whose encoded form fits.
std::string_view fitting(std::string_view text, std::size_t room, bool base64) {
  std::size_t taken = 0;
  std::size_t encoded = 0;
  while (taken < text.size()) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text.substr(taken, 4)));
    const std::string_view character = text.substr(taken, length);
    encoded = base64 ? (taken + length + 2) / 3 * 4 : encoded + q_encoded(character).size();
    if (encoded > room) break;
    taken += length;
  }
  return text.substr(0, taken);
}

}  // namespace

bool is_plain_header_text(std::string_view text) {
  if (!std::ranges::all_of(text, is_printable) || text.contains("=?")) return false;
  const auto words = split(text, ' ');
  return std::ranges::all_of(words, [](std::string_view word) { return word.size() <= kTokenMax; });
}

void HeaderWriter::begin(std::string_view name) {
  out_ += name;
  out_ += ":";
  column_ = name.size() + 1;
  has_encoded_ = false;
  blank_pending_ = true;
}

void HeaderWriter::end() {
  out_ += "\r\n";
  column_ = 0;
  blank_pending_ = false;
}

void HeaderWriter::write(std::string_view text) {
  out_ += text;
  column_ += text.size();
}

void HeaderWriter::fold() {
  out_ += "\r\n ";
  column_ = 1;
  has_encoded_ = false;
  blank_pending_ = false;
}

std::size_t HeaderWriter::line_max() const noexcept {
  return has_encoded_ ? kLineWithEncoded : kLine;
}

void HeaderWriter::token(std::string_view text) {
  if (blank_pending_ && column_ + 1 + text.size() > line_max()) {
    fold();
  } else if (blank_pending_) {
    write(" ");
    blank_pending_ = false;
  }
  write(text);
}

void HeaderWriter::text(std::string_view utf8) {
  if (!is_plain_header_text(utf8)) return encoded(utf8);
  for (const std::string_view word : split(utf8, ' ')) {
    if (word.empty()) continue;
    token(word);
    blank();
  }
  blank_pending_ = false;
}

void HeaderWriter::encoded(std::string_view utf8) {
  constexpr std::string_view kBase64Mark = "=?utf-8?B?";
  constexpr std::string_view kQMark = "=?utf-8?Q?";
  constexpr std::size_t kFrame = kBase64Mark.size() + 2;
  constexpr std::size_t kWordMax = 75;  // RFC 2047, 2
  const bool base64 = q_encoded(utf8).size() > (utf8.size() + 2) / 3 * 4;
  while (!utf8.empty()) {
    const std::size_t taken = column_ + (blank_pending_ ? 1 : 0);
    const std::size_t left = kLineWithEncoded - std::min(kLineWithEncoded, taken);
    const std::size_t room = std::min(kWordMax, left) - std::min(kFrame, std::min(kWordMax, left));
    std::string_view part = fitting(utf8, room, base64);
    if (part.empty()) {  // a line of its own always has room for a character
      fold();
      continue;
    }
    const std::string inside = base64 ? to_base64(as_bytes(part)) : q_encoded(part);
    token(std::string{base64 ? kBase64Mark : kQMark} + inside + "?=");
    has_encoded_ = true;
    utf8.remove_prefix(part.size());
    if (!utf8.empty()) fold();
  }
}

void HeaderWriter::parameter(std::string_view name, std::string_view value) {
  constexpr std::size_t kPlainMax = 60;
  write(";");
  blank();
  if (value.size() <= kPlainMax && is_plain_header_text(value)) {
    std::string quoted;
    for (const char c : value) {
      if (c == '"' || c == '\\') quoted.push_back('\\');
      quoted.push_back(c);
    }
    return token(std::string{name} + "=\"" + quoted + "\"");
  }
  std::string encoded;
  for (const char c : value) {
    if (is_alphanumeric(c) || c == '.' || c == '-' || c == '_') {
      encoded.push_back(c);
    } else {
      append_hex(encoded, '%', c);
    }
  }
  for (std::size_t at = 0, piece = 0; at < encoded.size(); ++piece) {
    std::size_t size = std::min<std::size_t>(48, encoded.size() - at);
    // An escape stays whole.
    const std::size_t escape = encoded.rfind('%', at + size - 1);
    if (at + size < encoded.size() && escape != std::string::npos && escape >= at &&
        escape + 3 > at + size) {
      size = escape - at;
    }
    if (piece > 0) {
      write(";");
      blank();
    }
    token(std::string{name} + "*" + std::to_string(piece) + "*=" + (piece == 0 ? "utf-8''" : "") +
          encoded.substr(at, size));
    at += size;
  }
}

namespace {

constexpr std::size_t kEncodedLine = 76;

// What begins a line and means something to a mail program: mbox writers quote
// "From ", SMTP doubles a dot.
bool must_hide_first(std::string_view line) {
  return line.starts_with("From ") || line.starts_with('.');
}

void append_qp(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool blank = c == ' ' || c == '\t';
    const bool plain = (is_printable(c) && c != '=' && c != ' ') || (blank && !last);
    const bool literal = plain && !(i == 0 && must_hide_first(line)) && !(column == 0 && c == '.');
    const std::size_t width = literal ? 1 : 3;
    if (column + width > kEncodedLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    if (literal) {
      out.push_back(c);
    } else {
      append_hex(out, '=', c);
    }
    column += width;
  }
}

}  // namespace

std::string quoted_printable(std::string_view text, LineEnds ends) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  const bool keeps = ends == LineEnds::as_written;
  while (true) {
    const std::size_t lf = text.find('\n');
    std::string_view line = text.substr(0, lf);
    if (lf == std::string_view::npos) {
      append_qp(out, line);
      return out;
    }
    const bool is_crlf = keeps && line.ends_with('\r');
    if (is_crlf) line.remove_suffix(1);
    append_qp(out, line);
    out += keeps && !is_crlf ? "\n" : "\r\n";
    text.remove_prefix(lf + 1);
  }
}

std::string base64_lines(std::string_view bytes) {
  constexpr std::size_t kBytesPerLine = kEncodedLine / 4 * 3;
  std::string out;
  out.reserve(bytes.size() / 3 * 4 + bytes.size() / 20 + 8);
  for (std::size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    if (at > 0) out += "\r\n";
    out += to_base64(as_bytes(bytes.substr(at, kBytesPerLine)));
  }
  return out;
}

}  // namespace lethe::mime
