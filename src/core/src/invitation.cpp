#include "lethe/core/invitation.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "invitation_zones.h"
#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::size_t kLinesMax = 10'000;
constexpr std::size_t kTextBytesMax = 500;
constexpr std::size_t kZoneBytesMax = 80;
constexpr std::size_t kParametersMax = 50;

// RFC 5545 section 3.1: a line that begins with a blank goes on with the one before.
std::vector<std::string> unfolded(std::string_view file) {
  std::vector<std::string> lines;
  while (!file.empty() && lines.size() < kLinesMax) {
    const std::size_t end = std::min(file.find('\n'), file.size() - 1) + 1;
    std::string_view line = file.substr(0, end);
    file.remove_prefix(end);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
    if (goes_on && !lines.empty()) {
      lines.back() += line.substr(1);
    } else {
      lines.emplace_back(line);
    }
  }
  return lines;
}

struct Property {
  std::string name;  // lower case, as are the names of parameters
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string_view value;

  [[nodiscard]] std::string parameter(std::string_view wanted) const {
    for (const auto& [key, text] : parameters) {
      if (key == wanted) return text;
    }
    return {};
  }
};

// The first of `stops` in `line` from `from` on, outside of quotes.
std::size_t find_unquoted(std::string_view line, std::string_view stops, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (!quoted && stops.contains(line[i])) return i;
  }
  return std::string_view::npos;
}

std::optional<Property> property_of(std::string_view line) {
  std::size_t at = find_unquoted(line, ";:", 0);
  if (at == std::string_view::npos) return std::nullopt;
  Property property{.name = ascii_lower(line.substr(0, at)), .parameters = {}, .value = {}};
  while (line[at] == ';') {
    const std::size_t end = find_unquoted(line, ";:", at + 1);
    if (end == std::string_view::npos || property.parameters.size() >= kParametersMax) {
      return std::nullopt;
    }
    const std::string_view parameter = line.substr(at + 1, end - at - 1);
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    std::string value{parameter.substr(std::min(equals + 1, parameter.size()))};
    std::erase(value, '"');
    property.parameters.emplace_back(ascii_lower(parameter.substr(0, equals)), std::move(value));
    at = end;
  }
  property.value = line.substr(at + 1);
  return property;
}

// One line of readable text: escapes undone, control characters gone.
std::string plain(std::string_view value, std::size_t bytes_max = kTextBytesMax) {
  std::string text;
  for (std::size_t i = 0; i < value.size() && text.size() < 4 * bytes_max; ++i) {
    char c = value[i];
    if (c == '\\' && i + 1 < value.size()) {
      c = value[++i];
      if (c == 'n' || c == 'N') c = ' ';
    }
    const auto code = static_cast<unsigned char>(c);
    text.push_back(code < 0x20 || code == 0x7F ? ' ' : c);
  }
  const std::string clean = squeezed(to_valid_utf8(text));
  return std::string{clipped_utf8(clean, bytes_max)};
}

// `count` digits from `at` on; nothing when one is none.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<Instant> day_of(std::string_view value) {
  const auto year = digits(value, 0, 4);
  const auto month = digits(value, 4, 2);
  const auto day = digits(value, 6, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}};
}

