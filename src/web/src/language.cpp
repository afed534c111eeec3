#include "lethe/web/language.h"

#include <unicode/datefmt.h>
#include <unicode/decimfmt.h>
#include <unicode/dtptngen.h>
#include <unicode/numfmt.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <tuple>

#include "catalogue.h"
#include "lethe/base/assert.h"
#include "lethe/web_protocol/negotiate.h"

namespace lethe::web {
namespace {

struct LanguageFacts {
  Language language;
  std::string_view code;
  std::string_view name;
  const char* locale;  // English as written in Europe: day before month, 24 hours
};
constexpr std::array<LanguageFacts, 3> kLanguages{{{Language::en, "en", "English", "en_GB"},
                                                   {Language::de, "de", "Deutsch", "de_DE"},
                                                   {Language::fr, "fr", "Français", "fr_FR"}}};

const LanguageFacts& facts_of(Language language) {
  return kLanguages[static_cast<std::size_t>(language)];
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

using DateFormat = std::unique_ptr<icu::SimpleDateFormat>;

DateFormat make_format(Language language, const std::string& zone, const char* skeleton) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Locale locale{facts_of(language).locale};
  const std::unique_ptr<icu::DateTimePatternGenerator> generator{
      icu::DateTimePatternGenerator::createInstance(locale, error)};
  LETHE_ASSERT(U_SUCCESS(error));
  const icu::UnicodeString pattern = generator->getBestPattern(icu::UnicodeString{skeleton}, error);
  auto format = std::make_unique<icu::SimpleDateFormat>(pattern, locale, error);
  LETHE_ASSERT(U_SUCCESS(error));
  format->adoptTimeZone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  return format;
}

// Making a format costs a hundred times what using it does, and using it is not thread-safe.
std::string formatted(const Text& text, const char* skeleton, Instant at) {
  thread_local std::map<std::tuple<Language, std::string, std::string_view>, DateFormat> formats;
  DateFormat& format = formats[{text.language(), text.time_zone(), skeleton}];
  if (!format) format = make_format(text.language(), text.time_zone(), skeleton);
  icu::UnicodeString out;
  format->format(static_cast<UDate>(unix_seconds(at)) * 1000.0, out);
  return to_utf8(out);
}

// Days since 1970 in the reader's zone, to tell yesterday from today.
std::int64_t local_day(const Text& text, Instant at) {
  thread_local std::map<std::string, std::unique_ptr<icu::TimeZone>> zones;
  auto& zone = zones[text.time_zone()];
  if (!zone) {
    zone.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(text.time_zone())));
  }
  UErrorCode error = U_ZERO_ERROR;
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  zone->getOffset(static_cast<UDate>(unix_seconds(at)) * 1000.0, 0, raw, saving, error);
  const std::int64_t local = unix_seconds(at) + (raw + saving) / 1000;
  return local >= 0 ? local / 86400 : (local - 86399) / 86400;
}

void replace_first(std::string& text, std::string_view value) {
  if (const std::size_t at = text.find("{}"); at != std::string::npos) text.replace(at, 2, value);
}

// French counts none and one alike; English and German only one.
bool takes_singular(Language language, std::int64_t count) {
  return count == 1 || (language == Language::fr && count == 0);
}

}  // namespace

std::string_view code_of(Language language) noexcept { return facts_of(language).code; }
std::string_view name_of(Language language) noexcept { return facts_of(language).name; }

std::string_view name_of_language(std::string_view code) noexcept {
  const auto* const known = std::ranges::find(kLanguages, code, &LanguageFacts::code);
  return known == kLanguages.end() ? code : known->name;
}

Language choose_language(std::string_view choice, std::string_view accept_language) {
  for (const LanguageFacts& each : kLanguages) {
    if (each.code == choice) return each.language;
  }
  const std::string_view best = web_protocol::best_language(accept_language, {"en", "de", "fr"});
  return best == "de" ? Language::de : best == "fr" ? Language::fr : Language::en;
}

std::string Text::operator()(std::string_view english) const {
  return std::string{translated(language_, english)};
}

std::string Text::with(std::string_view english, std::string_view value) const {
  std::string out = (*this)(english);
  replace_first(out, value);
  return out;
}

