#include <algorithm>
#include <future>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/mail_checks.h"
#include "lethe/app/mail_limits.h"
#include "lethe/app/send_mail.h"
#include "lethe/mime/parse.h"

namespace lethe::app::testing {
namespace {

struct Wished {
  std::string sender = "ann@example.org";
  std::string from = "Ann <ann@example.org>";
  std::string extra;  // header lines
  std::string text = "The left crank is loose.";
  std::string id = "QQ+1 x";
  std::vector<ports::DeliveryNotice> notices = {{"support@example.com", "rfc822;help@old.example"}};
};

TakenIn receive(AppFixture& at, const Wished& wished, const MailChecks& checks = {}) {
  ports::Delivery delivery{
      .envelope = {.sender = wished.sender,
                   .recipients = {"support@example.com", "sales@example.com"},
                   .notices = wished.notices,
                   .notice_id = wished.id},
      .content = AppFixture::mail(wished.from, "Broken pedal", wished.text, wished.extra)};
  std::promise<Result<TakenIn>> told;
  take_in_mail(
      at.app(), std::move(delivery), MailSource::door,
      [&](Result<TakenIn> taken) { told.set_value(std::move(taken)); }, checks);
  return expect(told.get_future().get());
}

// The notices among all that leaves.
std::vector<mime::Message> notices_sent(AppFixture& at) {
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  std::vector<mime::Message> notices;
  for (const ports::OutgoingMail& mail : at.mail_server.sent) {
    mime::Message read = mime::parse(mail.content);
    if (!read.header("content-type").value_or("").contains("delivery-status")) continue;
    CHECK(mail.envelope_from.empty());
    notices.push_back(std::move(read));
  }
  at.mail_server.sent.clear();
  return notices;
}

std::string part_of(const mime::Message& mail, std::string_view type) {
  const auto part = std::ranges::find_if(
      mail.attachments, [&](const mime::Attachment& file) { return file.type == type; });
  REQUIRE(part != mail.attachments.end());
  return part->content;
}

}  // namespace

TEST_CASE("who asked for it is told that the mail was delivered, for a program to read") {
  AppFixture at;
  receive(at, {.extra = "Message-ID: <m1@example.org>\r\n"});
  const auto notices = notices_sent(at);
  REQUIRE(notices.size() == 1);
  const mime::Message& notice = notices[0];
  REQUIRE(notice.to.size() == 1);
  CHECK(notice.to[0].address == "ann@example.org");
  CHECK(notice.header("Auto-Submitted") == "auto-replied");
  CHECK(notice.in_reply_to == std::vector<std::string>{"m1@example.org"});
  const std::string report = part_of(notice, "message/delivery-status");
  CHECK(report.contains("Original-Envelope-Id: QQ+1 x\r\n"));
  CHECK(report.contains("Reporting-MTA: dns; "));
  CHECK(report.contains("\r\n\r\nOriginal-Recipient: rfc822;help@old.example\r\n"));
  CHECK(report.contains("Final-Recipient: rfc822; support@example.com\r\n"));
  CHECK(report.contains("Action: delivered\r\nStatus: 2.1.5\r\n"));
}

TEST_CASE("a notice holds nothing of the mail but its id") {
  AppFixture at;
  at.mail_server.sent.clear();
  receive(at, {.extra = "Message-ID: <m1@example.org>\r\n", .text = "secret words"});
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  const auto notice = std::ranges::find_if(at.mail_server.sent, [](const auto& mail) {
    return mail.content.contains("delivery-status");
  });
  REQUIRE(notice != at.mail_server.sent.end());
  CHECK(notice->content.contains("Message-ID: <m1@example.org>"));
  CHECK_FALSE(notice->content.contains("secret"));
  CHECK_FALSE(notice->content.contains("pedal"));
}

TEST_CASE("without the wish there is no notice, and none twice") {
  AppFixture at;
  receive(at, {.notices = {}});
  CHECK(notices_sent(at).empty());
  const Wished again{.extra = "Message-ID: <m2@example.org>\r\n"};
  receive(at, again);
  receive(at, again);
  CHECK(notices_sent(at).size() == 1);
}

TEST_CASE("every recipient that asked stands in the one notice") {
  AppFixture at;
  receive(at, {.notices = {{"support@example.com", ""}, {"sales@example.com", "rfc822;s@b"}}});
  const auto notices = notices_sent(at);
  REQUIRE(notices.size() == 1);
  const std::string report = part_of(notices[0], "message/delivery-status");
  CHECK(report.contains("Final-Recipient: rfc822; support@example.com"));
  CHECK(report.contains("Original-Recipient: rfc822;s@b\r\nFinal-Recipient: rfc822; sales@"));
}

TEST_CASE("of recipients of another copy nothing is said") {
  AppFixture at;
  receive(at, {.notices = {{"relayed@example.com", ""}}});
  CHECK(notices_sent(at).empty());
}

TEST_CASE("nobody is told but the author, at their own reverse path") {
  for (const std::string sender : {"", "bounces+ann@list.example", "victim@example.net", "no"}) {
    AppFixture at;
    receive(at, {.sender = sender});
    CHECK_MESSAGE(notices_sent(at).empty(), sender);
  }
}

TEST_CASE("automatic mail and list mail cause no notice") {
  for (const std::string extra :
       {"Auto-Submitted: auto-replied\r\n", "List-Id: <l.example.org>\r\n", "Precedence: bulk\r\n",
        "X-Auto-Response-Suppress: All\r\n"}) {
    AppFixture at;
    receive(at, {.extra = extra});
    CHECK_MESSAGE(notices_sent(at).empty(), extra);
  }
}

TEST_CASE("notices count among the automatic mails that an address gets in an hour") {
  AppFixture at;
  for (int i = 0; i < 8; ++i) {
    receive(at, {.extra = "Message-ID: <n" + std::to_string(i) + "@example.org>\r\n",
                 .text = "Mail " + std::to_string(i)});
  }
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  CHECK(at.mail_server.sent.size() == 5);  // with the acknowledgements
}

TEST_CASE("a notice that a limit held back is seen in the ticket") {
  AppFixture at;
  expect(save_mail_limits(at.app(), {.per_address = 1, .per_ticket = 5, .per_domain = 5}));
  const auto events_of = [&](core::TicketId ticket) {
    std::vector<std::string> events;
    for (const MessageView& message : at.view(ticket).messages) {
      if (message.kind == ports::MessageKind::event) events.push_back(message.event);
    }
    return events;
  };
  // The acknowledgement is the one mail that may leave.
  const auto held = receive(at, {.extra = "Message-ID: <h1@example.org>\r\n"});
  CHECK(events_of(held.ticket) == std::vector<std::string>{"unnotified address"});
  CHECK(notices_sent(at).empty());
  const auto unasked = receive(at, {.text = "Another matter.", .notices = {}});
  CHECK(events_of(unasked.ticket) == std::vector<std::string>{"unacknowledged address"});
}

TEST_CASE("an erased sender gets no notice any more") {
  AppFixture at;
  receive(at, {});
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person("ann@example.org"), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  CHECK(notices_sent(at).empty());
}

TEST_CASE("what a notice says waits sealed") {
  AppFixture at;
  receive(at, {.id = "telltale-envelope",
               .notices = {{"support@example.com", "rfc822;old@name.example"}}});
  CHECK_FALSE(at.lies_in_clear("telltale-envelope"));
  CHECK_FALSE(at.lies_in_clear("old@name.example"));
}

}  // namespace lethe::app::testing
