#include "lethe/smtp_out/submission.h"

#include <doctest/doctest.h>

#include "certificate.h"
#include "harness.h"
#include "scripted_server.h"

namespace lethe::smtp_out {
namespace {

using ports::Refusal;
using smtp_in::CommandedIntake;
using smtp_in::Harness;
using smtp_in::TestDirectory;
using smtp_in::TlsFiles;

std::unique_ptr<ports::OutboundMail> submission(Settings settings) {
  settings.host_name = "lethe.example";
  auto opened = open_submission(std::move(settings));
  REQUIRE(opened);
  return std::move(*opened);
}

std::string url_of(const Harness& harness, std::string_view host = "127.0.0.1") {
  return "smtp://" + std::string{host} + ':' + std::to_string(harness.port());
}

ports::OutgoingMail mail_to(std::vector<std::string> recipients,
                            std::string content = "Subject: hi\r\n\r\nhello\r\n") {
  return {.envelope_from = "desk@lethe.example",
          .recipients = std::move(recipients),
          .content = std::move(content)};
}

Errc refusal_of(ports::OutboundMail& outbound, const ports::OutgoingMail& mail) {
  const auto receipt = outbound.send(mail);
  REQUIRE_FALSE(receipt);
  CHECK_FALSE(receipt.error().detail.empty());
  CHECK_FALSE(receipt.error().detail.contains('@'));
  return receipt.error().code;
}

// Content as it arrives at a real server after stuffing and unstuffing.
std::string arrived(std::string content) {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  REQUIRE(outbound->send(mail_to({"ann@example.org"}, std::move(content))));
  return harness.intake.mails().at(0).content;
}

struct Tls {
  Tls() { smtp_in::write_certificate(files.certificate, files.key); }
  TestDirectory directory;
  TlsFiles files{directory.file("cert.pem"), directory.file("key.pem")};
};

}  // namespace

TEST_CASE("a mail arrives with its envelope, our name and every recipient") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  const auto receipt = outbound->send(mail_to({"ann@example.org", "bob@example.net"}));
  REQUIRE(receipt);
  CHECK_FALSE(receipt->partial());
  const auto mails = harness.intake.mails();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].envelope.sender == "desk@lethe.example");
  CHECK(mails[0].envelope.recipients ==
        std::vector<std::string>{"ann@example.org", "bob@example.net"});
  CHECK(mails[0].envelope.helo == "lethe.example");
  CHECK(mails[0].content == "Subject: hi\r\n\r\nhello\r\n");
}

TEST_CASE("the null sender is the null sender") {
  Harness harness{{}};
  auto mail = mail_to({"ann@example.org"});
  mail.envelope_from.clear();
  REQUIRE(submission({.url = url_of(harness)})->send(mail));
  CHECK(harness.intake.mails().at(0).envelope.sender.empty());
}

TEST_CASE("dots at line starts survive, and no content ends the mail early") {
  CHECK(arrived(".\r\n") == ".\r\n");
  CHECK(arrived("..\r\n...x\r\n.\r\nQUIT\r\n") == "..\r\n...x\r\n.\r\nQUIT\r\n");
  CHECK(arrived("a\r\n.\r\n.\r\n\r\n.b") == "a\r\n.\r\n.\r\n\r\n.b\r\n");
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += i % 3 == 0 ? ".\r\n" : "..line\r\n";
  CHECK(arrived(many) == many);
}

TEST_CASE("line ends that are not CRLF are made so: a receiver must refuse them") {
  CHECK(arrived("a\nb\rc\r\nd") == "a\r\nb\r\nc\r\nd\r\n");
  CHECK(arrived("a\n.\nMAIL FROM:<x@y>\n") == "a\r\n.\r\nMAIL FROM:<x@y>\r\n");
  CHECK(arrived("\n\r\n\r") == "\r\n\r\n\r\n");
  CHECK(arrived("") == "\r\n");
}