std::string Text::with(std::string_view english, std::string_view first,
                       std::string_view second) const {
  // Both places are found before either is filled: `first` may hold "{}" itself.
  std::string out = (*this)(english);
  const std::size_t one = out.find("{}");
  if (one == std::string::npos) return out;
  const std::size_t two = out.find("{}", one + 2);
  if (two != std::string::npos) out.replace(two, 2, second);
  return out.replace(one, 2, first);
}

std::string Text::plural(std::string_view one, std::string_view many, std::int64_t count) const {
  const Catalogue& catalogue = catalogue_of(language_);
  const auto at = catalogue.find(one);
  const bool is_one = takes_singular(language_, count);
  std::string out{is_one ? one : many};
  if (at != catalogue.end()) out = is_one ? at->second.plain : at->second.many;
  replace_first(out, number(count));
  return out;
}

std::string Text::number(std::int64_t value) const {
  thread_local std::array<std::unique_ptr<icu::NumberFormat>, 3> formats;
  auto& format = formats[static_cast<std::size_t>(language_)];
  if (!format) {
    UErrorCode error = U_ZERO_ERROR;
    format.reset(icu::NumberFormat::createInstance(icu::Locale{facts_of(language_).locale}, error));
    LETHE_ASSERT(U_SUCCESS(error));
  }
  icu::UnicodeString out;
  format->format(static_cast<std::int64_t>(value), out);
  return to_utf8(out);
}

std::string Text::bytes(std::uint64_t size) const {
  if (size < 1000) return plural("{} byte", "{} bytes", static_cast<std::int64_t>(size));
  static constexpr std::array<std::string_view, 3> kUnits{"kB", "MB", "GB"};
  std::size_t unit = 0;
  std::uint64_t tenths = size / 100;
  while (tenths >= 9995 && unit + 1 < kUnits.size()) {
    tenths /= 1000;
    ++unit;
  }
  const bool shows_tenth = unit > 0 && tenths < 100;
  std::string out =
      number(static_cast<std::int64_t>(shows_tenth ? tenths / 10 : (tenths + 5) / 10));
  if (shows_tenth) out += (language_ == Language::en ? "." : ",") + std::to_string(tenths % 10);
  // French says octet.
  std::string name{kUnits[unit]};
  if (language_ == Language::fr) name.back() = 'o';
  return out + "\u00a0" + name;
}

std::string Text::date(Instant at) const { return formatted(*this, "dMMMMy", at); }
std::string Text::short_date(Instant at) const { return formatted(*this, "dMMMy", at); }
std::string Text::day_and_month(Instant at) const { return formatted(*this, "dMMM", at); }
std::string Text::month(Instant at) const { return formatted(*this, "MMM", at); }
std::string Text::month_and_year(Instant at) const { return formatted(*this, "MMMy", at); }
std::string Text::clock(Instant at) const { return formatted(*this, "Hm", at); }
std::string Text::full(Instant at) const {
  return date(at) + ", " + clock(at) + " " + formatted(*this, "z", at);
}

std::string Text::relative(Instant at, Instant now) const {
  const std::int64_t seconds = (now - at).count();
  const std::int64_t days = local_day(*this, now) - local_day(*this, at);
  if (seconds >= 0 && seconds < 60) return (*this)("now");
  if (seconds >= 0 && seconds < 3600) return plural("{} min", "{} min", seconds / 60);
  if (seconds >= 0 && seconds < 86400 && days == 0) return plural("{} h", "{} h", seconds / 3600);
  if (days == 1) return (*this)("Yesterday");
  if (days > 1 && days < 7) return plural("{} day", "{} days", days);
  return formatted(*this, "y", at) == formatted(*this, "y", now) ? day_and_month(at)
                                                                 : short_date(at);
}

std::string Text::ago(Instant at, Instant now) const {
  const std::int64_t seconds = (now - at).count();
  const std::int64_t days = local_day(*this, now) - local_day(*this, at);
  if (seconds >= 0 && seconds < 60) return (*this)("just now");
  if (seconds >= 0 && seconds < 3600) return plural("{} min ago", "{} min ago", seconds / 60);
  if (seconds >= 0 && seconds < 86400 && days == 0)
    return plural("{} h ago", "{} h ago", seconds / 3600);
  if (days == 1) return with("yesterday, {}", clock(at));
  if (days > 1 && days < 7) return plural("{} day ago", "{} days ago", days);
  return date(at);
}

}  // namespace lethe::web
