#include "lethe/app/forwarding.h"

#include <condition_variable>
#include <tuple>

#include "app_fixture.h"
#include "lethe/mime/parse.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kGmail = "Gmail Team <forwarding-noreply@google.com>";
constexpr std::string_view kAsks = "(#862114059) Gmail Forwarding Confirmation";
constexpr std::string_view kText =
    "Confirmation code: 862114059\nhttps://mail-settings.google.com/mail/vf-abc\n";

std::int64_t mailbox(AppFixture& at, const std::string& address, std::int64_t id = 7) {
  expect(at.app().store.write([&](ports::Writing& tx) {
    return tx.catalog().save_mailbox({id, address, "", std::nullopt, std::nullopt});
  }));
  return id;
}

std::optional<ForwarderConfirmation> confirmation(AppFixture& at, std::int64_t id) {
  std::optional<ForwarderConfirmation> found;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(found, forwarder_confirmation(at.app(), tx, id));
    return {};
  }));
  return found;
}

RoundTrip trip_of(AppFixture& at, std::int64_t id) {
  RoundTrip trip;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(trip, read_round_trip(tx, id));
    return {};
  }));
  return trip;
}

core::EmailAddress public_address() {
  return expect(core::EmailAddress::parse("help@shop.example"));
}

std::size_t tickets_in(AppFixture& at) {
  std::size_t count = 0;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rows, tx.tickets().list({.limit = 50}));
    count = rows.size();
    return {};
  }));
  return count;
}

// Through the door's own port, as IMAP, SMTP and webhooks do.
void bring(AppFixture& at, std::string content, ports::Door door) {
  TakeInMail intake{at.app()};
  std::optional<Status> answer;
  std::mutex mutex;
  std::condition_variable told;
  ports::Delivery delivery{.envelope = {.sender = "someone@example.org",
                                        .recipients = {"support@example.com"},
                                        .door = door},
                           .content = std::move(content)};
  intake.take_in(std::move(delivery), [&](Status status) {
    const std::scoped_lock lock{mutex};
    answer = std::move(status);
    told.notify_all();
  });
  std::unique_lock lock{mutex};
  told.wait(lock, [&] { return answer.has_value(); });
  expect(*answer);
}

TEST_CASE("a forwarder's confirmation shows its code and link on the page of its mailbox alone") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  CHECK_FALSE(confirmation(at, id).has_value());
  const auto taken = expect(at.receive(AppFixture::mail(kGmail, kAsks, kText)));
  const auto shown = confirmation(at, id);
  REQUIRE(shown.has_value());
  CHECK(shown->request.code == "862114059");
  CHECK(shown->request.link == "https://mail-settings.google.com/mail/vf-abc");
  CHECK(shown->ticket == taken.ticket);
  CHECK_FALSE(shown->is_authentic);
  CHECK_FALSE(confirmation(at, 8).has_value());
  CHECK_FALSE(at.lies_in_clear("862114059"));
}

TEST_CASE("an ordinary mail neither makes nor replaces a confirmation, a newer one replaces it") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  expect(at.receive(AppFixture::mail("Ann <ann@example.org>", kAsks, kText)));
  CHECK_FALSE(confirmation(at, id).has_value());
  expect(at.receive(AppFixture::mail(kGmail, kAsks, kText)));
  expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Hello", "A question.")));
  CHECK(confirmation(at, id)->request.code == "862114059");
  expect(at.receive(AppFixture::mail(kGmail, "(#55512345) Again", kText)));
  CHECK(confirmation(at, id)->request.code == "55512345");
}

TEST_CASE("the mail of the round trip is known when it comes back, and makes no ticket") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  expect(begin_round_trip(at.app(), at.mail_server, id, public_address(), "en"));
  REQUIRE(at.mail_server.sent.size() == 1);
  const ports::OutgoingMail& sent = at.mail_server.sent.front();
  CHECK(sent.recipients == std::vector<std::string>{"help@shop.example"});
  CHECK(trip_of(at, id).sent == at.clock.now());
  CHECK_FALSE(trip_of(at, id).back.has_value());
  at.clock.advance(Seconds{3});
  bring(at, "X-Forwarded-For: help@shop.example support@example.com\r\n" + sent.content,
        ports::Door::imap);
  CHECK(trip_of(at, id).back == at.clock.now());
  CHECK(trip_of(at, id).door == ports::Door::imap);
  CHECK(tickets_in(at) == 0);
  at.clock.advance(Seconds{3});
  bring(at, sent.content, ports::Door::smtp);
  CHECK(trip_of(at, id).door == ports::Door::imap);
}

TEST_CASE("the mail of the round trip speaks the language of who asks for it") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  for (const auto& [language, subject] : {std::pair{"en", "Lethe: test of forwarding"},
                                          std::pair{"de", "Lethe: Test der Weiterleitung"},
                                          std::pair{"fr", "Lethe : test du transfert"},
                                          std::pair{"it", "Lethe: test of forwarding"}}) {
    expect(begin_round_trip(at.app(), at.mail_server, id, public_address(), language));
    const std::string& content = at.mail_server.sent.back().content;
    CHECK(mime::parse(content).subject == subject);
    CHECK(round_trip_token(at.app(), content).has_value());
    const bool is_english = std::string_view{subject} == "Lethe: test of forwarding";
    CHECK(content.contains("Nothing is to be done with it") == is_english);
  }
}

