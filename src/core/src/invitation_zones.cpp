#include "invitation_zones.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>
#include <unicode/vtzone.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::size_t kLineBytesMax = 500;
constexpr int kObservancesMax = 32;
constexpr Seconds kOffsetEnd{24 * 3600};  // RFC 5545 section 3.3.14: hours 00 to 23
constexpr std::string_view kUntilYearMax = "2200";

using Zone = std::unique_ptr<icu::BasicTimeZone>;

icu::UnicodeString unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
}

// Owns `zone`; nothing for the one that stands for a name nobody knows.
Zone known(icu::TimeZone* zone) {
  std::unique_ptr<icu::TimeZone> owned{zone};
  if (owned == nullptr || *owned == icu::TimeZone::getUnknown()) return nullptr;
  auto* basic = dynamic_cast<icu::BasicTimeZone*>(owned.get());
  if (basic == nullptr) return nullptr;
  std::ignore = owned.release();
  return Zone{basic};
}

Zone by_database(std::string_view id) { return known(icu::TimeZone::createTimeZone(unicode(id))); }

// "/mozilla.org/20050126_1/Europe/Berlin": after a slash stands whose registry it is, and the name
// in the zone database comes last.
Zone by_registry(std::string_view id) {
  if (!id.starts_with('/')) return nullptr;
  while (!id.empty()) {
    id.remove_prefix(std::min(id.find('/', 1), id.size()));
    if (id.size() < 2) return nullptr;
    if (Zone zone = by_database(id.substr(1))) return zone;
  }
  return nullptr;
}

// "W. Europe Standard Time", as Outlook names zones.
Zone by_windows(std::string_view id) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString found;
  icu::TimeZone::getIDForWindowsID(unicode(id), nullptr, found, error);
  if (U_FAILURE(error) || found.isEmpty()) return nullptr;
  return known(icu::TimeZone::createTimeZone(found));
}

// A rule with "UNTIL=20371025T010000Z" is reckoned out year by year.
bool ends_late(std::string_view line) {
  constexpr std::string_view kUntil = "UNTIL=";
  for (auto at = line.find(kUntil); at != std::string_view::npos; at = line.find(kUntil, at + 1)) {
    if (line.substr(at + kUntil.size(), 4) > kUntilYearMax) return true;
  }
  return false;
}

bool is_small(const ZoneDescription& description) {
  int observances = 0;
  for (const std::string& line : description.lines) {
    if (line.size() > kLineBytesMax || ends_late(line)) return false;
    const bool begins = starts_with_ignoring_ascii_case(line, "BEGIN:");
    observances += begins ? 1 : 0;
  }
  return description.lines.size() <= kZoneLinesMax && observances <= kObservancesMax;
}

Zone by_description(const ZoneDescription& description) {
  if (!is_small(description)) return nullptr;
  std::string text;
  for (const std::string& line : description.lines) text += line + "\r\n";
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString block = unicode(to_valid_utf8(text));
  Zone zone{icu::VTimeZone::createVTimeZone(block, error)};
  if (U_FAILURE(error) || !zone) return nullptr;
  // ICU says nothing of some broken descriptions and gives a zone without rules, whose offsets
  // must not be asked for; it is named last of all.
  icu::UnicodeString name;
  return zone->getID(name).isEmpty() ? nullptr : std::move(zone);
}

Zone zone_of(std::string_view id, const std::vector<ZoneDescription>& descriptions) {
  if (Zone zone = by_database(id)) return zone;
  if (Zone zone = by_registry(id)) return zone;
  if (Zone zone = by_windows(id)) return zone;
  const auto described = std::ranges::find(descriptions, id, &ZoneDescription::id);
  return described == descriptions.end() ? nullptr : by_description(*described);
}

}  // namespace

std::optional<Instant> instant_in_zone(std::string_view id, Instant wall,
                                       const std::vector<ZoneDescription>& descriptions) {
  if (id.empty()) return std::nullopt;
  const Zone zone = zone_of(id, descriptions);
  if (!zone) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  std::int32_t standard = 0;
  std::int32_t saving = 0;
  zone->getOffsetFromLocal(static_cast<UDate>(unix_seconds(wall)) * 1000.0, UCAL_TZ_LOCAL_FORMER,
                           UCAL_TZ_LOCAL_FORMER, standard, saving, error);
  if (U_FAILURE(error)) return std::nullopt;
  const Seconds offset{(standard + saving) / 1000};
  if (offset <= -kOffsetEnd || offset >= kOffsetEnd) return std::nullopt;
  return wall - offset;
}

}  // namespace lethe::core
