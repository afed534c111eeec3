#include "lethe/core/forwarding.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

constexpr std::string_view kGmail = "forwarding-noreply@google.com";

TEST_CASE("Gmail's confirmation gives its code and link, in any language") {
  const auto english = forwarder_request(
      kGmail, "(#862114059) Gmail Forwarding Confirmation - Receive Mail from ann@example.org",
      "ann@example.org has requested to automatically forward mail.\n"
      "Confirmation code: 862114059\n\nTo allow this, please click the link below:\n\n"
      "https://mail-settings.google.com/mail/vf-%5BANGjdJ%5D-a1B2_c3\n\nIf you click ...\n"
      "visit http://support.google.com/mail/bin/answer.py?answer=184973.\n");
  REQUIRE(english.has_value());
  CHECK(english->service == "Gmail");
  CHECK(english->code == "862114059");
  CHECK(english->link == "https://mail-settings.google.com/mail/vf-%5BANGjdJ%5D-a1B2_c3");
  const auto german = forwarder_request(kGmail, "(#77001234) Gmail-Weiterleitungsbestätigung",
                                        "<https://mail.google.com/mail/vf-xyz> öffnen");
  REQUIRE(german.has_value());
  CHECK(german->code == "77001234");
  CHECK(german->link == "https://mail.google.com/mail/vf-xyz");
}

TEST_CASE("no word of the confirmation counts: its code and link are found in any script") {
  const std::string link = "https://mail-settings.google.com/mail/vf-%5BANGjdJ%5D-a1B2_c3";
  for (const char* subject :
       {"(#862114059) Gmail Forwarding Confirmation - Receive Mail from ann@example.org",
        "(#862114059) Gmail-Weiterleitungsbestätigung - E-Mails von ann@example.org empfangen",
        "(#862114059) Confirmation du transfert Gmail - Recevoir les messages de ann@example.org",
        "(#862114059) Confirmación de reenvío de Gmail: recibir correo de ann@example.org",
        "(#862114059) Conferma inoltro di Gmail: ricevi posta da ann@example.org",
        "(#862114059) Confirmação de encaminhamento do Gmail - Receber e-mail de ann@example.org",
        "(#862114059) Bevestiging doorsturen Gmail - e-mail ontvangen van ann@example.org",
        "(#862114059) Potwierdzenie przekazywania z Gmaila – odbieraj pocztę od ann@example.org",
        "(#862114059) Подтверждение пересылки из Gmail - получать почту от ann@example.org",
        "(#862114059) Gmail Yönlendirme Onayı - ann@example.org adresinden posta alın",
        "（#862114059）Gmail の転送の確認 - ann@example.org からメールを受信",
        "（#862114059）Gmail 转发确认 - 接收来自 ann@example.org 的邮件",
        "(#862114059) Gmail 전달 확인 - ann@example.org에서 메일 받기",
        "\u200F(#862114059) تأكيد إعادة التوجيه في Gmail - ann@example.org",
        "\u200F(#862114059) אישור העברה של Gmail - ann@example.org"}) {
    CAPTURE(subject);
    const auto request = forwarder_request(kGmail, subject, "\u3002" + link + "\n");
    REQUIRE(request.has_value());
    CHECK(request->code == "862114059");
    CHECK(request->link == link);
  }
  for (const char* text :
       {"確認コード：862114059\n", "确认码：862114059。", "Код: 862114059", "862114059"}) {
    CAPTURE(text);
    const auto request = forwarder_request(kGmail, "Gmail", text);
    REQUIRE(request.has_value());
    CHECK(request->code == "862114059");
  }
}

TEST_CASE("other services ask in their own way: a link of theirs, or a code") {
  const auto zoho = forwarder_request("noreply@zoho.eu", "Verify your forwarding address",
                                      "Open https://mail.zoho.eu/zm/verify?key=abc to confirm.");
  REQUIRE(zoho.has_value());
  CHECK(zoho->service == "Zoho Mail");
  CHECK(zoho->link == "https://mail.zoho.eu/zm/verify?key=abc");
  CHECK(forwarder_request("no-reply@cc.yahoo-inc.com", "Verify", "Code 482913")->service ==
        "Yahoo Mail");
  CHECK(forwarder_request("noreply@gmx.net", "Weiterleitung", "Code: 482913")->service == "GMX");
  CHECK(forwarder_request("noreply@fastmail.com", "x", "Code: 482913")->service == "Fastmail");
  CHECK_FALSE(forwarder_request("ann@gmx.net", "Code 482913", ""));
  CHECK_FALSE(forwarder_request("noreply@notzoho.eu", "Code 482913", ""));
  CHECK(forwarder_request("noreply@zoho.eu", "482913", "https://zoho.eu.evil.example/x")
            ->link.empty());
}

