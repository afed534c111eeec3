#include <algorithm>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_design.h"
#include "lethe/app/mail_limits.h"
#include "lethe/app/people.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/sweep.h"
#include "lethe/app/threading.h"
#include "lethe/mime/parse.h"

namespace lethe::app::testing {
namespace {

// What left, as a reader of mail understands it.
mime::Message read_back(const ports::OutgoingMail& mail) { return mime::parse(mail.content); }

std::string field(const ports::OutgoingMail& mail, std::string_view name) {
  return std::string{read_back(mail).header(name).value_or("")};
}

std::string token_in(const std::string& header) {
  const auto start = header.rfind('/') + 1;
  return header.substr(start, header.find('>') - start);
}

std::vector<ports::OutgoingMail> all_sent(AppFixture& at) {
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  return std::move(at.mail_server.sent);
}

core::TicketId asked_by_ann(AppFixture& at, std::string_view extra = {}) {
  return expect(at.receive(AppFixture::mail("Ann <ann@example.org>", "Broken pedal",
                                            "The left crank is loose.", extra),
                           "ann@example.org"))
      .ticket;
}

void answer(AppFixture& at, core::TicketId ticket, std::vector<std::string_view> cc = {},
            std::vector<NewFile> files = {}, std::string text = "Tighten it.") {
  const std::string agent = "boss" + ticket.to_string() + "@example.com";
  NewAnswer order{.ticket = ticket, .by = at.agent(agent), .text = std::move(text)};
  for (const std::string_view address : cc) {
    order.cc.push_back(expect(core::EmailAddress::parse(address)));
  }
  order.files = std::move(files);
  expect(answer_ticket(at.app(), order));
}

const ports::OutgoingMail& sent_to(const std::vector<ports::OutgoingMail>& mails,
                                   std::string_view address) {
  const auto found = std::ranges::find_if(
      mails, [&](const auto& mail) { return mail.recipients.front() == address; });
  REQUIRE(found != mails.end());
  return *found;
}

std::string report_about(std::string_view address, std::string_view status,
                         std::string_view diagnostic) {
  return "From: Mail System <MAILER-DAEMON@mx.example.org>\r\nSubject: Undelivered\r\n"
         "Date: Mon, 5 Jan 2026 12:00:00 +0000\r\nAuto-Submitted: auto-replied\r\n"
         "MIME-Version: 1.0\r\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
         "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
         "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; " +
         std::string{address} + "\r\nAction: failed\r\nStatus: " + std::string{status} +
         "\r\nDiagnostic-Code: smtp; " + std::string{diagnostic} + "\r\n--b--\r\n";
}

void bounce(AppFixture& at, std::string_view to, std::string report) {
  expect(at.app().store.read([](const ports::Reading&) -> Status { return {}; }));
  std::optional<Result<TakenIn>> taken;
  take_in_mail(
      at.app(),
      {.envelope = {.sender = "", .recipients = {std::string{to}}}, .content = std::move(report)},
      MailSource::door, [&](Result<TakenIn> done) { taken = std::move(done); });
  expect(at.app().store.write([](ports::Writing&) -> Status { return {}; }));
  REQUIRE(taken.has_value());
  REQUIRE(taken->has_value());
}

bool comes_back(AppFixture& at, std::string_view address) {
  bool found = false;
  const auto parsed = expect(core::EmailAddress::parse(address));
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto mark, bounces(at.app(), tx, parsed, at.clock.now()));
    found = mark.has_value();
    return {};
  }));
  return found;
}

TEST_CASE("an answer refers to the first mail of a long conversation and to the newest ones") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  const auto agent = at.agent("boss@example.com");
  for (int n = 1; n <= 22; ++n) {
    const NewAnswer order{.ticket = ticket, .by = agent, .text = "Answer " + std::to_string(n)};
    expect(answer_ticket(at.app(), order));
    at.clock.advance(Seconds{1});
  }
  std::vector<std::string> ids;
  const TicketView view = at.view(ticket);
  for (const MessageView& message : view.messages) {
    if (!message.message_id.empty()) ids.push_back(message.message_id);
  }
  REQUIRE(ids.size() > 21);
  const auto mails = all_sent(at);
  const auto sent_as = [&](const std::string& id) {
    const auto mail = std::ranges::find_if(
        mails, [&](const auto& each) { return read_back(each).message_id == id; });
    REQUIRE(mail != mails.end());
    return read_back(*mail);
  };
  const mime::Message last = sent_as(ids.back());
  std::vector<std::string> named(ids.end() - 20, ids.end() - 1);
  named.insert(named.begin(), ids.front());
  CHECK(last.references == named);
  CHECK(last.in_reply_to == std::vector{ids[ids.size() - 2]});
  // What came later is not referred to, and of few mails all are named.
  CHECK(sent_as(ids[3]).references == std::vector<std::string>(ids.begin(), ids.begin() + 3));
}

