#include "lethe/core/minimise.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "masks_numbers.h"
#include "minimise_issuers.h"
#include "minimise_tokens.h"

namespace lethe::core {
namespace {

using minimise_issuers::kDigitsMax;
using minimise_issuers::kDigitsMin;

using minimise_tokens::Format;
using minimise_tokens::Sign;
using minimise_tokens::Token;
using minimise_tokens::token_at;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// What stands between two digits.
enum class Gap : std::uint8_t {
  none,
  blank,
  dash,
  loose,  // seldom inside a number: " - ", "_"
  line_end,
  too_wide,  // two numbers
};

class GapReader {
 public:
  explicit GapReader(Format format) : format_(format) {}

  void take(Sign sign) {
    switch (gap_) {
      case Gap::none:
        gap_ = first_of(sign);
        return;
      case Gap::line_end:  // the blank after a quotation's mark
        gap_ = sign == Sign::blank ? Gap::line_end : Gap::too_wide;
        return;
      default:
        gap_ = further(sign);
    }
    ++signs_;
  }
  [[nodiscard]] Gap gap() const { return gap_; }
  void clear() {
    gap_ = Gap::none;
    signs_ = 0;
  }

 private:
  static Gap first_of(Sign sign) {
    if (sign == Sign::blank) return Gap::blank;
    if (sign == Sign::dash) return Gap::dash;
    return sign == Sign::loose ? Gap::loose : Gap::line_end;
  }
  // One dash with blanks around it, or a blank that ends a line; two blanks are columns of a table.
  [[nodiscard]] Gap further(Sign sign) const {
    const bool one = gap_ == Gap::blank || gap_ == Gap::dash;
    if (sign == Sign::line_end) return one ? Gap::line_end : Gap::too_wide;
    // Columns of HTML are cells.
    const bool blanks = gap_ == Gap::blank && sign == Sign::blank;
    if (blanks && format_ == Format::html && signs_ < 2) return Gap::blank;
    const bool joins = gap_ == Gap::blank ? sign != Sign::blank : sign == Sign::blank;
    return joins && signs_ < 2 ? Gap::loose : Gap::too_wide;
  }

