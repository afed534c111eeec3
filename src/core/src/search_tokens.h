// Words of a text with their places, and their folded form.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core::search_tokens {

struct Token {
  std::string folded;
  std::size_t begin = 0;  // byte range in the text
  std::size_t end = 0;
};

// The words of `text` in order, at most `count_max`. Words are runs of letters, digits and marks;
// runs in scripts without blanks are cut by dictionary. Words longer than kWordCharsMax are cut.
[[nodiscard]] std::vector<Token> words_in(std::string_view text, std::size_t count_max);

// Whether a word is worth an entry of the index: two characters, or one of a script that writes
// words with one.
[[nodiscard]] bool is_indexed(std::string_view folded);

// Characters, not bytes.
[[nodiscard]] std::size_t length_of(std::string_view text) noexcept;
// The first `chars` characters.
[[nodiscard]] std::string_view first_of(std::string_view text, std::size_t chars) noexcept;

}  // namespace lethe::core::search_tokens