// The header block, byte for byte.
std::string head_of(const ports::OutgoingMail& mail) {
  return mail.content.substr(0, mail.content.find("\r\n\r\n"));
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

TEST_CASE("only who needs SMTPUTF8 gets a header with letters beyond ASCII") {
  AppFixture at;
  const auto ticket = expect(at.receive(AppFixture::mail("Ann <ann@b\xC3\xBC"
                                                         "cher.example>",
                                                         "Broken pedal", "The crank is loose."),
                                        "ann@xn--bcher-kva.example"))
                          .ticket;
  answer(at, ticket,
         {"j\xC3\xB6rg@example.org",
          "bob@b\xC3\xBC"
          "cher.example"});
  const auto mails = all_sent(at);
  REQUIRE(mails.size() == 4);  // the acknowledgement, the answer and two copies
  for (const auto& mail : mails) {
    const std::string to = mail.recipients.front();
    CAPTURE(to);
    CHECK(is_ascii(head_of(mail)) == !to.starts_with("j"));
    CHECK(read_back(mail).to.front().address == "ann@xn--bcher-kva.example");
  }
}

TEST_CASE("our own domain beyond ASCII stands as A-labels wherever a mail names it") {
  AppFixture at;
  at.app().installation.mail_from =
      "hilfe@b\xC3\xBC"
      "cher.example";
  const auto ticket = asked_by_ann(at);
  answer(at, ticket);
  const auto mails = all_sent(at);
  REQUIRE(mails.size() == 2);
  for (const auto& mail : mails) {
    CHECK(is_ascii(head_of(mail)));
    const mime::Message read = read_back(mail);
    CHECK(read.from.front().address == "hilfe@xn--bcher-kva.example");
    CHECK(read.reply_to.front().address.ends_with("@xn--bcher-kva.example"));
    CHECK(read.message_id.ends_with("@xn--bcher-kva.example"));
    if (!mail.envelope_from.empty()) CHECK(is_ascii(mail.envelope_from));
  }
}

TEST_CASE("an acknowledgement can be unsubscribed with one click, an answer to who asked cannot") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket);
  const auto mails = all_sent(at);
  REQUIRE(mails.size() == 2);
  const auto& confirmed = mails[0];
  CHECK(field(confirmed, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click");
  CHECK(field(confirmed, "List-Unsubscribe").find("/unsubscribe/") != std::string::npos);
  CHECK(field(mails[1], "List-Unsubscribe").empty());
  CHECK(mails[1].content.find("/choices/") != std::string::npos);
  CHECK(read_back(mails[1]).html.contains("\">Choose which mails you get</a></p>"));

  expect(unsubscribe(at.app(), token_in(field(confirmed, "List-Unsubscribe"))));
  const auto second = asked_by_ann(at, "Message-ID: <other@example.org>\r\n");
  answer(at, second);
  const auto later = all_sent(at);
  REQUIRE(later.size() == 1);  // the answer alone
  CHECK(field(later[0], "Auto-Submitted").empty());
}

TEST_CASE("who was put on Cc can leave, is not written to again, and comes back by writing") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket, {"bob@example.org"});
  const auto mails = all_sent(at);
  const auto& copy = sent_to(mails, "bob@example.org");
  const std::string token = token_in(field(copy, "List-Unsubscribe"));
  CHECK(expect(read_choices(at.app(), token)).in_thread);
  expect(unsubscribe(at.app(), token));
  CHECK(expect(read_choices(at.app(), token)).left);
  CHECK(at.view(ticket).cc.empty());

  NewAnswer again{.ticket = ticket, .by = at.agent("boss2@example.com"), .text = "More."};
  again.cc = {expect(core::EmailAddress::parse("bob@example.org"))};
  const auto refused = answer_ticket(at.app(), again);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().field == "cc");

  const auto reply_to = read_back(copy).reply_to.front().address;
  bounce(at, reply_to,
         AppFixture::mail("Bob <bob@example.org>", "Re: Broken pedal", "I am interested again."));
  REQUIRE(at.view(ticket).cc.size() == 1);
  CHECK_FALSE(expect(read_choices(at.app(), token)).left);
}

