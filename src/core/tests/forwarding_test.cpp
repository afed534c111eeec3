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
