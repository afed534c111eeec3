#include "transfer.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "lethe/base/text.h"

namespace lethe::mime {
namespace {

constexpr std::uint8_t kNone = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kBase64 = base64_values();

std::uint8_t base64_value(char c) { return kBase64[static_cast<std::uint8_t>(c)]; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Collects six bits at a time.
class Sextets {
 public:
  explicit Sextets(std::string& out) : out_(out) {}

  void put(std::uint8_t value) {
    bits_ = (bits_ << 6U) | value;
    if (++count_ < 4) return;
    out_.push_back(static_cast<char>(bits_ >> 16U));
    out_.push_back(static_cast<char>(bits_ >> 8U));
    out_.push_back(static_cast<char>(bits_));
    count_ = 0;
    bits_ = 0;
  }
  // Ends a group of four: by padding, or because nothing follows. False when
  // six bits are left over, which are no byte.
  bool flush() {
    const unsigned count = count_;
    const std::uint32_t bits = bits_ << (6U * (4U - count));
    count_ = 0;
    bits_ = 0;
    if (count >= 2) out_.push_back(static_cast<char>(bits >> 16U));
    if (count == 3) out_.push_back(static_cast<char>(bits >> 8U));
    return count != 1;
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  std::string& out_;
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
};

// True when what follows padding is another block of base64, not a footer
// that a list server appended.
bool goes_on_as_base64(std::string_view rest) {
  while (!rest.empty() && (is_space(rest.front()) || rest.front() == '=')) rest.remove_prefix(1);
  const std::string_view line = trimmed(rest.substr(0, rest.find_first_of("\r\n")));
  if (line.size() < 4) return false;
  for (const char c : line) {
    if (base64_value(c) == kNone && c != '=') return false;
  }
  return true;
}

// Whole groups of clean alphabet, the common case, four letters at a time.
std::size_t take_clean_groups(std::string_view body, std::size_t at, std::string& out) {
  const std::size_t room = out.size();
  out.resize(room + (body.size() - at) / 4 * 3);
  char* to = out.data() + room;
  while (at + 4 <= body.size()) {
    const std::uint8_t a = base64_value(body[at]);
    const std::uint8_t b = base64_value(body[at + 1]);
    const std::uint8_t c = base64_value(body[at + 2]);
    const std::uint8_t d = base64_value(body[at + 3]);
    if (((a | b | c | d) & 0xC0U) != 0) break;
    const std::uint32_t bits = (std::uint32_t{a} << 18U) | (std::uint32_t{b} << 12U) |
                               (std::uint32_t{c} << 6U) | std::uint32_t{d};
    *to++ = static_cast<char>(bits >> 16U);
    *to++ = static_cast<char>(bits >> 8U);
    *to++ = static_cast<char>(bits);
    at += 4;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return at;
}

// One line, up to its LF. Returns where decoding stopped: past the line, or at
// the padding.
struct LineResult {
  std::size_t at = 0;
  std::size_t strangers = 0;  // neither alphabet nor white space at a line's end
  bool padding = false;
};
LineResult take_base64_line(std::string_view body, std::size_t at, Sextets& sextets,
                            std::string& out) {
  LineResult result;
  const void* const lf = std::memchr(body.data() + at, '\n', body.size() - at);
  const std::size_t end =
      lf == nullptr ? body.size()
                    : static_cast<std::size_t>(static_cast<const char*>(lf) - body.data());
  std::size_t blanks = 0;
  while (at < end) {
    if (sextets.empty()) at = take_clean_groups(body.substr(0, end), at, out);
    if (at >= end) break;
    const char c = body[at];
    if (c == '=') {
      result.padding = true;
      break;
    }
    const std::uint8_t value = base64_value(c);
    if (value != kNone) {
      result.strangers += blanks;  // blanks between letters are not base64's
      blanks = 0;
      sextets.put(value);
    } else if (c == ' ' || c == '\t') {
      ++blanks;
    } else if (c != '\r') {
      ++result.strangers;
    }
    ++at;
  }
  result.at = result.padding ? at : end + (lf == nullptr ? 0 : 1);
  return result;
}

Undone undo_base64(std::string_view body) {
  Undone undone;
  undone.bytes.reserve(body.size() / 4 * 3 + 3);
  Sextets sextets{undone.bytes};
  std::size_t strangers = 0;
  std::size_t at = 0;
  while (at < body.size()) {
    const LineResult line = take_base64_line(body, at, sextets, undone.bytes);
    strangers += line.strangers;
    at = line.at;
    if (!line.padding) continue;
    if (!sextets.flush()) undone.damaged = true;
    while (at < body.size() && (body[at] == '=' || is_space(body[at]))) ++at;
    if (at < body.size() && !goes_on_as_base64(body.substr(at))) {
      undone.plain_from = at;
      break;
    }
  }
  if (!sextets.flush()) undone.damaged = true;
  if (strangers != 0) undone.damaged = true;
  // A sixth and more of strangers: it is plain text under a wrong label.
  if (strangers * 6 > at) return {.bytes = std::string{body}, .damaged = true};
  return undone;
}

// One line of quoted-printable without its line end; `eol` is appended unless
// the line ends in a soft break. False when an escape is broken.
bool append_qp_line(std::string_view line, std::string_view eol, std::string& out) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  bool clean = true;
  while (true) {
    const std::size_t equals = line.find('=');
    out.append(line.substr(0, equals));
    if (equals == std::string_view::npos) break;
    line.remove_prefix(equals + 1);
    if (line.empty()) return clean;
    const int high = hex_value(line[0]);
    const int low = line.size() > 1 ? hex_value(line[1]) : -1;
    if (high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      line.remove_prefix(2);
    } else {
      out.push_back('=');
      clean = false;
    }
  }
  out.append(eol);
  return clean;
}

Undone undo_quoted_printable(std::string_view body) {
  Undone undone;
  undone.bytes.reserve(body.size());
  while (!body.empty()) {
    const std::size_t lf = body.find('\n');
    const bool last = lf == std::string_view::npos;
    std::string_view line = body.substr(0, lf);
    std::string_view eol = last ? "" : "\n";
    if (!last && line.ends_with('\r')) {
      line.remove_suffix(1);
      eol = "\r\n";
    }
    if (!append_qp_line(line, eol, undone.bytes)) undone.damaged = true;
    body.remove_prefix(last ? body.size() : lf + 1);
  }
  return undone;
}

Undone undo_uuencode(std::string_view body) {
  std::vector<EmbeddedFile> files = embedded_files(body, 1);
  if (files.empty()) return {.bytes = std::string{body}, .damaged = true};
  return {.bytes = std::move(files.front().bytes), .damaged = files.front().damaged};
}

}  // namespace

Transfer transfer_of(std::string_view value) {
  value = trimmed(value.substr(0, value.find_first_of(";(")));
  while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '"' || value.back() == '\'')) value.remove_suffix(1);
  const std::string name = ascii_lower(value.substr(0, value.find_first_of(" \t\r\n")));
  if (name.empty() || name == "7bit" || name == "8bit" || name == "binary" || name == "7-bit" ||
      name == "8-bit") {
    return Transfer::identity;
  }
  if (name == "base64") return Transfer::base64;
  if (name == "quoted-printable" || name == "quopri") return Transfer::quoted_printable;
  if (name == "x-uuencode" || name == "uuencode" || name == "x-uue" || name == "uue") {
    return Transfer::uuencode;
  }
  return Transfer::unknown;
}

Undone undo(Transfer transfer, std::string_view body) {
  switch (transfer) {
    case Transfer::base64:
      return undo_base64(body);
    case Transfer::quoted_printable:
      return undo_quoted_printable(body);
    case Transfer::uuencode:
      return undo_uuencode(body);
    case Transfer::unknown:
      return {.bytes = std::string{body}, .damaged = true};
    case Transfer::identity:
      break;
  }
  return {.bytes = std::string{body}};
}

std::string base64_bytes(std::string_view text) {
  std::string out;
  Sextets sextets{out};
  for (const char c : text) {
    const std::uint8_t value = base64_value(c);
    if (value != kNone) sextets.put(value);
    if (c == '=') sextets.flush();
  }
  sextets.flush();
  return out;
}

std::string q_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (text[i] == '=' && high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '_' ? ' ' : text[i]);
    }
  }
  return out;
}

}  // namespace lethe::mime
