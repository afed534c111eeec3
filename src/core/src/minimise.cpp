#include "lethe/core/minimise.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "lethe/base/text.h"
#include "minimise_issuers.h"

namespace lethe::core {
namespace {

using minimise_issuers::kDigitsMax;
using minimise_issuers::kDigitsMin;

enum class Format { text, html };

// What stands at a place of the text, as far as numbers are concerned.
enum class Sign { other, digit, separator, invisible };
struct Token {
  Sign sign = Sign::other;
  std::uint8_t digit = 0;
  std::size_t size = 1;
};

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Separator {
  std::string_view bytes;
  Sign sign;
};

constexpr auto kSeparators = std::to_array<Separator>({
    {" ", Sign::separator},
    {"-", Sign::separator},
    {".", Sign::separator},
    {"\t", Sign::separator},
    {"\xC2\xA0", Sign::separator},
    {"\xE2\x80\x89", Sign::separator},
    {"\xE2\x80\xAF", Sign::separator},
    {"\xE2\x80\x87", Sign::separator},
    {"\xE2\x80\x91", Sign::separator},
    {"\xE2\x80\x90", Sign::separator},
    {"\xE2\x80\x93", Sign::separator},
    {"\xE2\x80\x94", Sign::separator},
    {"\xE2\x88\x92", Sign::separator},
    {"\xE2\x80\x8B", Sign::invisible},
    {"\xE2\x80\x8C", Sign::invisible},
    {"\xE2\x80\x8D", Sign::invisible},
    {"\xC2\xAD", Sign::invisible},
    {"\xEF\xBB\xBF", Sign::invisible},
    {"\xE2\x81\xA0", Sign::invisible},
});

constexpr auto kEntities = std::to_array<Separator>({
    {"&nbsp;", Sign::separator},
    {"&#160;", Sign::separator},
    {"&#xa0;", Sign::separator},
    {"&#xA0;", Sign::separator},
    {"&#32;", Sign::separator},
    {"&thinsp;", Sign::separator},
    {"&ensp;", Sign::separator},
    {"&emsp;", Sign::separator},
    {"&#45;", Sign::separator},
    {"&ndash;", Sign::separator},
    {"&mdash;", Sign::separator},
    {"&#8209;", Sign::separator},
    {"&hyphen;", Sign::separator},
    {"&shy;", Sign::invisible},
    {"&zwnj;", Sign::invisible},
    {"&zwj;", Sign::invisible},
    {"&#8203;", Sign::invisible},
    {"&#173;", Sign::invisible},
});

template <std::size_t N>
Token token_of(std::string_view text, const std::array<Separator, N>& table) {
  for (const Separator& entry : table)
    if (text.starts_with(entry.bytes)) return {entry.sign, 0, entry.bytes.size()};
  return {};
}

// Tags that do not part words. Their names are short, so a look at the bytes up to `>` is bounded.
Token inline_tag(std::string_view text) {
  constexpr std::size_t kTagBytesMax = 256;
  const std::size_t end = text.substr(0, kTagBytesMax).find('>');
  if (end == std::string_view::npos) return {};
  std::string_view name = text.substr(1, end - 1);
  if (name.starts_with('/')) name.remove_prefix(1);
  std::size_t length = 0;
  while (length < name.size() && is_letter(name[length])) ++length;
  static constexpr auto kInline =
      std::to_array<std::string_view>({"span", "b", "i", "u", "em", "strong", "font", "a", "wbr",
                                       "small", "big", "code", "tt", "mark", "s", "sub", "sup"});
  const std::string lower = ascii_lower(name.substr(0, length));
  if (std::ranges::find(kInline, lower) == kInline.end()) return {};
  return {Sign::invisible, 0, end + 1};
}

Token html_token(std::string_view text) {
  if (text[0] == '<') return inline_tag(text);
  const bool digit_reference = text.size() >= 5 && text.starts_with("&#") &&
                               (text[2] == '4' || text[2] == '5') && is_ascii_digit(text[3]) &&
                               text[4] == ';';
  if (digit_reference) {
    const int code = (text[2] - '0') * 10 + (text[3] - '0');  // "&#48;" to "&#57;"
    if (code >= 48 && code <= 57) return {Sign::digit, static_cast<std::uint8_t>(code - 48), 5};
  }
  return token_of(text, kEntities);
}

bool may_separate(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '\t' || c == '\xC2' || c == '\xE2' || c == '\xEF';
}

Token token_at(std::string_view text, std::size_t at, Format format) {
  const char c = text[at];
  if (is_ascii_digit(c)) return {Sign::digit, static_cast<std::uint8_t>(c - '0'), 1};
  if (format == Format::html && (c == '<' || c == '&')) return html_token(text.substr(at));
  if (!may_separate(c)) return {};
  const std::string_view rest = text.substr(at);
  // Digits of full width, as East Asian keyboards write them: U+FF10 to U+FF19.
  if (rest.size() >= 3 && rest.starts_with("\xEF\xBC")) {
    const auto last = static_cast<unsigned char>(rest[2]);
    if (last >= 0x90 && last <= 0x99)
      return {Sign::digit, static_cast<std::uint8_t>(last - 0x90), 3};
  }
  return token_of(rest, kSeparators);
}

bool may_start_number(std::string_view text, std::size_t at, Format format) {
  const char c = text[at];
  if (is_ascii_digit(c)) return true;
  if (c == '\xEF') return true;
  return c == '&' && format == Format::html && at + 1 < text.size() && text[at + 1] == '#';
}

// Digits with at most one separator between two of them.
struct Run {
  struct Digit {
    std::size_t begin;
    std::size_t end;
    bool starts_group;
    bool ends_group;
  };
  std::vector<Digit> places;
  std::vector<std::uint8_t> values;
  std::size_t end = 0;

