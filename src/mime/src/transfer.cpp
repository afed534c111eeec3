#include "transfer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

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

// Collects six bits at a time into a buffer that is made once: `letters` letters
// give at most three quarters of as many bytes.
class Sextets {
 public:
  explicit Sextets(std::size_t letters) : out_(letters / 4 * 3 + 3, '\0') {}

  void put(std::uint8_t value) {
    bits_ = (bits_ << 6U) | value;
    if (++count_ < 4) return;
    put_group(bits_);
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
    if (count >= 2) out_[size_++] = static_cast<char>(bits >> 16U);
    if (count == 3) out_[size_++] = static_cast<char>(bits >> 8U);
    return count != 1;
  }
  // Whole groups of clean alphabet, the common case, four letters at a time.
  // Returns how many letters were taken.
  std::size_t put_clean(std::string_view letters) {
    std::size_t at = 0;
    while (count_ == 0 && at + 4 <= letters.size()) {
      const std::uint8_t a = base64_value(letters[at]);
      const std::uint8_t b = base64_value(letters[at + 1]);
      const std::uint8_t c = base64_value(letters[at + 2]);
      const std::uint8_t d = base64_value(letters[at + 3]);
      if (((a | b | c | d) & 0xC0U) != 0) break;
      put_group((std::uint32_t{a} << 18U) | (std::uint32_t{b} << 12U) | (std::uint32_t{c} << 6U) |
                std::uint32_t{d});
      at += 4;
    }
    return at;
  }
  std::string take() {
    out_.resize(size_);
    return std::move(out_);
  }

 private:
  void put_group(std::uint32_t bits) {
    out_[size_] = static_cast<char>(bits >> 16U);
    out_[size_ + 1] = static_cast<char>(bits >> 8U);
    out_[size_ + 2] = static_cast<char>(bits);
    size_ += 3;
  }

  std::string out_;
  std::size_t size_ = 0;
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
};

class Base64Reader {
 public:
  explicit Base64Reader(std::string_view body) : body_(body), sextets_(body.size()) {}

  Undone run() && {
    while (at_ < body_.size()) {
      find_line_end();
      take_letters();
      if (at_ < body_.size() && body_[at_] == '=' && !take_padding()) break;
    }
    if (!sextets_.flush() || strangers_ != 0) undone_.damaged = true;
    // A sixth and more of strangers: it is plain text under a wrong label.
    if (strangers_ * 6 > at_) return {.bytes = std::string{body_}, .damaged = true};
    undone_.bytes = sextets_.take();
    return std::move(undone_);
  }

 private:
  void find_line_end() {
    if (at_ < line_end_) return;
    blanks_ = 0;
    line_end_ = std::min(body_.find('\n', at_), body_.size() - 1) + 1;
  }

  // To the end of the line, or to padding.
  void take_letters() {
    while (at_ < line_end_) {
      at_ += sextets_.put_clean(body_.substr(at_, line_end_ - at_));
      if (at_ == line_end_ || body_[at_] == '=') return;
      take_letter(body_[at_++]);
    }
  }

  void take_letter(char c) {
    const std::uint8_t value = base64_value(c);
    if (value != kNone) {
      strangers_ += blanks_;  // blanks between letters are not base64's
      blanks_ = 0;
      sextets_.put(value);
    } else if (c == ' ' || c == '\t') {
      ++blanks_;
    } else if (c != '\r' && c != '\n') {
      ++strangers_;
    }
  }

  // False when the data ends here and something else follows.
  bool take_padding() {
    if (!sextets_.flush()) undone_.damaged = true;
    while (at_ < body_.size() && (body_[at_] == '=' || is_space(body_[at_]))) ++at_;
    if (at_ == body_.size() || goes_on()) return true;
    undone_.plain_from = at_;
    return false;
  }

  // True when what follows padding is another block of base64, not a footer
  // that a list server appended. The start of a line tells.
  [[nodiscard]] bool goes_on() const {
    constexpr std::size_t kLookedAt = 80;
    const std::string_view rest = body_.substr(at_, kLookedAt);
    const std::string_view line = trimmed(rest.substr(0, rest.find_first_of("\r\n")));
    return line.size() >= 4 &&
           std::ranges::all_of(line, [](char c) { return base64_value(c) != kNone || c == '='; });
  }

  std::string_view body_;
  Sextets sextets_;
  Undone undone_;
  std::size_t at_ = 0;
  std::size_t line_end_ = 0;  // past its LF
  std::size_t blanks_ = 0;
  std::size_t strangers_ = 0;  // neither alphabet nor white space at a line's end
};

Undone undo_base64(std::string_view body) { return Base64Reader{body}.run(); }

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
  Sextets sextets{text.size()};
  for (const char c : text) {
    const std::uint8_t value = base64_value(c);
    if (value != kNone) sextets.put(value);
    if (c == '=') sextets.flush();
  }
  sextets.flush();
  return sextets.take();
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
