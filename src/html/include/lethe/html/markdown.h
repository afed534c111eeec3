// What an agent typed, as HTML: bold, italic, lists, links, quotes, code, tables.
//
// Raw HTML in it is text, links are http, https, mailto or tel, of a picture only its alternative
// text is left. The result went through sanitise() like any mail. The plain part of an answer is
// the text as typed.
#pragma once

#include <string>
#include <string_view>

namespace lethe::html {

// A fragment; line breaks typed stay line breaks. Never fails.
[[nodiscard]] std::string markdown_to_html(std::string_view markdown);

}  // namespace lethe::html
