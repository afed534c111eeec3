#include "retention_json.h"

#include <charconv>
#include <cmath>

namespace lethe::core::retention {
namespace {

namespace json = boost::json;

constexpr std::int64_t kDayMax = 3'000'000;  // no sum of times and ages can overflow
constexpr std::int64_t kSecondsPerDay = 86'400;

bool take_number(std::string_view& text, std::int64_t& out) {
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return true;
}

bool take_char(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "+1s" or "-1s".
bool take_seconds(std::string_view text, std::int64_t& out) {
  const bool minus = take_char(text, '-');
  if (!minus && !take_char(text, '+')) return false;
  if (text.starts_with('-') || !take_number(text, out) || text != "s") return false;
  if (minus) out = -out;
  return true;
}

bool take_written_time(std::string_view text, Instant& out) {
  std::int64_t days = 0;
  std::int64_t seconds = 0;
  if (!take_number(text, days) || !take_char(text, 'd')) return false;
  if (!text.empty() && !take_seconds(text, seconds)) return false;
  if (days > kDayMax || days < -kDayMax) return false;
  if (seconds > kDayMax * kSecondsPerDay || seconds < -kDayMax * kSecondsPerDay) return false;
  out = instant_of(days * kSecondsPerDay + seconds);
  return true;
}

template <class T>
bool take_list(const json::value& value, std::vector<T>& out, const T& blank) {
  const auto* array = value.if_array();
  if (array == nullptr) return false;
  out.assign(array->size(), blank);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!take((*array)[i], out[i])) return false;
  }
  return true;
}

}  // namespace

bool take(const json::value& value, bool& out) {
  if (!value.is_bool()) return false;
  out = value.get_bool();
  return true;
}

bool take(const json::value& value, std::int64_t& out) {
  if (const auto* number = value.if_int64()) {
    out = *number;
    return true;
  }
  const auto* real = value.if_double();
  if (real == nullptr || std::abs(*real) > 1e15 || std::trunc(*real) != *real) return false;
  out = static_cast<std::int64_t>(*real);
  return true;
}

bool take(const json::value& value, std::string& out) {
  if (!value.is_string()) return false;
  out = std::string_view{value.get_string()};
  return true;
}

bool take(const json::value& value, Instant& out) {
  if (const auto* text = value.if_string()) return take_written_time(*text, out);
  if (!value.is_int64() && !value.is_double()) return false;
  const double days =
      value.is_double() ? value.get_double() : static_cast<double>(value.get_int64());
  if (!(std::abs(days) <= static_cast<double>(kDayMax))) return false;
  out = instant_of(std::llround(days * static_cast<double>(kSecondsPerDay)));
  return true;
}

bool take(const json::value& value, MatchKey& out) {
  std::int64_t number = 0;
  if (take(value, number)) {
    out = MatchKey::of_number(number);
    return true;
  }
  if (!value.is_string()) return false;
  out = MatchKey::of(value.get_string());
  return true;
}

bool take(const json::value& value, std::vector<std::string>& out) {
  return take_list(value, out, std::string{});
}

bool take(const json::value& value, std::vector<MatchKey>& out) {
  return take_list(value, out, MatchKey::of(""));
}

bool take(const json::value& value, Filter& out) {
  if (value.is_string()) {
    out = Filter::everything();
    return value.get_string() == "*";
  }
  std::vector<std::string> names;
  if (!take(value, names)) return false;
  out = Filter::one_of(std::move(names));
  return true;
}

}  // namespace lethe::core::retention
