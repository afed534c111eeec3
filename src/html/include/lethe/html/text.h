// HTML to readable text and text to HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lethe::html {

// `&`, `<`, `>`, `"`, `'` as entities: safe as element content and inside quoted attributes.
[[nodiscard]] std::string escape(std::string_view text);

// What a person reads: paragraphs apart, list items with "- " or numbers, table cells in one line
// separated by " | ", quotes with "> ", links as "text <url>" when the text does not show where
// they lead, images by their alternative text. Script, style and head are left out. Any bytes in,
// valid UTF-8 out; linear; at most `bytes_max` bytes.
[[nodiscard]] std::string to_text(std::string_view html, std::size_t bytes_max = 2 * 1024 * 1024);

}  // namespace lethe::html
