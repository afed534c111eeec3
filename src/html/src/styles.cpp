#include "styles.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "lethe/base/text.h"

namespace lethe::html {
namespace {

constexpr std::size_t kDeclarationsMax = 60;
constexpr std::size_t kValueBytesMax = 300;

constexpr auto kProperties = std::to_array<std::string_view>({
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "visibility",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
});
static_assert(std::ranges::is_sorted(kProperties));

bool is_value_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
         c == '#' || c == '%' || c == '.' || c == ',' || c == '(' || c == ')' || c == '\'' ||
         c == '"' || c == '-' || c == '+' || c == '!' || c == '_';
}

// Every bracket must belong to a colour; quotes must be closed.
bool has_only_colour_functions(std::string_view value) {
  std::size_t open = value.find('(');
  while (open != std::string_view::npos) {
    std::size_t start = open;
    while (start > 0 && value[start - 1] >= 'a' && value[start - 1] <= 'z') --start;
    const std::string_view name = value.substr(start, open - start);
    if (name != "rgb" && name != "rgba" && name != "hsl" && name != "hsla") return false;
    open = value.find('(', open + 1);
  }
  return std::ranges::count(value, '(') == std::ranges::count(value, ')') &&
         std::ranges::count(value, '\'') % 2 == 0 && std::ranges::count(value, '"') % 2 == 0;
}

// Negative margins and indents lay text over other text or out of sight.
bool is_negative(std::string_view value) {
  for (std::size_t i = 0; i + 1 < value.size(); ++i) {
    const bool starts = i == 0 || value[i - 1] == ' ';
    if (starts && value[i] == '-' &&
        (value[i + 1] == '.' || (value[i + 1] >= '0' && value[i + 1] <= '9')))
      return true;
  }
  return false;
}

bool is_allowed(std::string_view property, std::string_view value) {
  if (!std::ranges::binary_search(kProperties, property)) return false;
  if (value.empty() || value.size() > kValueBytesMax) return false;
  if (!std::ranges::all_of(value, is_value_byte) || !has_only_colour_functions(value)) return false;
  if (is_negative(value))
    return property == "letter-spacing" || property == "word-spacing" ||
           property == "vertical-align";
  return value.find("expression") == std::string_view::npos &&
         value.find("javascript") == std::string_view::npos;
}

bool is_at_most_one_pixel(std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{}) return false;
  const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
  return number <= 1 &&
         (unit.empty() || unit.starts_with("px") || unit.starts_with(" ") || number <= 0);
}

// Comments are blanks; an open one takes the rest, as in browsers.
std::string without_comments(std::string_view style) {
  std::string out;
  while (true) {
    const std::size_t start = style.find("/*");
    out += style.substr(0, start);
    if (start == std::string_view::npos) return out;
    const std::size_t end = style.find("*/", start + 2);
    if (end == std::string_view::npos) return out;
    out += ' ';
    style.remove_prefix(end + 2);
  }
}

struct Sizes {
  bool narrow = false;
  bool low = false;
};

void note_hiding(std::string_view property, std::string_view value, Sizes& sizes,
                 CleanStyle& clean) {
  if (property == "width" || property == "max-width") sizes.narrow |= is_at_most_one_pixel(value);
  if (property == "height" || property == "max-height") sizes.low |= is_at_most_one_pixel(value);
  clean.hidden |= (property == "display" && value.starts_with("none")) ||
                  (property == "visibility" && value.starts_with("hidden")) ||
                  (property == "opacity" && is_at_most_one_pixel(value) && !value.starts_with("1"));
}

}  // namespace

CleanStyle clean_style(std::string_view style) {
  CleanStyle clean;
  Sizes sizes;
  std::size_t declarations = 0;
  const std::string plain = without_comments(style);
  for (const std::string_view declaration : split(plain, ';')) {
    if (declarations >= kDeclarationsMax) break;
    const std::size_t colon = declaration.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string property = ascii_lower(trimmed(declaration.substr(0, colon)));
    const std::string value = squeezed(ascii_lower(declaration.substr(colon + 1)));
    if (value.find("url(") != std::string::npos && value.find("//") != std::string::npos)
      ++clean.remote_loads;
    note_hiding(property, value, sizes, clean);
    if (!is_allowed(property, value)) continue;
    if (!clean.text.empty()) clean.text += "; ";
    clean.text.append(property).append(": ").append(value);
    ++declarations;
  }
  clean.hidden |= sizes.narrow && sizes.low;
  return clean;
}

}  // namespace lethe::html