  Format format_;
  Gap gap_ = Gap::none;
  int signs_ = 0;
};

// Digits in groups.
struct Run {
  struct Digit {
    std::size_t begin;
    std::size_t end;
    Gap before;  // `none` inside a group
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

// "> " of a quotation, behind the end of a line.
std::size_t quotation_mark(std::string_view text, std::size_t at) {
  constexpr std::size_t kMarkMax = 8;
  const std::string_view rest = text.substr(at, kMarkMax);
  const std::size_t end = std::min(rest.find_first_not_of("> "), rest.size());
  return rest.substr(0, end).contains('>') ? end : 0;
}

// A file of nothing but numbers must not become one run.
constexpr std::size_t kRunDigitsMax = 4096;
// A longer group is no card, nor is anything inside it.
constexpr std::size_t kGroupDigitsMax = 40;

void read_run(std::string_view text, std::size_t at, Format format, Run& run) {
  run.clear();
  GapReader gap{format};
  std::size_t group = 0;
  run.end = at;
  while (at < text.size()) {
    const Token token = token_at(text, at, format);
    if (token.sign == Sign::other) break;
    at += token.size;
    if (token.sign == Sign::invisible) continue;
    if (token.sign != Sign::digit) {
      gap.take(token.sign);
      if (gap.gap() == Gap::too_wide) break;
      if (token.sign == Sign::line_end) at += quotation_mark(text, at);
      continue;
    }
    const bool starts = run.places.empty() || gap.gap() != Gap::none;
    if (starts && run.places.size() >= kRunDigitsMax) break;
    group = starts ? 1 : group + 1;
    if (group > kGroupDigitsMax) {
      run.end = at;
      continue;
    }
    if (starts && !run.places.empty()) run.places.back().ends_group = true;
    run.places.push_back({at - token.size, at, gap.gap(), starts, false});
    run.values.push_back(token.digit);
    run.end = at;
    gap.clear();
  }
  if (!run.places.empty()) run.places.back().ends_group = true;
}

// How a stretch of a run is grouped.
struct Grouping {
  std::vector<std::size_t> sizes;
  int loose = 0;
  int line_ends = 0;
};

Grouping grouping_of(const Run& run, std::size_t first, std::size_t length) {
  Grouping grouping;
  for (std::size_t n = first; n < first + length; ++n) {
    const Run::Digit& digit = run.places[n];
    if (n == first || digit.starts_group) grouping.sizes.push_back(0);
    ++grouping.sizes.back();
    if (n == first) continue;
    if (digit.before == Gap::loose) ++grouping.loose;
    if (digit.before == Gap::line_end) ++grouping.line_ends;
  }
  return grouping;
}

// As on the card: 4-4-4-4 with up to three more, 4-6-5, 4-6-4.
bool is_grouped_as_printed(const std::vector<std::size_t>& sizes) {
  if (sizes.size() == 3) return sizes[0] == 4 && sizes[1] == 6 && (sizes[2] == 4 || sizes[2] == 5);
  const bool fours = sizes.size() >= 4 && std::ranges::all_of(sizes.begin(), sizes.begin() + 4,
                                                              [](auto size) { return size == 4; });
  return fours && (sizes.size() == 4 || (sizes.size() == 5 && sizes[4] <= 3));
}

// Groups that no one writes a card in: an order number (302-1234567-1234567), a decimal fraction,
// the parts of two telephone numbers. Where more than a blank or a dash parts the groups, only
// those of the card will do, and a column of numbers is none.
bool is_grouped_like_card(const Grouping& grouping) {
  const auto& sizes = grouping.sizes;
  if (grouping.line_ends > 1) return false;
  if (grouping.loose + grouping.line_ends != 0) return is_grouped_as_printed(sizes);
  const std::span<const std::size_t> before_last{sizes.data(), sizes.size() - 1};
  const bool even = std::ranges::all_of(before_last, [&](auto n) { return n == sizes.front(); });
  return (even && sizes.back() <= sizes.front()) ||
         std::ranges::all_of(before_last, [](auto n) { return n >= 4; });
}

// A dash ties what it joins to one number, of which this is a piece: 302-3615174-2782609.
bool is_piece(const Run& run, std::size_t first, std::size_t length, const Grouping& grouping) {
  if (grouping.sizes.size() == 1 || is_grouped_as_printed(grouping.sizes)) return false;
  const std::size_t next = first + length;
  return run.places[first].before == Gap::dash ||
         (next < run.places.size() && run.places[next].before == Gap::dash);
}

// "0.4111111111111111"
bool is_fraction(std::string_view text, const Run& run, std::size_t first, std::size_t length) {
  const Run::Digit& digit = run.places[first];
  const bool one_group = grouping_of(run, first, length).sizes.size() == 1;
  const bool follows_point =
      digit.begin > 1 && (text[digit.begin - 1] == '.') && is_ascii_digit(text[digit.begin - 2]);
  const bool follows_comma = digit.begin > 1 && text.substr(digit.begin - 2, 2) == "0,";
  return one_group && (follows_point || follows_comma);
}

// A number in the middle of a token of letters and digits is a piece of a key, a hash or a link.
bool is_inside_word(std::string_view text, std::size_t begin, std::size_t end) {
  const bool before = begin > 0 && is_letter(text[begin - 1]);
  const bool after = end < text.size() && is_letter(text[end]);
  return before && after;
}

bool is_iban(std::string_view text, const Run& run) {
  const std::size_t begin = run.places.front().begin;
  if (begin < 2) return false;
  const char first = upper(text[begin - 2]);
  const char second = upper(text[begin - 1]);
  return is_letter(first) && is_letter(second) &&
         minimise_issuers::is_iban(first, second, run.values);
}

// An IBAN with letters of the bank in it begins before the digits at `begin`.
bool lies_in_iban(std::string_view text, std::size_t begin, Format format) {
  constexpr std::size_t kIbanBytesMax = 120;  // with an entity between the groups
  const auto is_alnum = [](char c) { return is_letter(c) || is_ascii_digit(c); };
  for (std::size_t back = 2; back <= std::min(begin, kIbanBytesMax); ++back) {
    const std::size_t from = begin - back;
    if (!is_letter(text[from]) || !is_letter(text[from + 1])) continue;
    if (from > 0 && is_alnum(text[from - 1])) continue;
    std::string compact;
    std::size_t at = from;
    std::size_t length = 4;
    while (at < text.size() && compact.size() < length) {
      const Token token = is_letter(text[at]) ? Token{} : token_at(text, at, format);
      if (is_alnum(text[at])) {
        compact += upper(text[at]);
      } else if (token.sign == Sign::other || token.sign == Sign::line_end) {
        break;
      }
      at += token.size;
      if (compact.size() == 4 && length == 4) length = masks::iban_length(compact);
    }
    if (length > 4 && at >= begin && masks::is_iban(compact)) return true;
  }
  return false;
}

// The first digit that can begin a card. A plus begins a telephone number, which has at most 15
// digits (E.164); with seven of them it may be over.
std::size_t first_after_phone(std::string_view text, const Run& run) {
  constexpr std::size_t kPhoneMax = 15;
  constexpr std::size_t kPhoneMin = 7;
  const std::size_t begin = run.places.front().begin;
  if (begin == 0 || text[begin - 1] != '+') return 0;
  std::size_t first_group = 0;
  while (!run.places[first_group].ends_group) ++first_group;
  return first_group < kPhoneMax ? kPhoneMin : 0;
}

CardLast4 last4_of(std::span<const std::uint8_t> digits) {
  std::string four;
  for (const std::uint8_t digit : digits.last(4)) four += static_cast<char>('0' + digit);
  return CardLast4(four);
}

// The digits from `first` on that are a card, the most of them; 0 when none.
std::size_t card_length(std::string_view text, const Run& run, std::size_t first, Format format) {
  const std::span<const std::uint8_t> values(run.values);
  const std::size_t longest = std::min(kDigitsMax, values.size() - first);
  for (std::size_t length = longest; length >= kDigitsMin; --length) {
    if (!run.places[first + length - 1].ends_group) continue;
    if (!minimise_issuers::is_card_number(values.subspan(first, length))) continue;
    const Grouping grouping = grouping_of(run, first, length);
    if (!is_grouped_like_card(grouping) || is_fraction(text, run, first, length)) continue;
    if (is_piece(run, first, length, grouping)) continue;
    const bool one_group = grouping.sizes.size() == 1;
    if (one_group && minimise_issuers::is_article_number(values.subspan(first, length))) continue;
    const std::size_t begin = run.places[first].begin;
    if (is_inside_word(text, begin, run.places[first + length - 1].end)) continue;
    if (!lies_in_iban(text, begin, format)) return length;
  }
  return 0;
}

void find_in_run(std::string_view text, const Run& run, Format format,
                 std::vector<CardNumber>& found) {
  if (run.values.size() < kDigitsMin || is_iban(text, run)) return;
  if (minimise_issuers::is_parcel_number(run.values)) return;
  for (std::size_t first = first_after_phone(text, run); first + kDigitsMin <= run.values.size();) {
    const std::size_t length =
        run.places[first].starts_group ? card_length(text, run, first, format) : 0;
    if (length == 0) {
      ++first;
      continue;
    }
    found.push_back({run.places[first].begin, run.places[first + length - 1].end,
                     last4_of(std::span<const std::uint8_t>(run.values).subspan(first, length))});
    first += length;
  }
}

// Behind a run; of one that was cut off for its length, before the groups that may go on.
std::size_t resume_after(const Run& run) {
  if (run.places.size() < kRunDigitsMax) return run.end;
  for (std::size_t n = run.places.size() - 2 * kGroupDigitsMax; n < run.places.size(); ++n)
    if (run.places[n].starts_group) return run.places[n].begin;
  return run.end;
}

std::vector<CardNumber> find(std::string_view text, Format format) {
  std::vector<CardNumber> found;
  Run run;
  for (std::size_t at = 0; at < text.size();) {
    if (!minimise_tokens::may_be_digit(text[at], format) ||
        token_at(text, at, format).sign != Sign::digit) {
      ++at;
      continue;
    }
    read_run(text, at, format, run);
    find_in_run(text, run, format, found);
    at = resume_after(run);
    if (!found.empty()) at = std::max(at, found.back().end);
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
