// Dates of mails: RFC 5322, its obsolete forms, asctime, ISO 8601, and what
// broken programs send in their stead.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::mime {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

struct Named {
  std::string_view name;  // lower case
  int value;
};

// English first; the others are what local mailers write by mistake.
constexpr auto kMonths = std::to_array<Named>({
    {"jan", 1},
    {"feb", 2},
    {"mar", 3},
    {"apr", 4},
    {"may", 5},
    {"jun", 6},
    {"jul", 7},
    {"aug", 8},
    {"sep", 9},
    {"oct", 10},
    {"nov", 11},
    {"dec", 12},
    {"m\xC3\xA4r", 3},
    {"mrz", 3},
    {"mai", 5},
    {"okt", 10},
    {"dez", 12},
    {"f\xC3\xA9v", 2},
    {"fev", 2},
    {"avr", 4},
    {"d\xC3\xA9"
     "c",
     12},
    {"ene", 1},
    {"abr", 4},
    {"ago", 8},
    {"set", 9},
    {"ott", 10},
    {"dic", 12},
    {"gen", 1},
    {"mag", 5},
    {"giu", 6},
    {"lug", 7},
});

// Minutes east of Greenwich. Military letters mean nothing (RFC 5322, 4.3).
constexpr auto kZones = std::to_array<Named>({
    {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"z", 0},       {"wet", 0},    {"bst", 60},
    {"west", 60},  {"cet", 60},   {"met", 60},   {"mez", 60},    {"cest", 120}, {"mest", 120},
    {"mesz", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},   {"ist", 330},  {"jst", 540},
    {"kst", 540},  {"est", -300}, {"edt", -240}, {"cst", -360},  {"cdt", -300}, {"mst", -420},
    {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"akst", -540}, {"hst", -600},
});

struct Fields {
  std::optional<int> year, month, day, hour, minute;
  int second = 0;
  std::optional<int> zone_minutes;
  bool afternoon = false;
  bool morning = false;
  bool impossible = false;
  bool month_came_first = false;  // before the day
};

std::optional<int> month_named(std::string_view word) {
  const std::string lower = ascii_lower(word);
  for (const Named& month : kMonths) {
    if (lower.starts_with(month.name)) return month.value;
  }
  return std::nullopt;
}

bool is_weekday(std::string_view word) {
  constexpr auto kDays =
      std::to_array<std::string_view>({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});
  const std::string lower = ascii_lower(word);
  return std::ranges::any_of(kDays, [&](std::string_view day) { return lower.starts_with(day); });
}

// "10:20", "10:20:30", "10.20.30" after a date, fractions cut.
void take_time(std::string_view word, Fields& fields) {
  word = word.substr(0, word.find(','));
  const auto parts = split(word, word.contains(':') ? ':' : '.');
  if (parts.size() < 2 || parts.size() > 3) {
    fields.impossible = true;
    return;
  }
  fields.hour = number(parts[0]);
  fields.minute = number(parts[1]);
  if (parts.size() == 3) {
    std::size_t digits = 0;
    while (digits < parts[2].size() && is_digit(parts[2][digits])) ++digits;
    // Seconds that are no number are no reason to lose the date.
    fields.second = number(parts[2].substr(0, digits)).value_or(0);
  }
  if (!fields.hour || !fields.minute) fields.impossible = true;
}

// "+0100", "-5", "+01:00", also after letters: "GMT+0100".
void take_offset(std::string_view word, Fields& fields) {
  const int sign = word.front() == '-' ? -1 : 1;
  std::string digits{word.substr(1)};
  std::erase(digits, ':');
  if (digits.empty() || digits.size() > 4 || !std::ranges::all_of(digits, is_digit)) {
    // RFC 5322: what cannot be understood counts as -0000.
    fields.zone_minutes = fields.zone_minutes.value_or(0);
    return;
  }
  const int value = number(digits).value_or(0);
  const int minutes = digits.size() <= 2 ? value * 60 : value / 100 * 60 + value % 100;
  if (value % 100 >= 60 && digits.size() > 2) fields.impossible = true;
  if (minutes > 15 * 60) fields.impossible = true;
  fields.zone_minutes = sign * minutes;
}

int full_year(int year, std::size_t digits) {
  if (digits >= 4) return year;
  if (digits == 3) return year + 1900;  // RFC 5322, 4.3
  return year < 50 ? year + 2000 : year + 1900;
}

void take_number(std::string_view word, Fields& fields) {
  const std::optional<int> value = number(word);
  if (!value) {
    fields.impossible = true;
  } else if ((word.size() >= 3 && *value > 31) || fields.day) {
    if (fields.year) return;  // something after the year that we do not know
    fields.year = full_year(*value, word.size());
  } else {
    fields.day = value;
  }
}