TEST_CASE("recipients that are refused are named by position, the others have the mail") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  const auto receipt = outbound->send(
      mail_to({"nobody@example.org", "ann@example.org", "busy@example.org", "bob@example.org"}));
  REQUIRE(receipt);
  CHECK(receipt->partial());
  REQUIRE(receipt->refused.size() == 2);
  CHECK(receipt->refused[0].index == 0);
  CHECK(receipt->refused[0].kind == Refusal::permanent);
  CHECK(receipt->refused[0].smtp_code == 550);
  CHECK(receipt->refused[1].index == 2);
  CHECK(receipt->refused[1].kind == Refusal::temporary);
  CHECK(receipt->refused[1].smtp_code == 450);
  CHECK(harness.intake.mails().at(0).envelope.recipients.size() == 2);
}

TEST_CASE("when every recipient is refused the receipt says how, and nothing was sent") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  const auto alone = outbound->send(mail_to({"nobody@example.org"}));
  REQUIRE(alone);
  REQUIRE(alone->refused.size() == 1);
  CHECK(alone->refused[0].kind == Refusal::permanent);
  CHECK(alone->refused[0].smtp_code == 550);
  const auto both = outbound->send(mail_to({"busy@example.org", "nobody@example.org"}));
  REQUIRE(both);
  REQUIRE(both->refused.size() == 2);
  CHECK(both->refused[0].kind == Refusal::temporary);
  CHECK(both->refused[1].kind == Refusal::permanent);
  CHECK(harness.intake.mails().empty());
}

TEST_CASE("an answer to RCPT that is about us is no refusal of the recipient") {
  const auto code = [](const char* reply) {
    ScriptedServer server{{{"RCPT", reply}}};
    return refusal_of(*submission({.url = server.url()}), mail_to({"ann@example.org"}));
  };
  CHECK(code("530 5.7.0 sign in first") == Errc::unauthenticated);
  CHECK(code("421 4.3.2 stopping") == Errc::unavailable);
}

TEST_CASE("4xx and 5xx after the content are told apart") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  harness.intake.answer_with(fail(Errc::unavailable, ""));
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unavailable);
  harness.intake.answer_with(fail(Errc::forbidden, ""));
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::forbidden);
  harness.intake.answer_with(fail(Errc::too_large, ""));
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::too_large);
  // A refused recipient does not hide what was said to the content.
  harness.intake.answer_with(fail(Errc::busy, ""));
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org", "nobody@example.org"})) ==
        Errc::unavailable);
}

TEST_CASE("a mail beyond the server's SIZE is refused before it is sent") {
  Harness harness{{.limits = {.message_bytes = 1000}}};
  const auto outbound = submission({.url = url_of(harness)});
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"}, std::string(2000, 'x'))) ==
        Errc::too_large);
  CHECK(harness.server->counters().refused == 1);
}

TEST_CASE("STARTTLS with a certificate we trust encrypts the mail") {
  Tls tls;
  Harness harness{{.tls = tls.files}};
  const auto outbound = submission({.url = url_of(harness, "localhost"),
                                    .encryption = Encryption::required,
                                    .authorities_file = tls.files.certificate});
  REQUIRE(outbound->send(mail_to({"ann@example.org"})));
  CHECK(harness.intake.mails().at(0).envelope.tls);
  CHECK(outbound->probe());
}

TEST_CASE("a certificate that nobody we trust signed stops the mail, and probe says so") {
  Tls tls;
  Harness harness{{.tls = tls.files}};
  const auto outbound =
      submission({.url = url_of(harness, "localhost"), .encryption = Encryption::required});
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unavailable);
  const auto probed = outbound->probe();
  REQUIRE_FALSE(probed);
  CHECK(probed.error().detail.contains("certificate"));
  CHECK(harness.intake.mails().empty());
}

TEST_CASE("without STARTTLS nothing is sent in clear when encryption is required") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness), .encryption = Encryption::required});
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unavailable);
  CHECK(outbound->probe().error().detail.contains("STARTTLS"));
  CHECK(harness.intake.mails().empty());
}

