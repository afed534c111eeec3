#include "words.h"

#include <algorithm>
#include <vector>

#include "charset.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "transfer.h"
#include "utf8.h"

namespace lethe::mime {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_bidi_override(char32_t code) {
  return code == 0x202D || code == 0x202E || (code >= 0x2066 && code <= 0x2069);
}

bool is_line_break(char32_t code) {
  return code == '\r' || code == '\n' || code == 0x2028 || code == 0x2029 || code == 0x85;
}

// Shows nothing, and in front of an encoded word's text it means nothing.
constexpr char32_t kByteOrderMark = 0xFEFF;

// How many printable ASCII letters `text` begins with.
std::size_t plain_run(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] >= ' ' && text[size] < 0x7F) ++size;
  return size;
}

// Bytes of the words met so far that share a character set: a character may be
// split between two words (against the RFC, and common).
class WordRun {
 public:
  WordRun(std::string& out, LineFlaws* flaws) : out_(out), flaws_(flaws) {}

  void add(const WordFinder::Word& word) {
    if (!equals_ignoring_ascii_case(word.charset, charset_)) flush();
    charset_ = word.charset;
    bytes_ += word_bytes(word);
  }
  void flush() {
    if (bytes_.empty()) return;
    Decoded decoded = decode(bytes_, charset_);
    if (!decoded.as_declared && flaws_ != nullptr) flaws_->charset = true;
    out_ += decoded.text;
    bytes_.clear();
  }

 private:
  std::string& out_;
  LineFlaws* flaws_;
  std::string_view charset_;
  std::string bytes_;
};

}  // namespace

WordFinder::Word WordFinder::at(std::size_t at) {
  // "=?charset?e?content?="; the charset may carry a language (RFC 2231, 5).
  constexpr std::size_t kCharsetMax = 60;
  if (text_.substr(at, 2) != "=?") return {};
  const std::string_view head = text_.substr(at + 2, kCharsetMax + 1);
  const std::size_t question = head.find('?');
  if (question == std::string_view::npos || question == 0) return {};
  const std::size_t encoding_at = at + 2 + question + 1;
  if (encoding_at + 1 >= text_.size() || text_[encoding_at + 1] != '?') return {};
  const char letter = text_[encoding_at];
  const char encoding = letter == 'B' || letter == 'b'   ? 'b'
                        : letter == 'Q' || letter == 'q' ? 'q'
                                                         : '\0';
  if (encoding == '\0' || std::ranges::any_of(head.substr(0, question), is_blank)) return {};

  const std::size_t content_at = encoding_at + 2;
  if (end_known_to_ == 0 || (end_ != std::string_view::npos && end_ < content_at)) {
    end_ = text_.find("?=", content_at);
    end_known_to_ = content_at;
  }
  if (end_ == std::string_view::npos) return {};
  return {.size = end_ + 2 - at,
          .charset = head.substr(0, question),
          .encoding = encoding,
          .content = text_.substr(content_at, end_ - content_at)};
}

std::string word_bytes(const WordFinder::Word& word) {
  return word.encoding == 'b' ? base64_bytes(word.content) : q_bytes(word.content);
}

std::string one_line(std::string_view text, LineFlaws* flaws) {
  text = trimmed(text);
  if (plain_run(text) == text.size()) return std::string{text};
  std::string out;
  out.reserve(text.size());
  bool broke = false;  // a line break was just written as a blank: CRLF is one
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t run = plain_run(text.substr(i)); run > 0) {
      out.append(text, i, run);
      i += run;
      broke = false;
      continue;
    }
    const std::size_t well_formed = utf8_length(text.substr(i, 4));
    const std::size_t length = std::max<std::size_t>(1, well_formed);
    const char32_t code =
        well_formed == 0 ? 0xFFFD : utf8_code_point(text.substr(i, length), length);
    const bool breaks = is_line_break(code);
    if (breaks || code == '\t') {
      if (!broke) out.push_back(' ');
    } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      if (flaws != nullptr) flaws->control = true;
    } else if (is_bidi_override(code)) {
      if (flaws != nullptr) flaws->bidi = true;
    } else if (code != kByteOrderMark) {
      append_utf8(out, code);
    }
    broke = breaks;
    i += length;
  }
  return std::string{trimmed(out)};
}

std::string decode_words(std::string_view value, LineFlaws* flaws) {
  if (!value.contains("=?")) {
    if (is_ascii(value)) return one_line(value, flaws);
    return one_line(decode_undeclared(value), flaws);
  }
  std::string out;
  WordRun run{out, flaws};
  WordFinder finder{value};
  std::size_t plain_from = 0;
  bool after_word = false;
  for (std::size_t at = value.find("=?"); at != std::string_view::npos;) {
    const WordFinder::Word word = finder.at(at);
    // A word that decodes to nothing stays as it is; it is skipped as a whole,
    // or a hostile header would have each of its tails decoded.
    const bool unreadable = word.size != 0 && !word.content.empty() && word_bytes(word).empty();
    if (word.size == 0 || unreadable) {
      at = value.find("=?", at + std::max<std::size_t>(2, word.size));
      continue;
    }
    const std::string_view plain = value.substr(plain_from, at - plain_from);
    // White space between two words is how long texts are folded; it goes.
    if (!after_word || !std::ranges::all_of(plain, is_blank)) {
      run.flush();
      out += decode_undeclared(plain);
    }
    run.add(word);
    plain_from = at + word.size;
    after_word = true;
    at = value.find("=?", plain_from);
  }
  run.flush();
  out += decode_undeclared(value.substr(plain_from));
  return one_line(out, flaws);
}

std::string decode_header(std::string_view value) {
  return decode_words(value.substr(0, kHeaderBytesMax));
}

}  // namespace lethe::mime
