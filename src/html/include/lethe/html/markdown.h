// What an agent typed, as HTML: bold, italic, lists, links, quotes, code, tables.
//
// Raw HTML in it is text, links are http, https, mailto or tel, of a picture only its alternative
// text is left. The result went through sanitise() like any mail. The plain part of an answer is
// the text as typed.
#pragma once

#include <string>
#include <string_view>

namespace lethe::html {

// A fragment; line breaks typed stay line breaks. What would show nothing at all ("```", "[a]: b")
// is shown as typed. Never fails.
[[nodiscard]] std::string markdown_to_html(std::string_view markdown);

// `markdown` with a backslash before each line that is a mark and nothing else: "#", "-", "--",
// "=", "7.". Whoever answers with one means the character; as Markdown it is an empty heading or
// item, or makes a heading of the line above. Lines of fenced code stay as they are.
[[nodiscard]] std::string with_bare_marks_shown(std::string_view markdown);

}  // namespace lethe::html
