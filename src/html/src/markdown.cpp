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

bool is_row_of(std::string_view line, std::string_view marks, std::size_t most) {
  return !line.empty() && line.size() <= most && marks.contains(line.front()) &&
         line.find_first_not_of(line.front()) == std::string_view::npos;
}

bool is_item_number(std::string_view line) {
  constexpr std::size_t kDigitsMax = 9;  // CommonMark section 5.2
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != std::string_view::npos && digits > 0 && digits <= kDigitsMax &&
         digits + 1 == line.size() && (line.back() == '.' || line.back() == ')');
}

bool is_fence(std::string_view line) { return line.starts_with("```") || line.starts_with("~~~"); }

// Text between the tags of sanitised HTML, where every other angle bracket is an entity.
bool shows_text(std::string_view html) {
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag && static_cast<unsigned char>(c) > ' ') return true;
    if (c == '>') in_tag = false;
  }
  return false;
}

void append(const MD_CHAR* text, MD_SIZE size, void* out) {
  static_cast<std::string*>(out)->append(text, size);
}

}  // namespace

std::string with_bare_marks_shown(std::string_view markdown) {
  std::string out;
  bool in_code = false;
  bool is_first = true;
  for (const std::string_view line : split(markdown, '\n')) {
    if (!is_first) out += '\n';
    is_first = false;
    const std::string_view mark = trimmed(line);
    if (is_fence(mark)) in_code = !in_code;
    if (!in_code && (is_row_of(mark, "#", 6) || is_row_of(mark, "-=+*", 2))) {
      out.append("\\").append(mark);
    } else if (!in_code && is_item_number(mark)) {
      out.append(mark.substr(0, mark.size() - 1)).append("\\").append(mark.substr(mark.size() - 1));
    } else {
      out += line;
    }
  }
  return out;
}

std::string markdown_to_html(std::string_view markdown) {
  // md4c has sizes of 32 bits; nobody types that much.
  constexpr std::size_t kBytesMax = 1024 * 1024;
  const std::string typed = to_valid_utf8(clipped_utf8(markdown, kBytesMax));
  const std::string text = with_hard_breaks(with_bare_marks_shown(typed));
  constexpr unsigned kSyntax = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEAUTOLINKS |
                               MD_FLAG_STRIKETHROUGH | MD_FLAG_TABLES |
                               MD_FLAG_NOINDENTEDCODEBLOCKS;
  std::string html;
  const int failed =
      md_html(text.data(), static_cast<MD_SIZE>(text.size()), append, &html, kSyntax, 0);
  html = sanitise(html).html;
  if (failed == 0 && (shows_text(html) || trimmed(typed).empty())) return html;
  return "<p>" + escape(typed) + "</p>";
}

}  // namespace lethe::html