TEST_CASE("who leaves by a mail from before a merge leaves the merged conversation") {
  AppFixture at;
  const auto gone = asked_by_ann(at);
  answer(at, gone, {"bob@example.org"});
  const auto kept =
      expect(at.receive(AppFixture::mail("Cleo <cleo@example.org>", "The same pedal", "Mine too."),
                        "cleo@example.org"))
          .ticket;
  const auto bob = at.person("bob@example.org");
  const auto address = expect(core::EmailAddress::parse("bob@example.org"));
  const std::string token = choices_token(at.app(), bob, address, gone, ChoiceSubject::thread);
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  const auto takes_part = [&] {
    return std::ranges::any_of(at.view(kept).cc,
                               [&](const Who& who) { return who.id == bob.value(); });
  };
  REQUIRE(takes_part());
  expect(unsubscribe(at.app(), token));
  CHECK_FALSE(takes_part());
  CHECK(expect(read_choices(at.app(), token)).left);
}

TEST_CASE("an answer goes to the address that the customer last wrote from, while it is theirs") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  const auto ann = at.person("ann@example.org");
  expect(at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto other, core::EmailAddress::parse("ann@home.example"));
    return add_address(at.app(), tx, ann, other);
  }));
  const auto agent = at.agent("boss@example.com");
  const auto answered_to = [&] {
    expect(answer_ticket(at.app(), {.ticket = ticket, .by = agent, .text = "Tighten it."}));
    const auto mails = all_sent(at);
    REQUIRE_FALSE(mails.empty());
    return std::pair{mails.back().recipients.front(), read_back(mails.back())};
  };
  CHECK(answered_to().first == "ann@example.org");
  const auto [_, answer_mail] = answered_to();
  const std::string joins = "In-Reply-To: <" + answer_mail.message_id + ">\r\n";
  const auto taken = expect(at.receive(
      AppFixture::mail("Ann <Ann@home.example>", "Re: Broken pedal", "Now from home.", joins),
      "ann@home.example"));
  REQUIRE(taken.ticket == ticket);
  CHECK(answered_to().first == "ann@home.example");
}

TEST_CASE("a copy that waits is not sent to who left meanwhile") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket, {"bob@example.org"});
  const auto bob = at.person("bob@example.org");
  const auto address = expect(core::EmailAddress::parse("bob@example.org"));
  expect(
      unsubscribe(at.app(), choices_token(at.app(), bob, address, ticket, ChoiceSubject::thread)));
  for (const auto& mail : all_sent(at)) CHECK(mail.recipients.front() != "bob@example.org");
}

TEST_CASE("who called our mail spam gets no copies, and still the answers to their own questions") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket, {"bob@example.org"});
  all_sent(at);
  for (const char* who : {"ann@example.org", "bob@example.org"}) {
    const auto person = at.person(who);
    const auto address = expect(core::EmailAddress::parse(who));
    expect(at.app().store.write([&](ports::Writing& tx) {
      return note_report(
          at.app(), tx, person, address,
          {.action = core::DeliveryAction::failed, .reason = core::BounceReason::complaint});
    }));
  }
  const auto second = asked_by_ann(at, "Message-ID: <second@example.org>\r\n");
  answer(at, second, {"bob@example.org"});
  const auto mails = all_sent(at);
  REQUIRE(mails.size() == 1);
  CHECK(mails.front().recipients.front() == "ann@example.org");
}

TEST_CASE("a link that was changed by one letter changes nothing and says so") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  const auto ann = at.person("ann@example.org");
  const auto address = expect(core::EmailAddress::parse("ann@example.org"));
  const std::string token =
      choices_token(at.app(), ann, address, ticket, ChoiceSubject::acknowledgements);
  for (const std::size_t at_letter : {std::size_t{1}, std::size_t{3}, token.size() / 2}) {
    std::string forged = token;
    forged[at_letter] = forged[at_letter] == 'A' ? 'B' : 'A';
    const auto done = unsubscribe(at.app(), forged);
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::not_found);
  }
  CHECK(expect(read_choices(at.app(), token)).acknowledgements);
}

