// Texts as a search for numbers sees them: digits of any script, what may stand between two of
// them, and what does not show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lethe::core::minimise_tokens {

enum class Format : std::uint8_t { text, html };

enum class Sign : std::uint8_t {
  other,
  digit,
  blank,
  dash,      // or a dot
  loose,     // parts words rather than groups of digits: "_", "/", "%20"
  line_end,  // in HTML only where one shows
  invisible,
};

struct Token {
  Sign sign = Sign::other;
  std::uint8_t digit = 0;
  std::size_t size = 1;  // bytes
};

// What begins at `at`, which is inside `text`. UTF-8; bytes that are none are read as windows-1252.
// Looks at no more than some 1,000 bytes. In HTML entities are decoded, comments and the tags that
// do not part words are invisible, and blanks in a row are one.
[[nodiscard]] Token token_at(std::string_view text, std::size_t at, Format format);

// Whether a digit may begin with this byte: a filter for token_at().
[[nodiscard]] bool may_be_digit(char first, Format format) noexcept;

}  // namespace lethe::core::minimise_tokens
