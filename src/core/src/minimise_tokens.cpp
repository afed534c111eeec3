#include "minimise_tokens.h"

#include <algorithm>
#include <array>
#include <string>

#include "lethe/base/text.h"

namespace lethe::core::minimise_tokens {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Range {
  char32_t from;
  char32_t to;
  Sign sign;
};

// Digits: the first of a range is a zero.
constexpr auto kRanges = std::to_array<Range>({
    {0x09, 0x09, Sign::blank},         {0x0A, 0x0A, Sign::line_end},
    {0x0D, 0x0D, Sign::line_end},      {0x20, 0x20, Sign::blank},
    {0x2D, 0x2E, Sign::dash},          {0x2F, 0x2F, Sign::loose},
    {0x30, 0x39, Sign::digit},         {0x5F, 0x5F, Sign::loose},
    {0x96, 0x97, Sign::dash},  // windows-1252
    {0xA0, 0xA0, Sign::blank},         {0xAD, 0xAD, Sign::invisible},
    {0xB7, 0xB7, Sign::dash},          {0x034F, 0x034F, Sign::invisible},
    {0x061C, 0x061C, Sign::invisible}, {0x0660, 0x0669, Sign::digit},  // Arabic
    {0x06F0, 0x06F9, Sign::digit},                                     // Persian
    {0x0966, 0x096F, Sign::digit},                                     // Devanagari
    {0x09E6, 0x09EF, Sign::digit},                                     // Bengali
    {0x0E50, 0x0E59, Sign::digit},                                     // Thai
    {0x180E, 0x180E, Sign::invisible}, {0x2000, 0x200A, Sign::blank},
    {0x200B, 0x200F, Sign::invisible}, {0x2010, 0x2015, Sign::dash},
    {0x2022, 0x2022, Sign::dash},      {0x202A, 0x202E, Sign::invisible},
    {0x202F, 0x202F, Sign::blank},     {0x2043, 0x2043, Sign::dash},
    {0x205F, 0x205F, Sign::blank},     {0x2060, 0x2064, Sign::invisible},
    {0x2066, 0x206F, Sign::invisible}, {0x20E3, 0x20E3, Sign::invisible},  // the key around a digit
    {0x2212, 0x2212, Sign::dash},      {0x3000, 0x3000, Sign::blank},
    {0xFE00, 0xFE0F, Sign::invisible}, {0xFE58, 0xFE58, Sign::dash},
    {0xFE63, 0xFE63, Sign::dash},      {0xFEFF, 0xFEFF, Sign::invisible},
    {0xFF0D, 0xFF0E, Sign::dash},      {0xFF10, 0xFF19, Sign::digit},
    {0x1D7CE, 0x1D7FF, Sign::digit},  // five typefaces of ten
});

Token token_of(char32_t code, std::size_t size) {
  const auto* const range = std::ranges::lower_bound(kRanges, code, {}, &Range::to);
  if (range == kRanges.end() || code < range->from) return {Sign::other, 0, size};
  const bool is_digit = range->sign == Sign::digit;
  const auto digit = static_cast<std::uint8_t>(is_digit ? (code - range->from) % 10 : 0);
  return {range->sign, digit, size};
}

// One character; a byte that is no UTF-8 stands for itself.
Token character(std::string_view text) {
  const auto byte = [text](std::size_t n) { return static_cast<unsigned char>(text[n]); };
  const unsigned first = byte(0);
  const std::size_t size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size == 1 || first > 0xF4 || size > text.size()) return token_of(first, 1);
  char32_t code = first & (0x7FU >> size);
  for (std::size_t n = 1; n < size; ++n) {
    if ((byte(n) & 0xC0U) != 0x80U) return token_of(first, 1);
    code = (code << 6U) | (byte(n) & 0x3FU);
  }
  return token_of(code, size);
}

struct Entity {
  std::string_view name;
  Sign sign;
};
constexpr auto kEntities = std::to_array<Entity>({
    {"nbsp", Sign::blank},
    {"thinsp", Sign::blank},
    {"ensp", Sign::blank},
    {"emsp", Sign::blank},
    {"hairsp", Sign::blank},
    {"numsp", Sign::blank},
    {"puncsp", Sign::blank},
    {"NonBreakingSpace", Sign::blank},
    {"ndash", Sign::dash},
    {"mdash", Sign::dash},
    {"hyphen", Sign::dash},
    {"dash", Sign::dash},
    {"horbar", Sign::dash},
    {"minus", Sign::dash},
    {"period", Sign::dash},
    {"middot", Sign::dash},
    {"bull", Sign::dash},
    {"shy", Sign::invisible},
    {"zwnj", Sign::invisible},
    {"zwj", Sign::invisible},
    {"lrm", Sign::invisible},
    {"rlm", Sign::invisible},
    {"ZeroWidthSpace", Sign::invisible},
    {"NoBreak", Sign::invisible},
    {"lowbar", Sign::loose},
    {"sol", Sign::loose},
});