  void clear() {
    places.clear();
    values.clear();
  }
};

void read_run(std::string_view text, std::size_t at, Format format, Run& run) {
  run.clear();
  bool separated = true;
  std::size_t separators = 0;
  run.end = at;
  while (at < text.size()) {
    const Token token = token_at(text, at, format);
    if (token.sign == Sign::other) break;
    if (token.sign == Sign::separator && ++separators > 1) break;
    if (token.sign == Sign::separator) separated = true;
    if (token.sign == Sign::digit) {
      if (separated && !run.places.empty()) run.places.back().ends_group = true;
      run.places.push_back({at, at + token.size, separated, false});
      run.values.push_back(token.digit);
      run.end = at + token.size;
      separated = false;
      separators = 0;
    }
    at += token.size;
  }
  if (!run.places.empty()) run.places.back().ends_group = true;
}

// A number in the middle of a token of letters and digits is a piece of a key, a hash or a link.
bool is_inside_word(std::string_view text, std::size_t begin, std::size_t end) {
  const bool before = begin > 0 && is_letter(text[begin - 1]);
  const bool after = end < text.size() && is_letter(text[end]);
  return before && after;
}

bool is_phone_or_iban(std::string_view text, const Run& run) {
  const std::size_t begin = run.places.front().begin;
  if (begin > 0 && text[begin - 1] == '+') return true;
  if (begin < 2) return false;
  const char first = text[begin - 2];
  const char second = text[begin - 1];
  const bool country = first >= 'A' && first <= 'Z' && second >= 'A' && second <= 'Z';
  return country && minimise_issuers::is_iban(first, second, run.values);
}

CardLast4 last4_of(std::span<const std::uint8_t> digits) {
  std::string four;
  for (const std::uint8_t digit : digits.last(4)) four += static_cast<char>('0' + digit);
  return CardLast4(four);
}

// The digits from `first` on that are a card, the most of them; 0 when none.
std::size_t card_length(std::string_view text, const Run& run, std::size_t first) {
  const std::span<const std::uint8_t> values(run.values);
  const std::size_t longest = std::min(kDigitsMax, values.size() - first);
  for (std::size_t length = longest; length >= kDigitsMin; --length) {
    if (!run.places[first + length - 1].ends_group) continue;
    if (!minimise_issuers::is_card_number(values.subspan(first, length))) continue;
    if (!is_inside_word(text, run.places[first].begin, run.places[first + length - 1].end))
      return length;
  }
  return 0;
}

void find_in_run(std::string_view text, const Run& run, std::vector<CardNumber>& found) {
  if (run.values.size() < kDigitsMin || is_phone_or_iban(text, run)) return;
  for (std::size_t first = 0; first + kDigitsMin <= run.values.size();) {
    const std::size_t length = run.places[first].starts_group ? card_length(text, run, first) : 0;
    if (length == 0) {
      ++first;
      continue;
    }
    found.push_back({run.places[first].begin, run.places[first + length - 1].end,
                     last4_of(std::span<const std::uint8_t>(run.values).subspan(first, length))});
    first += length;
  }
}

std::vector<CardNumber> find(std::string_view text, Format format) {
  std::vector<CardNumber> found;
  Run run;
  for (std::size_t at = 0; at < text.size();) {
    if (!may_start_number(text, at, format) || token_at(text, at, format).sign != Sign::digit) {
      ++at;
      continue;
    }
    read_run(text, at, format, run);
    find_in_run(text, run, found);
    at = run.end;
  }
  return found;
}

// The tags inside a number, so that what is opened gets closed.
std::string tags_in(std::string_view number) {
  std::string tags;
  for (std::size_t open = number.find('<'); open != std::string_view::npos;
       open = number.find('<', open + 1)) {
    const std::size_t close = number.find('>', open);
    if (close == std::string_view::npos) break;
    tags += number.substr(open, close + 1 - open);
  }
  return tags;
}

Minimised minimise(std::string_view text, Format format) {
  Minimised out;
  std::size_t written = 0;
  for (const CardNumber& card : find(text, format)) {
    out.text += text.substr(written, card.begin - written);
    out.text += card.last4.mark();
    if (format == Format::html) out.text += tags_in(text.substr(card.begin, card.end - card.begin));
    out.cards.push_back(card.last4);
    written = card.end;
  }
  out.text += text.substr(written);
  return out;
}

}  // namespace

std::vector<CardNumber> find_card_numbers(std::string_view text) {
  return find(text, Format::text);
}
std::vector<CardNumber> find_card_numbers_in_html(std::string_view html) {
  return find(html, Format::html);
}
Minimised minimise_text(std::string_view text) { return minimise(text, Format::text); }
Minimised minimise_html(std::string_view html) { return minimise(html, Format::html); }

}  // namespace lethe::core
