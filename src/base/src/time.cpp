#include "lethe/base/time.h"

#include <array>
#include <cstdio>

namespace lethe {
namespace {

struct Civil {
  int year = 1970;
  unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0, weekday = 0;
};

Civil civil_of(Instant at) {
  const auto day = std::chrono::floor<Days>(at);
  const std::chrono::year_month_day date{day};
  const auto rest = static_cast<unsigned>((at - day).count());
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3600,
          rest / 60 % 60,
          rest % 60,
          std::chrono::weekday{day}.c_encoding()};
}

// Reads exactly `digits` decimal digits; moves `text` past them.
bool take_digits(std::string_view& text, int digits, int& value) {
  value = 0;
  for (int i = 0; i < digits; ++i) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return false;
    value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  return true;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text) {
  if (!take_char(text, ".")) return true;
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return false;
  text.remove_prefix(digits);
  return true;
}

bool take_offset(std::string_view& text, Seconds& offset) {
  offset = Seconds{0};
  if (take_char(text, "Zz")) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, 2, hours) || !take_char(text, ":") || !take_digits(text, 2, minutes)) {
    return false;
  }
  offset = Seconds{sign * (hours * 3600 + minutes * 60)};
  return hours < 24 && minutes < 60;
}

}  // namespace

std::string to_rfc3339(Instant at) {
  const Civil c = civil_of(at);
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02u:%02u:%02uZ",
                                 c.year, c.month, c.day, c.hour, c.minute, c.second);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string to_rfc5322(Instant at) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = civil_of(at);
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(),
                                 "%s, %u %s %04d %02u:%02u:%02u +0000", kDays.at(c.weekday), c.day,
                                 kMonths.at(c.month - 1), c.year, c.hour, c.minute, c.second);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

Result<Instant> parse_rfc3339(std::string_view text) {
  const auto refused =
      fail(Errc::invalid_argument, "not an RFC 3339 time like 2026-11-21T09:30:00Z");
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  Seconds offset{0};
  const bool shaped =
      take_digits(text, 4, year) && take_char(text, "-") && take_digits(text, 2, month) &&
      take_char(text, "-") && take_digits(text, 2, day) && take_char(text, "Tt ") &&
      take_digits(text, 2, hour) && take_char(text, ":") && take_digits(text, 2, minute) &&
      take_char(text, ":") && take_digits(text, 2, second) && take_fraction(text) &&
      take_offset(text, offset) && text.empty();
  if (!shaped) return refused;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return refused;
  return Instant{std::chrono::sys_days{date}} + Seconds{hour * 3600 + minute * 60 + second} -
         offset;
}

}  // namespace lethe