int digit_value(char c, unsigned base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (base == 16 && c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (base == 16 && c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "&#52;", "&#x34;", with zeros before, with or without the semicolon.
Token numeric_entity(std::string_view text) {
  std::size_t at = 2;
  const bool hex = at < text.size() && (text[at] == 'x' || text[at] == 'X');
  const unsigned base = hex ? 16 : 10;
  if (hex) ++at;
  const std::size_t begin = at;
  char32_t code = 0;
  constexpr std::size_t kDigitsMax = 16;
  for (; at < text.size() && at - begin < kDigitsMax; ++at) {
    const int value = digit_value(text[at], base);
    if (value < 0) break;
    code = std::min<char32_t>(code * base + static_cast<unsigned>(value), 0x110000);
  }
  if (at == begin) return {};
  if (at < text.size() && text[at] == ';') ++at;
  Token token = token_of(code, at);
  if (token.sign == Sign::line_end) token.sign = Sign::blank;
  return token;
}

Token entity(std::string_view text) {
  if (text.starts_with("&#")) return numeric_entity(text);
  const std::string_view name = text.substr(1, 20);
  for (const Entity& each : kEntities) {
    const std::size_t end = each.name.size();
    if (name.starts_with(each.name) && end < name.size() && name[end] == ';')
      return {each.sign, 0, end + 2};
  }
  return {};
}

// Comments, and tags that do not part words. A look at the bytes up to `>` is bounded.
Token tag(std::string_view text) {
  constexpr std::size_t kTagBytesMax = 1024;
  text = text.substr(0, kTagBytesMax);
  if (text.starts_with("<!--")) {
    constexpr std::size_t kCommentMax = 128;
    const std::size_t end = text.substr(0, kCommentMax).find("-->", 4);
    return end == std::string_view::npos ? Token{} : Token{Sign::invisible, 0, end + 3};
  }
  const bool closes = text.size() > 1 && text[1] == '/';
  const std::size_t begin = closes ? 2 : 1;
  std::size_t length = 0;
  while (begin + length < text.size() && length < 8 && is_letter(text[begin + length])) ++length;
  const std::string name = ascii_lower(text.substr(std::min(begin, text.size()), length));
  static constexpr auto kInline = std::to_array<std::string_view>(
      {"span", "b",    "i",   "u",    "em",  "strong", "font", "a",     "wbr", "small",
       "big",  "code", "tt",  "mark", "s",   "sub",    "sup",  "ins",   "del", "nobr",
       "bdi",  "bdo",  "kbd", "samp", "var", "abbr",   "q",    "strike"});
  const bool breaks = name == "br";
  if (!breaks && std::ranges::find(kInline, name) == kInline.end()) return {};
  const std::size_t end = text.find_first_of("<>", begin + length);
  if (end == std::string_view::npos || text[end] == '<') return {};
  return {breaks ? Sign::line_end : Sign::invisible, 0, end + 1};
}

Token html_blanks(std::string_view text) {
  constexpr std::size_t kBlanksMax = 256;
  const std::size_t end = text.substr(0, kBlanksMax).find_first_not_of(" \t\r\n");
  return {Sign::blank, 0, end == std::string_view::npos ? std::min(text.size(), kBlanksMax) : end};
}

}  // namespace

Token token_at(std::string_view text, std::size_t at, Format format) {
  const std::string_view rest = text.substr(at);
  const char c = rest.front();
  if (c == '%' && rest.starts_with("%20")) return {Sign::loose, 0, 3};
  if (format == Format::html) {
    if (c == '<') return tag(rest);
    if (c == '&') return entity(rest);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return html_blanks(rest);
  }
  if (rest.starts_with("\r\n")) return {Sign::line_end, 0, 2};
  return character(rest);
}

bool may_be_digit(char first, Format format) noexcept {
  if (first >= '0' && first <= '9') return true;
  if (first == '&') return format == Format::html;
  return first == '\xD9' || first == '\xDB' || first == '\xE0' || first == '\xEF' ||
         first == '\xF0';
}

}  // namespace lethe::core::minimise_tokens
