#include "lethe/core/invitation.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

// 2026-01-05T00:00:00Z
constexpr Instant kDay = instant_of(1'767'571'200);

std::string calendar(std::string_view method, std::string_view fields) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:" + std::string{method} +
         "\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\n"
         "DTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n" +
         std::string{fields} +
         "BEGIN:VALARM\r\nSUMMARY:Alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

TEST_CASE("an invitation says what, when, where and who, folded and escaped as it comes") {
  const auto meeting = parse_invitation(calendar(
      "REQUEST",
      "SUMMARY:Budget\\, round\r\n  two\\nand more\r\nLOCATION:Room 4\\; north\r\n"
      "ORGANIZER;CN=\"Smith; Ann: Dr\":mailto:ann@example.org\r\n"
      "DTSTART;TZID=Europe/Berlin:20260105T100000\r\nDTEND;TZID=Europe/Berlin:20260105T113000\r\n"
      "RRULE:FREQ=WEEKLY\r\n"));
  REQUIRE(meeting);
  CHECK(meeting->method == InvitationMethod::request);
  CHECK(meeting->summary == "Budget, round two and more");
  CHECK(meeting->location == "Room 4; north");
  CHECK(meeting->organizer == "Smith; Ann: Dr");
  CHECK(meeting->start.wall == kDay + Seconds{10 * 3600});
  CHECK(meeting->start.zone == "Europe/Berlin");
  CHECK_FALSE(meeting->start.is_day);
  REQUIRE(meeting->end);
  CHECK(meeting->end->wall == kDay + Seconds{11 * 3600 + 1800});
  CHECK(meeting->repeats);
}

TEST_CASE("whole days end with the last one, and a time in UTC says so") {
  const auto one = parse_invitation(
      calendar("PUBLISH", "DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260106\r\n"));
  REQUIRE(one);
  CHECK(one->start.is_day);
  CHECK(one->start.wall == kDay);
  CHECK_FALSE(one->end);
  const auto three = parse_invitation(
      calendar("PUBLISH", "DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260108\r\n"));
  REQUIRE(three);
  REQUIRE(three->end);
  CHECK(three->end->wall == kDay + Days{2});
  const auto utc = parse_invitation(calendar("CANCEL", "DTSTART:20260105T090000Z\r\n"));
  REQUIRE(utc);
  CHECK(utc->method == InvitationMethod::cancel);
  CHECK(utc->start.zone == "UTC");
  CHECK_FALSE(utc->repeats);
  const auto floating = parse_invitation(calendar("REQUEST", "DTSTART:20260105T090000\r\n"));
  REQUIRE(floating);
  CHECK(floating->start.zone.empty());
}

TEST_CASE("an answer to an invitation names who answers and how") {
  const auto reply =
      parse_invitation(calendar("REPLY",
                                "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org\r\n"
                                "DTSTART:20260105T090000Z\r\nSUMMARY:Budget\r\n"));
  REQUIRE(reply);
  CHECK(reply->method == InvitationMethod::reply);
  CHECK(reply->attendee == "bob@example.org");
  CHECK(reply->answer == "DECLINED");
}

TEST_CASE("what is no meeting, or one at a time that is none, is an ordinary file") {
  for (const char* fields :
       {"SUMMARY:no start\r\n", "DTSTART:20260230T090000Z\r\n", "DTSTART:20260105T240000Z\r\n",
        "DTSTART:20260105T0900\r\n", "DTSTART:tomorrow\r\n", "DTSTART\r\n",
        "DTSTART;TZID=\"Europe:20260105T090000\r\n"}) {
    CAPTURE(fields);
    CHECK_FALSE(parse_invitation(calendar("REQUEST", fields)));
  }
  CHECK_FALSE(parse_invitation(""));
  CHECK_FALSE(parse_invitation("\r\n\r\n"));
  CHECK_FALSE(parse_invitation("DTSTART:20260105T090000Z\r\n"));
  CHECK_FALSE(parse_invitation("BEGIN:VCARD\r\nBEGIN:VEVENT\r\nDTSTART:20260105T090000Z\r\n"));
}

TEST_CASE("a file is read up to its bound, and texts are short, whole and clean") {
  const std::string start = "DTSTART:20260105T090000Z\r\n";
  std::string small = calendar("REQUEST", start + "SUMMARY:" + std::string(2000, 'x') + "\r\n");
  const auto meeting = parse_invitation(small);
  REQUIRE(meeting);
  CHECK(meeting->summary.size() == 500);
  small.resize(kInvitationBytesMax, '\n');
  CHECK(parse_invitation(small));
  small.push_back('\n');
  CHECK_FALSE(parse_invitation(small));
  const auto dirty = parse_invitation(calendar("REQUEST", start + "SUMMARY:a\x01\xFF"
                                                                  "b\r\n"));
  REQUIRE(dirty);
  CHECK(dirty->summary ==
        "a \xEF\xBF\xBD"
        "b");
  std::string deep = "BEGIN:VCALENDAR\r\n";
  for (int i = 0; i < 5000; ++i) deep += "BEGIN:VEVENT\r\n";
  CHECK_FALSE(parse_invitation(deep + start));
}

}  // namespace
}  // namespace lethe::core
