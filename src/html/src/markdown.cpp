#include "lethe/html/markdown.h"

#include <md4c-html.h>

#include "lethe/base/text.h"
#include "lethe/html/sanitise.h"
#include "lethe/html/text.h"

namespace lethe::html {
namespace {

// A line end that was typed stays one: Markdown asks for two blanks before it.
std::string with_hard_breaks(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += line;
    out += line.empty() ? "\n" : "  \n";
  }
  return out;
}

void append(const MD_CHAR* text, MD_SIZE size, void* out) {
  static_cast<std::string*>(out)->append(text, size);
}

}  // namespace

std::string markdown_to_html(std::string_view markdown) {
  // md4c has sizes of 32 bits; nobody types that much.
  constexpr std::size_t kBytesMax = 1024 * 1024;
  const std::string typed = to_valid_utf8(clipped_utf8(markdown, kBytesMax));
  const std::string text = with_hard_breaks(typed);
  constexpr unsigned kSyntax = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEAUTOLINKS |
                               MD_FLAG_STRIKETHROUGH | MD_FLAG_TABLES |
                               MD_FLAG_NOINDENTEDCODEBLOCKS;
  std::string html;
  const int failed =
      md_html(text.data(), static_cast<MD_SIZE>(text.size()), append, &html, kSyntax, 0);
  if (failed != 0) return "<p>" + escape(typed) + "</p>";
  return sanitise(html).html;
}

}  // namespace lethe::html