TEST_CASE("a local part beyond ASCII is sent with SMTPUTF8, a domain as A-label without") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  REQUIRE(outbound->send(mail_to({"jürgen@example.org"})));
  CHECK(harness.intake.mails().at(0).envelope.smtputf8);
  CHECK(harness.intake.mails().at(0).envelope.recipients.at(0) == "jürgen@example.org");
  REQUIRE(outbound->send(mail_to({"ann@müller.example"})));
  CHECK(harness.intake.mails().at(1).envelope.recipients.at(0) == "ann@xn--mller-kva.example");
  CHECK_FALSE(harness.intake.mails().at(1).envelope.smtputf8);
}

TEST_CASE("a server without SMTPUTF8 is not given such an address") {
  ScriptedServer server{{{"EHLO", "250-scripted\r\n250 SIZE 1000000"}}};
  const auto outbound = submission({.url = server.url()});
  CHECK(refusal_of(*outbound, mail_to({"jürgen@example.org"})) == Errc::unsupported);
  CHECK(outbound->send(mail_to({"ann@example.org"})));
}

TEST_CASE("refused credentials are no fault of the mail") {
  ScriptedServer server{
      {{"EHLO", "250-scripted\r\n250 AUTH PLAIN"}, {"AUTH", "334 "}, {"AGRl", "535 5.7.8 no"}}};
  const auto outbound =
      submission({.url = server.url(), .user = "desk", .password = Secret{"wrong"}});
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unauthenticated);
  CHECK(ports::is_temporary(Errc::unauthenticated));
  CHECK(outbound->probe().error().code == Errc::unauthenticated);
  CHECK_FALSE(server.has_seen("MAIL"));
}

TEST_CASE("a server whose sign-in is down is asked again later") {
  ScriptedServer server{{{"EHLO", "250-scripted\r\n250 AUTH PLAIN"}, {"AUTH", "454 4.7.0 later"}}};
  const auto outbound =
      submission({.url = server.url(), .user = "desk", .password = Secret{"right"}});
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unavailable);
}

TEST_CASE("good credentials are sent before the mail") {
  ScriptedServer server{
      {{"EHLO", "250-scripted\r\n250 AUTH PLAIN"}, {"AUTH", "334 "}, {"AGRl", "235 welcome"}}};
  const auto outbound =
      submission({.url = server.url(), .user = "desk", .password = Secret{"right"}});
  CHECK(outbound->probe());
  CHECK(outbound->send(mail_to({"ann@example.org"})));
  CHECK(server.has_seen("AUTH"));
}

TEST_CASE("a server that offers no sign-in gets no mail when we have credentials") {
  ScriptedServer server{{{"EHLO", "250 scripted"}}};
  const auto outbound =
      submission({.url = server.url(), .user = "desk", .password = Secret{"right"}});
  CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unauthenticated);
  CHECK_FALSE(server.has_seen("MAIL"));
}

TEST_CASE("a server that hangs up is asked again later, wherever it did") {
  for (const char* verb : {"220", "EHLO", "MAIL", "RCPT", "DATA", "."}) {
    CAPTURE(verb);
    ScriptedServer server{{{verb, ""}}};
    const auto outbound = submission({.url = server.url()});
    CHECK(refusal_of(*outbound, mail_to({"ann@example.org"})) == Errc::unavailable);
  }
}

TEST_CASE("a server that never answers QUIT keeps nobody waiting") {
  ScriptedServer server{{{"QUIT", ScriptedServer::kSilence}}};
  const auto outbound = submission({.url = server.url()});
  CHECK(outbound->send(mail_to({"ann@example.org"})));
  CHECK(outbound->probe());
}