// 2026-11-21, 21-Nov-2026, 21.11.2026, 11/21/2026.
void take_joined_date(std::string_view word, char separator, Fields& fields) {
  const auto parts = split(word, separator);
  if (parts.size() != 3) {
    fields.impossible = true;
    return;
  }
  const bool year_first = parts[0].size() == 4;
  std::string_view first = year_first ? parts[2] : parts[0];
  std::string_view middle = parts[1];
  const std::string_view year = year_first ? parts[0] : parts[2];
  if (separator == '/' && !year_first) std::swap(first, middle);  // American order
  fields.day = number(first);
  fields.month = number(middle);
  if (!fields.month) fields.month = month_named(middle);
  const std::optional<int> value = number(year);
  if (value) fields.year = full_year(*value, year.size());
  if (!fields.day || !fields.month || !value) fields.impossible = true;
}

// "mar., 4 nov. 2025" begins with a Tuesday: the name behind the day counts.
void take_month(std::optional<int> month, Fields& fields) {
  if (!month) return;
  const bool was_weekday = fields.month_came_first && fields.day && !fields.year;
  if (fields.month && !was_weekday) return;
  fields.month_came_first = !fields.day;
  fields.month = month;
}

void take_letters(std::string_view word, Fields& fields) {
  const std::string lower = ascii_lower(word);
  const auto* const zone = std::ranges::find(kZones, std::string_view{lower}, &Named::name);
  if (lower == "am" || lower == "pm") {
    fields.afternoon = lower == "pm";
    fields.morning = lower == "am";
  } else if (fields.hour && zone != kZones.end()) {
    fields.zone_minutes = zone->value;
  } else if (!is_weekday(word)) {
    take_month(month_named(word), fields);
  }
}

// "09.41.00" behind a date.
bool is_dotted_time(std::string_view word, const Fields& fields) {
  const auto parts = split(word, '.');
  return fields.year && fields.month && fields.day && !fields.hour && parts.size() >= 2 &&
         parts.size() <= 3 && std::ranges::all_of(parts, [](std::string_view part) {
           return (part.size() == 1 || part.size() == 2) && std::ranges::all_of(part, is_digit);
         });
}

bool has_two(std::string_view word, char c) { return std::ranges::count(word, c) == 2; }

void take_word(std::string_view word, Fields& fields) {
  const char first = word.front();
  if ((first == '+' || first == '-') && fields.hour) return take_offset(word, fields);
  const std::size_t t = word.find('T');
  if (is_digit(first) && t != std::string_view::npos && t >= 8) {  // ISO 8601
    take_word(word.substr(0, t), fields);
    const std::string_view rest = word.substr(t + 1);
    const std::size_t zone = rest.find_first_of("Z+-");
    if (zone != 0) take_time(rest.substr(0, zone), fields);
    if (zone != std::string_view::npos && zone != 0) {
      fields.zone_minutes = 0;
      if (rest[zone] != 'Z') take_offset(rest.substr(zone), fields);
    }
    return;
  }
  if (word.contains(':') && is_digit(first)) {
    const std::size_t sign = word.find_first_of("+-");
    take_time(word.substr(0, sign), fields);
    if (sign != std::string_view::npos) take_offset(word.substr(sign), fields);
    return;
  }
  if (is_dotted_time(word, fields)) return take_time(word, fields);
  for (const char separator : {'-', '.', '/'}) {
    if (is_digit(first) && has_two(word, separator))
      return take_joined_date(word, separator, fields);
  }
  std::size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  if (digits > 0) return take_number(word.substr(0, digits), fields);
  std::size_t letters = 0;
  while (letters < word.size() && is_alpha(word[letters])) ++letters;
  if (letters > 0) take_letters(word.substr(0, letters), fields);
  if (letters > 0 && letters < word.size() && (word[letters] == '+' || word[letters] == '-')) {
    take_offset(word.substr(letters), fields);
  }
}

std::optional<Instant> instant(const Fields& fields) {
  if (fields.impossible || !fields.year || !fields.month || !fields.day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*fields.year},
                                         std::chrono::month{static_cast<unsigned>(*fields.month)},
                                         std::chrono::day{static_cast<unsigned>(*fields.day)}};
  int hour = fields.hour.value_or(0);
  const int minute = fields.minute.value_or(0);
  if (fields.afternoon && hour < 12) hour += 12;
  if (fields.morning && hour == 12) hour = 0;
  const bool possible = date.ok() && *fields.year >= 1900 && *fields.year <= 9999 && hour < 24 &&
                        hour >= 0 && minute < 60 && minute >= 0 && fields.second <= 60;
  if (!possible) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         Seconds{std::min(fields.second, 59)} -
         std::chrono::minutes{fields.zone_minutes.value_or(0)};
}

std::string without_comments(std::string_view value) {
  std::string out;
  std::size_t depth = 0;
  for (const char c : value) {
    if (c == '(') ++depth;
    if (depth == 0)
      out.push_back(c == ',' || c == '\r' || c == '\n' || c == '\t' || c == '\0' ? ' ' : c);
    if (c == ')' && depth > 0) --depth;
  }
  return out;
}

}  // namespace

std::optional<Instant> parse_date(std::string_view value) {
  constexpr std::size_t kLongest = 200;  // no date is longer; a longer value is none
  if (value.size() > kLongest) return std::nullopt;
  Fields fields;
  const std::string text = without_comments(value);
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) take_word(word, fields);
  }
  return instant(fields);
}

}  // namespace lethe::mime
