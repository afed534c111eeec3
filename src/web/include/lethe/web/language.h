// Languages, and text, numbers and dates as each of them writes them.
//
// Catalogues are gettext files under src/web/locale, compiled into the binary; a message id is the
// English text. Templates are translated when they are read, C++ text by this class.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/base/time.h"

namespace lethe::web {

enum class Language { en, de, fr };
inline constexpr std::array kAllLanguages{Language::en, Language::de, Language::fr};

[[nodiscard]] std::string_view code_of(Language language) noexcept;  // "de"
[[nodiscard]] std::string_view name_of(Language language) noexcept;  // "Deutsch"
// Of the language with this code, else the code itself.
[[nodiscard]] std::string_view name_of_language(std::string_view code) noexcept;
// `choice` is what the agent picked (or ""), then Accept-Language, then English.
[[nodiscard]] Language choose_language(std::string_view choice, std::string_view accept_language);

// Marks a literal for the catalogue where it is translated only later (tables, choices).
[[nodiscard]] constexpr std::string_view marked(std::string_view english) noexcept {
  return english;
}

// The words of one language. Cheap to make and to copy.
class Text {
 public:
  explicit Text(Language language, std::string_view time_zone = "UTC")
      : language_(language), time_zone_(time_zone) {}

  [[nodiscard]] Language language() const noexcept { return language_; }
  [[nodiscard]] const std::string& time_zone() const noexcept { return time_zone_; }

  // The translation of `english`, or `english` itself. Mark literals for the catalogue with this
  // call.
  [[nodiscard]] std::string operator()(std::string_view english) const;
  // As above, with "{}" replaced by `value`, once for each argument.
  [[nodiscard]] std::string with(std::string_view english, std::string_view value) const;
  [[nodiscard]] std::string with(std::string_view english, std::string_view first,
                                 std::string_view second) const;
  // The right plural form for `count`, "{}" replaced by the number.
  [[nodiscard]] std::string plural(std::string_view one, std::string_view many,
                                   std::int64_t count) const;

  [[nodiscard]] std::string number(std::int64_t value) const;  // 1,284 / 1.284 / 1 284
  [[nodiscard]] std::string bytes(std::uint64_t size) const;   // "214 kB", powers of 1000
  [[nodiscard]] std::string date(Instant at) const;            // 18 February 2027
  [[nodiscard]] std::string short_date(Instant at) const;      // 18 Feb 2027
  [[nodiscard]] std::string day_and_month(Instant at) const;   // 18 Feb
  [[nodiscard]] std::string month(Instant at) const;           // Feb
  [[nodiscard]] std::string month_and_year(Instant at) const;  // Feb 2027
  [[nodiscard]] std::string clock(Instant at) const;           // 14:31
  // Date, time and zone in full, for title attributes.
  [[nodiscard]] std::string full(Instant at) const;
  // "6 min", "2 h", "Yesterday", "17 Nov", "17 Nov 2025": short, relative under 7 days.
  [[nodiscard]] std::string relative(Instant at, Instant now) const;
  // The same as a sentence part: "6 min ago".
  [[nodiscard]] std::string ago(Instant at, Instant now) const;

 private:
  Language language_;
  std::string time_zone_;
};

}  // namespace lethe::web
