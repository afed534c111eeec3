#include "lethe/app/invitations.h"

#include "app_fixture.h"

namespace lethe::app::testing {
namespace {

std::string mail_with_calendar(std::string_view calendar) {
  return "From: Ann <ann@example.org>\r\nTo: support@example.com\r\nSubject: Budget\r\n"
         "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\nPlease come.\r\n"
         "--b\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" +
         std::string{calendar} + "\r\n--b--\r\n";
}

std::optional<core::Invitation> invitation_of(AppFixture& at, core::TicketId ticket) {
  const MessageView message = at.view(ticket).messages.at(0);
  REQUIRE(message.attachments.size() == 1);
  std::optional<core::Invitation> found;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(found, invitation_in(at.app(), tx, message.attachments[0]));
    return {};
  }));
  return found;
}

TEST_CASE("a meeting is read from its sealed file, and a broken one is an ordinary file") {
  AppFixture at;
  const auto meeting = expect(at.receive(mail_with_calendar(
      "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Secret merger\r\n"
      "DTSTART;TZID=Europe/Berlin:20260105T100000\r\nEND:VEVENT\r\nEND:VCALENDAR")));
  const auto found = invitation_of(at, meeting.ticket);
  REQUIRE(found);
  CHECK(found->summary == "Secret merger");
  CHECK(found->method == core::InvitationMethod::request);
  CHECK_FALSE(at.lies_in_clear("Secret merger"));
  const auto broken = expect(at.receive(mail_with_calendar("BEGIN:VCALENDAR\r\nnothing else")));
  CHECK_FALSE(invitation_of(at, broken.ticket));
}

}  // namespace
}  // namespace lethe::app::testing
