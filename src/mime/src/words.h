// Header text: unfolding, RFC 2047 encoded words, and the cleaning that makes
// one safe line of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lethe::mime {

// What was taken out of a line, for the warnings.
struct LineFlaws {
  bool control = false;
  bool bidi = false;
  bool charset = false;
};

// `text` as one line of UTF-8: line breaks and tabs become blanks, other control
// characters and direction overrides go, ends are trimmed.
[[nodiscard]] std::string one_line(std::string_view text, LineFlaws* flaws = nullptr);

// decode_header() of parse.h, telling what was wrong.
[[nodiscard]] std::string decode_words(std::string_view value, LineFlaws* flaws = nullptr);

// Finds encoded words in a text; remembers what it searched for, so that
// asking at every position of a hostile header stays linear.
class WordFinder {
 public:
  explicit WordFinder(std::string_view text) : text_(text) {}

  struct Word {
    std::size_t size = 0;  // 0: there is none at the position asked for
    std::string_view charset;
    char encoding = 0;  // 'b' or 'q'
    std::string_view content;
  };
  // The encoded word that begins exactly at `at`. Ask in rising order.
  [[nodiscard]] Word at(std::size_t at);

 private:
  std::string_view text_;
  std::size_t end_known_to_ = 0;  // the next "?=" at or after this ...
  std::size_t end_ = 0;           // ... is here
};

// The bytes an encoded word stands for, in its character set.
[[nodiscard]] std::string word_bytes(const WordFinder::Word& word);

}  // namespace lethe::mime