// "20260105", "20260105T100000", "20260105T090000Z".
std::optional<InvitationTime> time_of(const Property& property) {
  const std::string_view value = trimmed(property.value);
  const auto day = day_of(value);
  if (!day) return std::nullopt;
  if (value.size() == 8) return InvitationTime{*day, true, {}, std::nullopt};
  const auto hour = digits(value, 9, 2);
  const auto minute = digits(value, 11, 2);
  const auto second = digits(value, 13, 2);
  if (value[8] != 'T' || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const bool is_utc = value.size() == 16 && value[15] == 'Z';
  if (value.size() != 15 && !is_utc) return std::nullopt;
  const Instant wall = *day + Seconds{*hour * 3600 + *minute * 60 + *second};
  if (is_utc) return InvitationTime{wall, false, "UTC", wall};
  return InvitationTime{wall, false, plain(property.parameter("tzid"), kZoneBytesMax),
                        std::nullopt};
}

// The VTIMEZONEs of a file, wherever in it they stand.
class ZoneReader {
 public:
  void take(const std::string& line, const Property& property) {
    const bool zone = equals_ignoring_ascii_case(trimmed(property.value), "vtimezone");
    if (property.name == "begin" && zone) {
      is_open_ = zones_.size() < kZoneDescriptionsMax;
      if (is_open_) zones_.emplace_back();
    }
    if (!is_open_) return;
    // What is larger than a zone ever is stays too large to be believed.
    if (zones_.back().lines.size() <= kZoneLinesMax) zones_.back().lines.push_back(line);
    if (property.name == "tzid") zones_.back().id = plain(property.value, kZoneBytesMax);
    if (property.name == "end" && zone) is_open_ = false;
  }
  [[nodiscard]] const std::vector<ZoneDescription>& zones() const { return zones_; }

 private:
  std::vector<ZoneDescription> zones_;
  bool is_open_ = false;
};

// "CN=Ann" before "mailto:ann@example.org".
std::string person_of(const Property& property) {
  const std::string name = plain(property.parameter("cn"));
  if (!name.empty()) return name;
  std::string_view address = trimmed(property.value);
  if (starts_with_ignoring_ascii_case(address, "mailto:")) address.remove_prefix(7);
  return plain(address);
}

std::optional<InvitationMethod> method_of(std::string_view value) {
  const std::string name = ascii_lower(trimmed(value));
  if (name == "request" || name == "add" || name == "counter") return InvitationMethod::request;
  if (name == "cancel") return InvitationMethod::cancel;
  if (name == "reply") return InvitationMethod::reply;
  if (name == "publish") return InvitationMethod::publish;
  return std::nullopt;
}

class Reader {
 public:
  std::optional<Invitation> read(std::string_view file) {
    for (const std::string& line : unfolded(file)) {
      const auto property = property_of(line);
      if (!property) continue;
      zones_.take(line, *property);
      if (!take(*property)) return std::nullopt;
    }
    if (!has_start_ || !is_calendar_) return std::nullopt;
    if (meeting_.end && meeting_.end->is_day) last_day();
    reckon(meeting_.start, meeting_.start.zone);
    // An end without a zone is read on the clock of the start.
    if (meeting_.end) {
      reckon(*meeting_.end, meeting_.end->zone.empty() ? meeting_.start.zone : meeting_.end->zone);
    }
    return std::move(meeting_);
  }

 private:
  // Only what stands in the calendar itself and in its first meeting: not alarms, not zones.
  bool take(const Property& property) {
    if (property.name == "begin") {
      inside_.push_back(ascii_lower(trimmed(property.value)));
      if (inside_.size() == 1) is_calendar_ = inside_.front() == "vcalendar";
      return is_calendar_ && inside_.size() <= 8;
    }
    if (property.name == "end") {
      if (in_meeting()) is_read_ = true;
      if (!inside_.empty()) inside_.pop_back();
      return true;
    }
    if (inside_.size() == 1 && property.name == "method") {
      meeting_.method = method_of(property.value).value_or(InvitationMethod::publish);
    }
    if (in_meeting() && !is_read_) take_field(property);
    return true;
  }

  bool in_meeting() const { return inside_.size() == 2 && inside_.back() == "vevent"; }

  void take_field(const Property& property) {
    if (property.name == "summary") meeting_.summary = plain(property.value);
    if (property.name == "location") meeting_.location = plain(property.value);
    if (property.name == "organizer") meeting_.organizer = person_of(property);
    if (property.name == "rrule" || property.name == "rdate") meeting_.repeats = true;
    if (property.name == "dtend") meeting_.end = time_of(property);
    if (property.name == "dtstart") {
      const auto start = time_of(property);
      has_start_ = start.has_value();
      if (start) meeting_.start = *start;
    }
    if (property.name == "attendee" && meeting_.method == InvitationMethod::reply) {
      meeting_.attendee = person_of(property);
      meeting_.answer = plain(property.parameter("partstat"), kZoneBytesMax);
    }
  }

  void reckon(InvitationTime& time, const std::string& zone) const {
    if (!time.is_day && !time.at) time.at = instant_in_zone(zone, time.wall, zones_.zones());
  }

  // The end of whole days is the day after the last one (RFC 5545 section 3.6.1).
  void last_day() {
    meeting_.end->wall -= Days{1};
    if (meeting_.end->wall <= meeting_.start.wall) meeting_.end.reset();
  }

  Invitation meeting_;
  ZoneReader zones_;
  std::vector<std::string> inside_;
  bool has_start_ = false;
  bool is_calendar_ = false;
  bool is_read_ = false;  // the first meeting ended
};

}  // namespace

std::optional<Invitation> parse_invitation(std::string_view file) {
  if (file.size() > kInvitationBytesMax) return std::nullopt;
  return Reader{}.read(file);
}

}  // namespace lethe::core