TEST_CASE("a code of Microsoft's may stand in the text, and a link may be all there is") {
  const auto code = forwarder_request("account-security-noreply@accountprotection.microsoft.com",
                                      "Verify your email", "Your code is: 482913.\n");
  REQUIRE(code.has_value());
  CHECK(code->service == "Microsoft 365");
  CHECK(code->code == "482913");
  CHECK(code->link.empty());
  const auto link = forwarder_request("no-reply@outlook.com", "Confirm forwarding",
                                      "Open https://outlook.live.com/mail/confirm?id=4711.");
  REQUIRE(link.has_value());
  CHECK(link->code.empty());
  CHECK(link->link.starts_with("https://outlook.live.com/mail/confirm?id=4711"));
}

TEST_CASE("a link elsewhere is never the forwarder's, however it is dressed") {
  for (const char* link :
       {"https://google.com.evil.example/x", "https://mail.google.com@evil.example/x",
        "https://evilgoogle.com/x", "http://mail.google.com/mail/vf-x", "https://google.com:99/x",
        "https://evil.example/?https://mail.google.com.evil.example"}) {
    CAPTURE(link);
    const auto request = forwarder_request(kGmail, "(#12345678) Confirmation", link);
    REQUIRE(request.has_value());
    CHECK(request->link.empty());
  }
  const std::string endless = "https://google.com/" + std::string(3000, 'a');
  CHECK(forwarder_request(kGmail, "(#12345678) x", endless)->link.empty());
}

TEST_CASE(
    "ordinary mail is no confirmation: other senders, other addresses there, nothing to say") {
  CHECK_FALSE(forwarder_request("ann@example.org", "(#12345678) x", "https://google.com/x"));
  CHECK_FALSE(forwarder_request("alerts-noreply@google.com", "12345678", ""));
  CHECK_FALSE(forwarder_request("ann@microsoft.com", "Code 482913", ""));
  CHECK_FALSE(forwarder_request("forwarding-noreply@google.com.evil.example", "(#12345678)", ""));
  CHECK_FALSE(forwarder_request(kGmail, "Hello", "nothing here"));
  CHECK_FALSE(forwarder_request("", "", ""));
}

TEST_CASE("a code has 5 to 12 digits and stands by itself") {
  CHECK_FALSE(forwarder_request(kGmail, "(#1234)", ""));
  CHECK(forwarder_request(kGmail, "(#12345)", "")->code == "12345");
  CHECK(forwarder_request(kGmail, "(#123456789012)", "")->code == "123456789012");
  CHECK_FALSE(forwarder_request(kGmail, "(#1234567890123)", ""));
  CHECK_FALSE(forwarder_request(kGmail, "a12345678b 12-345678 12345678@example.org", ""));
}

TEST_CASE("the original recipients are those that the servers noted, the most telling first") {
  CHECK(original_recipients({{"Delivered-To", "in@desk.example"},
                             {"X-Forwarded-To", "in@desk.example"},
                             {"X-Forwarded-For", "Sales <sales@shop.example> in@desk.example"},
                             {"x-original-to", " help@shop.example "}}) ==
        std::vector<std::string>{"help@shop.example", "sales@shop.example", "in@desk.example",
                                 "in@desk.example"});
  CHECK(original_recipients({{"X-Forwarded-For", "sales@shop.example in@desk.example"}}) ==
        std::vector<std::string>{"sales@shop.example"});
  CHECK(original_recipients({{"X-Forwarded-For", "192.0.2.1, 192.0.2.2"}, {"Delivered-To", "<"}})
            .empty());
  const std::vector<MailField> many(50, {"Delivered-To", "in@desk.example"});
  CHECK(original_recipients(many).size() == kOriginalRecipientsMax);
}

}  // namespace
}  // namespace lethe::core
