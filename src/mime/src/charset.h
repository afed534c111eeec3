// Character sets: labels as people write them, bytes as people send them.
#pragma once

#include <string>
#include <string_view>

namespace lethe::mime {

struct Decoded {
  std::string text;         // valid UTF-8; may hold control characters and U+0000
  bool as_declared = true;  // false when the label is unknown or does not fit the bytes
};

// As decode_charset() in parse.h, telling whether the label was right.
[[nodiscard]] Decoded decode(std::string_view bytes, std::string_view label);

// Bytes without a declared character set: sequences of UTF-8 as such, every
// other byte above 127 as windows-1252.
[[nodiscard]] std::string decode_undeclared(std::string_view bytes);

// The label in a <meta> of an HTML document's first 1,024 bytes; empty when none.
[[nodiscard]] std::string charset_in_html(std::string_view html);

[[nodiscard]] bool is_ascii(std::string_view bytes) noexcept;

}  // namespace lethe::mime