TEST_CASE("what was unsubscribed stays so after a restore of older data") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  const auto ann = at.person("ann@example.org");
  const auto address = expect(core::EmailAddress::parse("ann@example.org"));
  const std::string token =
      choices_token(at.app(), ann, address, ticket, ChoiceSubject::acknowledgements);
  at.back_up();
  expect(unsubscribe(at.app(), token));
  at.put_back();
  expect(sweep(at.app(), ConfirmSweep::no));
  CHECK_FALSE(expect(read_choices(at.app(), token)).acknowledgements);
}

TEST_CASE("who left a conversation and came back takes part after a restore of older data") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket, {"bob@example.org"});
  const auto bob = at.person("bob@example.org");
  const auto address = expect(core::EmailAddress::parse("bob@example.org"));
  const std::string token = choices_token(at.app(), bob, address, ticket, ChoiceSubject::thread);
  at.back_up();
  expect(save_choices(at.app(), token, {.left = true}));
  CHECK(at.view(ticket).cc.empty());
  expect(save_choices(at.app(), token, {.left = false}));
  at.put_back();
  expect(sweep(at.app(), ConfirmSweep::no));
  CHECK_FALSE(expect(read_choices(at.app(), token)).left);
  CHECK(at.view(ticket).cc.size() == 1);
}

TEST_CASE("a hard bounce holds back automatic mail, never an answer, until an agent lifts it") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket);
  auto mails = all_sent(at);
  const std::string back_to = mails[1].envelope_from;
  REQUIRE(back_to.starts_with("bounce+"));
  bounce(at, back_to, report_about("ann@example.org", "5.1.1", "550 5.1.1 no such user"));
  CHECK(comes_back(at, "ann@example.org"));
  CHECK(at.view(ticket).messages.back().flags.bounce);

  const auto second = asked_by_ann(at, "Message-ID: <other@example.org>\r\n");
  answer(at, second);
  mails = all_sent(at);
  REQUIRE(mails.size() == 1);
  CHECK(field(mails[0], "Auto-Submitted").empty());

  expect(lift_bounces(at.app(), at.person("ann@example.org")));
  CHECK_FALSE(comes_back(at, "ann@example.org"));
}

TEST_CASE("soft bounces count from the fifth on, and are forgotten after 30 days") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket);
  const auto mails = all_sent(at);
  for (int n = 1; n <= 5; ++n) {
    CHECK_FALSE(comes_back(at, "ann@example.org"));
    bounce(at, mails[1].envelope_from,
           report_about("ann@example.org", "4.2.2",
                        "452 4.2.2 mailbox full, try " + std::to_string(n)));
  }
  CHECK(comes_back(at, "ann@example.org"));
  at.clock.advance(Days{30});
  CHECK_FALSE(comes_back(at, "ann@example.org"));
}

TEST_CASE("a recipient whom the server refuses counts like a soft bounce") {
  AppFixture at;
  at.mail_server.refused_recipients = {
      {.index = 0, .kind = ports::Refusal::permanent, .smtp_code = 550}};
  const auto ticket = asked_by_ann(at);
  const auto agent = at.agent("boss@example.com");
  CHECK(all_sent(at).empty());
  for (int n = 2; n <= 5; ++n) {
    CHECK_FALSE(comes_back(at, "ann@example.org"));
    const NewAnswer order{.ticket = ticket, .by = agent, .text = "Answer " + std::to_string(n)};
    expect(answer_ticket(at.app(), order));
    CHECK(all_sent(at).empty());
  }
  CHECK(comes_back(at, "ann@example.org"));
}

TEST_CASE("a recipient who is refused for now counts for nothing and is asked again") {
  AppFixture at;
  at.mail_server.refused_recipients = {
      {.index = 0, .kind = ports::Refusal::temporary, .smtp_code = 452}};
  asked_by_ann(at);
  CHECK(all_sent(at).empty());
  at.mail_server.refused_recipients.clear();
  at.clock.advance(Seconds{60});
  CHECK(all_sent(at).size() == 1);
  CHECK_FALSE(comes_back(at, "ann@example.org"));
}

TEST_CASE("a bounce without proof that the mail was ours changes nothing") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket);
  const auto mails = all_sent(at);
  bounce(at, "help@example.com",
         report_about("ann@example.org", "5.1.1", "550 5.1.1 no such user"));
  CHECK_FALSE(comes_back(at, "ann@example.org"));
}