TEST_CASE("5xx is final when it is about the mail, and only then") {
  const auto code = [](const char* verb, const char* reply) {
    ScriptedServer server{{{verb, reply}}};
    return refusal_of(*submission({.url = server.url()}), mail_to({"ann@example.org"}));
  };
  CHECK(code("220", "554 no service for you") == Errc::unavailable);
  CHECK(code("MAIL", "550 sender rejected") == Errc::forbidden);
  CHECK(code("MAIL", "530 5.7.0 sign in first") == Errc::unauthenticated);
  CHECK(code("MAIL", "451 later") == Errc::unavailable);
  CHECK(code("MAIL", "552 too large") == Errc::too_large);
  CHECK(code("DATA", "554 no") == Errc::forbidden);
  CHECK(code("DATA", "421 stopping") == Errc::unavailable);
  CHECK(code(".", "554-spam\r\n554 is what it is") == Errc::forbidden);
  CHECK(code(".", "452 full") == Errc::unavailable);
}

TEST_CASE("nobody at the address, and a server that says nothing, are named by probe") {
  std::string url;
  {
    const Harness harness{{}};
    url = url_of(harness);
  }
  const auto gone = submission({.url = url});
  CHECK(gone->probe().error().code == Errc::unavailable);
  CHECK(gone->probe().error().detail.contains("Nobody listens"));

  Harness harness{{}};
  harness.intake.keep_mails();
  const auto slow =
      submission({.url = url_of(harness), .deadlines = {.whole = std::chrono::milliseconds{300}}});
  const auto receipt = slow->send(mail_to({"ann@example.org"}));
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == Errc::unavailable);
  CHECK(receipt.error().detail.contains("in time"));
}

TEST_CASE("what is not an address never reaches the wire") {
  Harness harness{{}};
  const auto outbound = submission({.url = url_of(harness)});
  for (const char* address :
       {"", "ann", "ann@", "@example.org", "a@b>\r\nRCPT TO:<c@d", "a@b\r\nDATA", "a@b> SIZE=1",
        "a b@example.org", "<ann@example.org>", "ann@example.org\n"}) {
    CAPTURE(address);
    CHECK(refusal_of(*outbound, mail_to({"ann@example.org", address})) == Errc::invalid_argument);
    auto mail = mail_to({"ann@example.org"});
    mail.envelope_from = address;
    if (*address != '\0') CHECK(refusal_of(*outbound, mail) == Errc::invalid_argument);
  }
  CHECK(refusal_of(*outbound, mail_to({})) == Errc::invalid_argument);
  CHECK(harness.server->counters().connections == 0);
}

TEST_CASE("settings that cannot work are refused when they are read") {
  const auto code = [](Settings settings) {
    const auto opened = open_submission(std::move(settings));
    return opened ? std::string_view{"taken"} : name_of(opened.error().code);
  };
  CHECK(code({.url = "smtp://mail.example:587", .host_name = "a.example"}) == "taken");
  CHECK(code({.url = "smtps://mail.example", .host_name = "a.example"}) == "taken");
  for (const char* url : {"", "mail.example", "http://mail.example", "file:///etc/passwd",
                          "smtp://user:secret@mail.example", "smtp://"}) {
    CAPTURE(url);
    CHECK(code({.url = url, .host_name = "a.example"}) == "invalid_argument");
  }
  CHECK(code({.url = "smtp://mail.example", .host_name = "a b"}) == "invalid_argument");
  CHECK(code({.url = "smtp://mail.example", .host_name = ""}) == "invalid_argument");
  CHECK(code({.url = "smtp://mail.example", .user = "desk", .host_name = "a.example"}) ==
        "invalid_argument");
}

TEST_CASE("waits between attempts double from a minute to four hours") {
  CHECK(ports::back_off(0) == Seconds{60});
  CHECK(ports::back_off(1) == Seconds{60});
  CHECK(ports::back_off(2) == Seconds{120});
  CHECK(ports::back_off(8) == Seconds{60 * 128});
  CHECK(ports::back_off(9) == Seconds{4 * 3600});
  CHECK(ports::back_off(4'000'000'000U) == Seconds{4 * 3600});
}

}  // namespace lethe::smtp_out
