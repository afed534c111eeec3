// uuencode and yEnc inside plain text.
#include <charconv>
#include <cstdint>
#include <optional>

#include "lethe/base/text.h"
#include "transfer.h"

namespace lethe::mime {
namespace {

// Lines without their ends, over the whole text.
class Lines {
 public:
  Lines(std::string_view text, std::size_t at) : text_(text), at_(at) {}
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t position() const { return at_; }
  std::string_view next() {
    const std::size_t lf = text_.find('\n', at_);
    const std::size_t end = lf == std::string_view::npos ? text_.size() : lf;
    std::string_view line = text_.substr(at_, end - at_);
    at_ = lf == std::string_view::npos ? end : end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The name in "begin 644 name"; nullopt when the line is a sentence.
std::optional<std::string_view> uu_name(std::string_view line) {
  if (!line.starts_with("begin ")) return std::nullopt;
  line.remove_prefix(6);
  std::size_t digits = 0;
  while (digits < line.size() && is_octal(line[digits])) ++digits;
  if (digits < 3 || digits > 4 || digits + 1 >= line.size() || line[digits] != ' ')
    return std::nullopt;
  return trimmed(line.substr(digits + 1));
}

unsigned uu_value(char c) { return (static_cast<unsigned>(c) - 32U) & 0x3FU; }

// Appends what `line` encodes. False when it cannot be a line of uuencode.
bool append_uu_line(std::string_view line, std::string& out) {
  for (const char c : line) {
    if (c < ' ' || c > '`') return false;
  }
  const std::size_t length = uu_value(line.front());
  const std::size_t letters = (length + 2) / 3 * 4;
  // Blanks at the end get lost in mail; they stand for zero.
  std::string padded{line.substr(1, letters)};
  if (line.size() > 1 + letters + 2 || length > 45 || padded.size() + 4 < letters) return false;
  padded.resize(letters, ' ');
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < letters; i += 4) {
    const unsigned bits = (uu_value(padded[i]) << 18U) | (uu_value(padded[i + 1]) << 12U) |
                          (uu_value(padded[i + 2]) << 6U) | uu_value(padded[i + 3]);
    out.push_back(static_cast<char>(bits >> 16U));
    out.push_back(static_cast<char>(bits >> 8U));
    out.push_back(static_cast<char>(bits));
  }
  out.resize(start + length);
  return true;
}

std::optional<EmbeddedFile> read_uu(std::string_view text, std::size_t begin, Lines& lines,
                                    std::string_view name) {
  EmbeddedFile file{.begin = begin, .name = std::string{name}, .bytes = {}};
  bool any = false;
  while (!lines.done()) {
    const std::string_view line = lines.next();
    if (line == "end" && any) {
      file.end = lines.position();
      return file;
    }
    if (line.empty() || line == "`") continue;
    if (!append_uu_line(line, file.bytes)) return std::nullopt;
    any = true;
  }
  if (!any) return std::nullopt;
  file.end = text.size();
  file.damaged = true;
  return file;
}

// "=ybegin line=128 size=12 name=a b.txt": the name runs to the end of the line.
std::optional<EmbeddedFile> read_yenc(std::string_view text, std::size_t begin,
                                      std::string_view header, Lines& lines) {
  const std::size_t name = header.find(" name=");
  if (name == std::string_view::npos || !header.contains(" size=")) return std::nullopt;
  EmbeddedFile file{
      .begin = begin, .name = std::string{trimmed(header.substr(name + 6))}, .bytes = {}};
  while (!lines.done()) {
    const std::string_view line = lines.next();
    if (line.starts_with("=yend")) {
      file.end = lines.position();
      return file;
    }
    if (line.starts_with("=ypart ")) continue;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool escaped = line[i] == '=' && i + 1 < line.size();
      const unsigned byte = static_cast<std::uint8_t>(escaped ? line[++i] : line[i]);
      file.bytes.push_back(static_cast<char>(byte - (escaped ? 106U : 42U)));
    }
  }
  file.end = text.size();
  file.damaged = true;
  return file;
}

}  // namespace

std::vector<EmbeddedFile> embedded_files(std::string_view text, std::size_t files_max) {
  std::vector<EmbeddedFile> files;
  // Most texts hold neither word, and two searches are cheaper than lines.
  if (!text.contains("begin ")) return files;
  Lines lines{text, 0};
  while (!lines.done() && files.size() < files_max) {
    const std::size_t begin = lines.position();
    const std::string_view line = lines.next();
    std::optional<EmbeddedFile> file;
    if (const auto name = uu_name(line)) file = read_uu(text, begin, lines, *name);
    if (line.starts_with("=ybegin ")) file = read_yenc(text, begin, line, lines);
    if (file) files.push_back(*std::move(file));
  }
  return files;
}

}  // namespace lethe::mime