TEST_CASE("what is known of an address goes with the person") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  answer(at, ticket);
  const auto mails = all_sent(at);
  bounce(at, mails[1].envelope_from,
         report_about("ann@example.org", "5.1.1", "550 5.1.1 no such user"));
  const auto ann = at.person("ann@example.org");
  const core::ErasureId ids[] = {expect(approve_erasure(at.app(), {.person = ann, .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  CHECK_FALSE(comes_back(at, "ann@example.org"));
}

TEST_CASE("a domain's machines that change their address are stopped, and the ticket says so") {
  AppFixture at;
  expect(save_mail_limits(at.app(), {.per_address = 5, .per_ticket = 5, .per_domain = 3}));
  core::TicketId last = core::TicketId::of(1);
  for (int n = 0; n < 5; ++n) {
    const std::string robot = "robot" + std::to_string(n) + "@machines.example";
    last =
        expect(at.receive(AppFixture::mail(robot, "Ping " + std::to_string(n), "x"), robot)).ticket;
  }
  CHECK(all_sent(at).size() == 3);
  const auto view = at.view(last);
  CHECK(std::ranges::any_of(view.messages, [](const MessageView& message) {
    return message.event == "unacknowledged domain";
  }));
  answer(at, last);
  CHECK(all_sent(at).size() == 1);  // an answer is never held back
}

TEST_CASE("an address that Cc names twice gets one mail") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  all_sent(at);
  answer(at, ticket, {"bob@example.org", "BOB@Example.org", "carl@example.org", "bob@example.org"});
  const auto mails = all_sent(at);
  CHECK(mails.size() == 3);
  for (const char* address : {"ann@example.org", "bob@example.org", "carl@example.org"}) {
    CHECK(sent_to(mails, address).recipients.size() == 1);
  }
}

TEST_CASE("a limit is 1 to 100,000") {
  AppFixture at;
  CHECK_FALSE(save_mail_limits(at.app(), {.per_address = 0}).has_value());
  CHECK_FALSE(save_mail_limits(at.app(), {.per_domain = 100'001}).has_value());
  CHECK(save_mail_limits(at.app(), {.per_address = 1, .per_domain = 100'000}).has_value());
}

TEST_CASE("a picture that the text shows stands in the mail, other files are attached whole") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  std::string picture = "\x89PNG\r\n\x1a\n";
  for (int n = 0; n < 512; ++n) picture += static_cast<char>(n);
  answer(at, ticket, {},
         {{"crank.png", "image/png", picture}, {"Anleitung ü.pdf", "application/pdf", picture}},
         "Look: ![the crank](crank.png)");
  const auto mails = all_sent(at);
  const auto message = read_back(mails[1]);
  std::size_t shown = 0;
  std::size_t attached = 0;
  for (const auto& file : message.attachments) {
    CHECK(file.content == picture);
    if (file.type == "image/png") {
      shown += 1;
      CHECK(message.html.find("cid:" + file.content_id) != std::string::npos);
    }
    if (file.type == "application/pdf") {
      attached += 1;
      CHECK(file.name == "Anleitung ü.pdf");
    }
  }
  CHECK(shown == 1);
  CHECK(attached == 1);
}

TEST_CASE("files beyond what mail carries are refused in a sentence") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  NewAnswer order{.ticket = ticket, .by = at.agent("boss@example.com"), .text = "Here."};
  order.files = {
      {"big.bin", "application/octet-stream", std::string(kAnswerFileBytesMax + 1, 'x')}};
  const auto refused = answer_ticket(at.app(), order);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::too_large);
  CHECK(refused.error().detail.find("19 MB") != std::string::npos);
}

TEST_CASE("a mail speaks the language of its recipient, else that of the organisation") {
  CHECK(mail_language("de-AT", "fr") == "de");
  CHECK(mail_language("nl", "fr") == "fr");
  CHECK(mail_language("", "") == "en");
  AppFixture at;
  expect(at.app().store.write(
      [](ports::Writing& tx) { return tx.catalog().set_setting("language", "de"); }));
  asked_by_ann(at);
  const auto mails = all_sent(at);
  CHECK(mails[0].content.find("Ihre Nummer ist") != std::string::npos);
}

TEST_CASE("texts of the administrator are used from the next mail on") {
  AppFixture at;
  expect(save_mail_texts(at.app(), "en",
                         {"Dear {name},", "{organisation} has it under {number}.", ""}));
  expect(at.app().store.write(
      [](ports::Writing& tx) { return tx.catalog().set_setting("organisation", "Renamed Ltd"); }));
  asked_by_ann(at);
  const auto mails = all_sent(at);
  CHECK(mails[0].content.find("Dear Ann,") != std::string::npos);
  CHECK(mails[0].content.find("Renamed Ltd has it under #") != std::string::npos);
  CHECK(read_back(mails[0]).from.front().name == "Renamed Ltd");
}

TEST_CASE("a placeholder that is not known, or a brace left open, is refused at its field") {
  AppFixture at;
  const auto unknown = save_mail_texts(at.app(), "en", {"Hello {nmae},", "x", ""});
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().field == "greeting");
  const auto open = save_mail_texts(at.app(), "en", {"Hello", "your {number", ""});
  REQUIRE_FALSE(open.has_value());
  CHECK(open.error().field == "acknowledgement");
  CHECK_FALSE(save_mail_texts(at.app(), "xx", {"Hello", "x", ""}).has_value());
  CHECK_FALSE(save_mail_colour(at.app(), "red").has_value());
  CHECK(save_mail_colour(at.app(), "#12aBef").has_value());
}

TEST_CASE("many mails that wait for a slow domain do not hide those behind them") {
  AppFixture at;
  const auto written_by = [&](const std::string& address) {
    expect(at.receive(AppFixture::mail(address, "From " + address, "Hello."), address));
  };
  for (const char* who : {"a", "b", "c", "d", "e"}) {
    written_by(std::string{who} + "@slow.example");
  }
  at.clock.advance(Seconds{1});
  written_by("ann@quick.example");

  MailLanes lanes;
  for (std::int64_t n = 1; n <= kLanesPerDomain; ++n) {
    REQUIRE(lanes.enter(core::OutgoingId::of(n), "slow.example", at.clock.now()) ==
            MailLanes::Entry::open);
  }
  CHECK(expect(send_due_mail(at.app(), at.mail_server, 2, lanes)) == 1);
  REQUIRE(at.mail_server.sent.size() == 1);
  CHECK(at.mail_server.sent.front().recipients.front() == "ann@quick.example");
}

TEST_CASE(
    "after a refused sign-in no mail is tried for five minutes, and none is given up for it") {
  AppFixture at;
  for (const char* address : {"ann@one.example", "bob@two.example", "eve@three.example"}) {
    expect(at.receive(AppFixture::mail(address, "A question", "Hello."), address));
  }
  MailLanes lanes;
  const auto tried = [&] { return expect(send_due_mail(at.app(), at.mail_server, 100, lanes)); };
  at.mail_server.refusal = Errc::unauthenticated;
  CHECK(tried() == 1);
  at.mail_server.refusal.reset();
  at.clock.advance(kSignInRest - Seconds{1});
  CHECK(tried() == 0);
  at.clock.advance(Seconds{1});
  CHECK(tried() == 3);
  CHECK(at.mail_server.sent.size() == 3);
}

TEST_CASE("a domain takes two workers at most and rests after three troubles in a row") {
  MailLanes lanes;
  const Instant now = kStart;
  const auto id = [](std::int64_t n) { return core::OutgoingId::of(n); };
  using Entry = MailLanes::Entry;
  CHECK(lanes.enter(id(1), "slow.example", now) == Entry::open);
  CHECK(lanes.enter(id(1), "slow.example", now) == Entry::busy);  // it is leaving already
  CHECK(lanes.enter(id(2), "slow.example", now) == Entry::open);
  CHECK(lanes.enter(id(3), "slow.example", now) == Entry::busy);
  CHECK(lanes.enter(id(4), "quick.example", now) == Entry::open);
  lanes.leave(id(1), "slow.example", true, now);
  lanes.leave(id(2), "slow.example", true, now);
  CHECK(lanes.enter(id(3), "slow.example", now) == Entry::open);
  lanes.leave(id(3), "slow.example", true, now);
  CHECK(lanes.enter(id(3), "slow.example", now) == Entry::resting);
  const Instant opens = lanes.opens_at("slow.example");
  CHECK(opens == now + Seconds{60});
  CHECK(lanes.enter(id(3), "slow.example", opens - Seconds{1}) == Entry::resting);
  CHECK(lanes.enter(id(3), "slow.example", opens) == Entry::open);
}

}  // namespace
}  // namespace lethe::app::testing