TEST_CASE("an answer to it, a forged id and one that is too old are ordinary mail") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  expect(begin_round_trip(at.app(), at.mail_server, id, public_address(), "en"));
  std::string content = at.mail_server.sent.front().content;
  const auto begin = content.find("<lethe-round-trip-");
  REQUIRE(begin != std::string::npos);
  const std::string own_id = content.substr(begin, content.find('>', begin) + 1 - begin);
  CHECK(round_trip_token(at.app(), content).has_value());

  bring(at,
        AppFixture::mail("Ann <ann@example.org>", "Re: test", own_id,
                         "In-Reply-To: " + own_id + "\r\n"),
        ports::Door::smtp);
  CHECK(tickets_in(at) == 1);
  CHECK_FALSE(trip_of(at, id).back.has_value());

  std::string forged = content;
  const auto last = forged.find('@', begin) - 1;
  forged[last] = forged[last] == '0' ? '1' : '0';
  CHECK_FALSE(round_trip_token(at.app(), forged).has_value());
  at.clock.advance(Seconds{7 * 24 * 60 * 60});
  CHECK(round_trip_token(at.app(), content).has_value());
  at.clock.advance(Seconds{1});
  CHECK_FALSE(round_trip_token(at.app(), content).has_value());
}

TEST_CASE("a second test voids the first, and one that was not sent is not waited for") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  expect(begin_round_trip(at.app(), at.mail_server, id, public_address(), "en"));
  at.clock.advance(Seconds{60});
  expect(begin_round_trip(at.app(), at.mail_server, id, public_address(), "en"));
  bring(at, at.mail_server.sent.front().content, ports::Door::smtp);
  CHECK_FALSE(trip_of(at, id).back.has_value());
  at.mail_server.refusal = Errc::unavailable;
  CHECK_FALSE(begin_round_trip(at.app(), at.mail_server, id, public_address(), "en").has_value());
  CHECK_FALSE(trip_of(at, id).sent.has_value());
  CHECK_FALSE(begin_round_trip(at.app(), at.mail_server, 99, public_address(), "en").has_value());
}

TEST_CASE("a test mail to a recipient who is refused says whether the address is at fault") {
  AppFixture at;
  const auto id = mailbox(at, "support@example.com");
  for (const auto& [kind, code, error] :
       {std::tuple{ports::Refusal::permanent, 550, Errc::forbidden},
        std::tuple{ports::Refusal::temporary, 451, Errc::unavailable}}) {
    at.mail_server.refused_recipients = {{.index = 0, .kind = kind, .smtp_code = code}};
    const auto sent = begin_round_trip(at.app(), at.mail_server, id, public_address(), "en");
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error().code == error);
    CHECK_FALSE(trip_of(at, id).sent.has_value());
  }
}

TEST_CASE("forwarded mail goes to the group of the address that it was first sent to") {
  AppFixture at;
  mailbox(at, "support@example.com");
  const auto group = core::GroupId::of(at.named(ports::NamedKind::group, "Sales"));
  expect(at.app().store.write([&](ports::Writing& tx) {
    return tx.catalog().save_mailbox({8, "sales@shop.example", "", group, std::nullopt});
  }));
  const auto gmail = expect(
      at.receive(AppFixture::mail("Ann <ann@example.org>", "By Gmail", "One.",
                                  "X-Forwarded-For: sales@shop.example support@example.com\r\n")));
  CHECK(at.row(gmail.ticket).group == group);
  const auto other = expect(at.receive(AppFixture::mail(
      "Ann <ann@example.org>", "Of others", "Two.", "X-Original-To: eve@elsewhere.example\r\n")));
  CHECK_FALSE(at.row(other.ticket).group.has_value());
}

TEST_CASE("mail that Microsoft 365 forwards goes to the group of the address that it names") {
  AppFixture at;
  mailbox(at, "support@example.com");
  const auto group = core::GroupId::of(at.named(ports::NamedKind::group, "Sales"));
  expect(at.app().store.write([&](ports::Writing& tx) {
    return tx.catalog().save_mailbox({8, "sales@shop.example", "", group, std::nullopt});
  }));
  const auto group_of = [&](const std::string& to, const std::string& cc) {
    const auto taken =
        expect(at.receive("From: Ann <ann@example.org>\r\nTo: " + to + "\r\nCc: " + cc +
                          "\r\nSubject: A price\r\n\r\nFor " + to + cc + "\r\n"));
    CHECK_FALSE(taken.duplicate);
    return at.row(taken.ticket).group;
  };
  // Nobody said that mail is forwarded here: the envelope counts.
  CHECK_FALSE(group_of("sales@shop.example", "carl@example.org").has_value());
  expect(begin_round_trip(at.app(), at.mail_server, 7, public_address(), "en"));
  CHECK(group_of("Sales@Shop.Example", "bob@example.org") == group);
  CHECK(group_of("bob@example.org", "sales@shop.example") == group);
  CHECK_FALSE(group_of("sales@shop.example", "support@example.com").has_value());
  CHECK_FALSE(group_of("bob@example.org", "eve@example.org").has_value());
}

}  // namespace
}  // namespace lethe::app::testing
