// When a meeting is, on the world's clock: zones by database, by Windows' names, by the file.
#include <doctest/doctest.h>

#include "lethe/core/invitation.h"

namespace lethe::core {
namespace {

// 2026-01-05T00:00:00Z
constexpr Instant kJanuary = instant_of(1'767'571'200);
// 2026-07-06T00:00:00Z
constexpr Instant kJuly = instant_of(1'783'296'000);
constexpr Seconds kHour{3600};

std::string meeting(std::string_view fields, std::string_view zones = "") {
  return "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n" + std::string{fields} +
         "\r\nEND:VEVENT\r\n" + std::string{zones} + "END:VCALENDAR\r\n";
}

std::optional<Instant> start_of(std::string_view fields, std::string_view zones = "") {
  const auto found = parse_invitation(meeting(fields, zones));
  REQUIRE(found);
  return found->start.at;
}

// Central Europe in all but name, as Outlook writes zones.
std::string zone_called(std::string_view id) {
  return "BEGIN:VTIMEZONE\r\nTZID:" + std::string{id} +
         "\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\n"
         "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\n"
         "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\n"
         "TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\n"
         "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n";
}

TEST_CASE("a name of the zone database says when it is, in summer and in winter") {
  CHECK(start_of("DTSTART;TZID=Europe/Berlin:20260105T100000") == kJanuary + 9 * kHour);
  CHECK(start_of("DTSTART;TZID=Europe/Berlin:20260706T100000") == kJuly + 8 * kHour);
  CHECK(start_of("DTSTART;TZID=America/New_York:20260105T100000") == kJanuary + 15 * kHour);
  CHECK(start_of("DTSTART;TZID=Asia/Kolkata:20260105T100000") ==
        kJanuary + 4 * kHour + Seconds{1800});
  CHECK(start_of("DTSTART;TZID=UTC:20260105T100000") == kJanuary + 10 * kHour);
}

TEST_CASE("before a name of the zone database may stand whose registry it is") {
  const auto in_berlin = kJanuary + 9 * kHour;
  CHECK(start_of("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260105T100000") ==
        in_berlin);
  CHECK(start_of("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260105T100000") ==
        in_berlin);
  CHECK_FALSE(start_of("DTSTART;TZID=/Nowhere/At/All:20260105T100000"));
  CHECK_FALSE(start_of("DTSTART;TZID=////:20260105T100000"));
}

TEST_CASE("zones by their names in Windows, with the quotes that Outlook writes") {
  CHECK(start_of("DTSTART;TZID=\"W. Europe Standard Time\":20260706T100000") == kJuly + 8 * kHour);
  CHECK(start_of("DTSTART;TZID=Pacific Standard Time:20260105T100000") == kJanuary + 18 * kHour);
  // London, not Greenwich: it has a summer time.
  CHECK(start_of("DTSTART;TZID=\"GMT Standard Time\":20260706T100000") == kJuly + 9 * kHour);
}

TEST_CASE("a zone that only the file knows is read from its description, before or after it") {
  const std::string_view fields =
      "DTSTART;TZID=\"(UTC+01:00) Amsterdam, Berlin, Wien\":20260706T100000";
  const std::string zone = zone_called("(UTC+01:00) Amsterdam, Berlin, Wien");
  CHECK(start_of(fields, zone) == kJuly + 8 * kHour);
  const auto before = parse_invitation("BEGIN:VCALENDAR\r\n" + zone + "BEGIN:VEVENT\r\n" +
                                       std::string{fields} + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  REQUIRE(before);
  CHECK(before->start.at == kJuly + 8 * kHour);
  CHECK(start_of("DTSTART;TZID=Mine:20260105T100000", zone_called("Mine")) == kJanuary + 9 * kHour);
  CHECK_FALSE(start_of("DTSTART;TZID=Mine:20260105T100000", zone_called("Yours")));
  CHECK_FALSE(start_of("DTSTART;TZID=Mine:20260105T100000"));
}

TEST_CASE("a known name is believed over the description that comes with it") {
  CHECK(start_of("DTSTART;TZID=Asia/Tokyo:20260105T100000", zone_called("Asia/Tokyo")) ==
        kJanuary + 1 * kHour);
}

TEST_CASE("a time that a clock skips is read as if it had not, one that comes twice as the first") {
  // 2026-03-29 and 2026-10-25, the Sundays of the change.
  const Instant skipped = instant_of(1'774'742'400) + kHour + Seconds{1800};
  const Instant twice = instant_of(1'792'886'400) + Seconds{1800};
  for (const std::string zone : {"Europe/Berlin", "Mine"}) {
    const std::string described = zone_called("Mine");
    CHECK(start_of("DTSTART;TZID=" + zone + ":20260329T023000", described) == skipped);
    CHECK(start_of("DTSTART;TZID=" + zone + ":20261025T023000", described) == twice);
    CHECK(start_of("DTSTART;TZID=" + zone + ":20261025T013000", described) == twice - kHour);
    CHECK(start_of("DTSTART;TZID=" + zone + ":20261025T033000", described) == twice + 2 * kHour);
  }
}

TEST_CASE("whole days and times without a zone are no instant; UTC is one") {
  CHECK_FALSE(start_of("DTSTART;VALUE=DATE:20260105"));
  CHECK_FALSE(start_of("DTSTART;VALUE=DATE;TZID=Europe/Berlin:20260105"));
  CHECK_FALSE(start_of("DTSTART:20260105T100000"));
  CHECK(start_of("DTSTART:20260105T100000Z") == kJanuary + 10 * kHour);
}

TEST_CASE("the end has a clock of its own, or that of the start") {
  const auto flight =
      parse_invitation(meeting("DTSTART;TZID=Europe/Berlin:20260105T100000\r\n"
                               "DTEND;TZID=America/New_York:20260105T130000"));
  REQUIRE((flight && flight->end));
  CHECK(flight->end->at == kJanuary + 18 * kHour);
  const auto bare = parse_invitation(
      meeting("DTSTART;TZID=Europe/Berlin:20260105T100000\r\nDTEND:20260105T110000"));
  REQUIRE((bare && bare->end));
  CHECK(bare->end->at == kJanuary + 10 * kHour);
}

TEST_CASE("a description that is broken, endless or huge leaves the zone unknown") {
  const std::string_view fields = "DTSTART;TZID=Mine:20260105T100000";
  const std::string good = zone_called("Mine");
  REQUIRE(start_of(fields, good));
  const auto with = [&](std::string_view part, std::string_view other) {
    std::string zone = good;
    for (auto at = zone.find(part); at != std::string::npos;
         at = zone.find(part, at + other.size())) {
      zone.replace(at, part.size(), other);
    }
    return zone;
  };
  CHECK(start_of(fields, with("INTERVAL=1", "UNTIL=21000101T000000Z")));
  CHECK_FALSE(start_of(fields, with("INTERVAL=1", "UNTIL=99990101T000000Z")));
  CHECK_FALSE(
      start_of(fields, with("INTERVAL=1", "UNTIL=20000101T000000Z;UNTIL=99990101T000000Z")));
  CHECK_FALSE(start_of(fields, with("TZOFFSETTO:+0100\r\n", "")));
  CHECK(start_of(fields, with("TZOFFSETTO:+0100", "TZOFFSETTO:+2300")));
  CHECK_FALSE(start_of(fields, with("TZOFFSETTO:+0100", "TZOFFSETTO:+9900")));
  CHECK_FALSE(start_of(fields, "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nEND:VTIMEZONE\r\n"));
  std::string many;
  for (int n = 0; n < 400; ++n) many += "COMMENT:x\r\n";
  CHECK_FALSE(start_of(fields, with("BEGIN:STANDARD\r\n", many + "BEGIN:STANDARD\r\n")));
  const std::string long_line = "RDATE:" + std::string(600, '1') + "\r\n";
  CHECK_FALSE(start_of(fields, with("END:STANDARD\r\n", long_line + "END:STANDARD\r\n")));
}

TEST_CASE("of many descriptions the first twenty are read") {
  const auto numbered = [](int count) {
    std::string zones;
    for (int n = 1; n <= count; ++n) zones += zone_called("Zone " + std::to_string(n));
    return zones;
  };
  CHECK(start_of("DTSTART;TZID=Zone 20:20260105T100000", numbered(25)));
  CHECK_FALSE(start_of("DTSTART;TZID=Zone 21:20260105T100000", numbered(25)));
}

}  // namespace
}  // namespace lethe::core
