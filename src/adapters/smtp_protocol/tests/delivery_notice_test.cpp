#include "lethe/smtp_protocol/delivery_notice.h"

#include <doctest/doctest.h>

#include "transcript.h"

namespace lethe::smtp_protocol {
namespace {

// The reply to MAIL and RCPT with these parameters.
std::string mail_code(std::string_view parameters) {
  Peer peer;
  peer.say(kHello);
  return peer.say("MAIL FROM:<a@b> " + std::string{parameters} + "\r\n").substr(0, 9);
}

std::string rcpt_code(std::string_view parameters, std::string_view mail = "") {
  Peer peer;
  peer.say(kHello + "MAIL FROM:<a@b>" + std::string{mail} + "\r\n");
  return peer.say("RCPT TO:<help@example.org> " + std::string{parameters} + "\r\n").substr(0, 9);
}

const std::string kBad = "501 5.5.4";
const std::string kMailTaken = "250 2.1.0";
const std::string kRcptTaken = "250 2.1.5";

}  // namespace

TEST_CASE("xtext is printable characters and plus with two digits") {
  CHECK(decode_xtext("") == "");
  CHECK(decode_xtext("ann@example.org") == "ann@example.org");
  CHECK(decode_xtext("a+2Bb+3Dc+20d") == "a+b=c d");
  CHECK(decode_xtext("+C3+BC") == "\xC3\xBC");
  CHECK(decode_xtext("!~") == "!~");
  CHECK(decode_xtext("a+2bb+3db") == "a+b=b");  // of senders that do not know the upper case
  for (const std::string_view bad :
       {"a b", "a=b", "+", "+2", "a+2", "+2g", "+G0", "+-1", "\x7F", "\xC3\xBC", "a\tb"}) {
    CHECK_MESSAGE(!decode_xtext(bad), bad);
  }
}

TEST_CASE("what MAIL may ask of a notice is checked") {
  for (const char* good : {"RET=FULL", "RET=HDRS", "ret=hdrs envid=x", "ENVID=a+2Bb+20c",
                           "SIZE=10 ENVID=QQ314159 BODY=8BITMIME RET=FULL"}) {
    CHECK_MESSAGE(mail_code(good) == kMailTaken, good);
  }
  for (const char* bad : {"RET=", "RET", "RET=ALL", "RET=FULL RET=FULL", "RET=FULL RET=HDRS",
                          "ENVID=", "ENVID", "ENVID=a ENVID=a", "ENVID=a=b", "ENVID=a+2",
                          "ENVID=a+0D+0Ab", "ENVID=a+00", "ENVID=+7F", "ENVID=\xC3\xBC SMTPUTF8"}) {
    CHECK_MESSAGE(mail_code(bad) == kBad, bad);
  }
  CHECK(mail_code("NOTIFY=NEVER") == "555 5.5.4");
}

TEST_CASE("what RCPT may ask of a notice is checked") {
  for (const char* good :
       {"NOTIFY=NEVER", "notify=never", "NOTIFY=SUCCESS", "NOTIFY=Delay,FAILURE,success",
        "ORCPT=rfc822;ann@example.org", "ORCPT=RFC822;ann+2Bx@example.org NOTIFY=FAILURE"}) {
    CHECK_MESSAGE(rcpt_code(good) == kRcptTaken, good);
  }
  for (const char* bad :
       {"NOTIFY=", "NOTIFY", "NOTIFY=,", "NOTIFY=SUCCESS,", "NOTIFY=NEVER,SUCCESS",
        "NOTIFY=SUCCESS,NEVER", "NOTIFY=ALWAYS", "NOTIFY=NEVER NOTIFY=NEVER",
        "ORCPT=", "ORCPT=ann@example.org", "ORCPT=;ann@example.org", "ORCPT=rfc822;",
        "ORCPT=rf c822;ann@example.org", "ORCPT=rfc822;a+0Ab", "ORCPT=rfc822;a+",
        "ORCPT=rfc822;a=b", "ORCPT=rfc822;a ORCPT=rfc822;a", "ORCPT=rfc822;\xC3\xBC@example.org"}) {
    CHECK_MESSAGE(rcpt_code(bad) == kBad, bad);
  }
  CHECK(rcpt_code("RET=FULL") == "555 5.5.4");
}

TEST_CASE("letters beyond ASCII stand in ORCPT of type utf-8 after SMTPUTF8, else nowhere") {
  CHECK(rcpt_code("ORCPT=utf-8;h\xC3\xBClfe@b", " SMTPUTF8") == kRcptTaken);
  CHECK(rcpt_code("ORCPT=utf-8;h\xC3\xBClfe@b") == kBad);
  CHECK(rcpt_code("ORCPT=rfc822;h\xC3\xBClfe@b", " SMTPUTF8") == kBad);
  CHECK(rcpt_code("ORCPT=utf-8;h\xC3lfe@b", " SMTPUTF8") == kBad);
  CHECK(rcpt_code("ORCPT=utf-8;h\\x{FC}lfe@b") == kRcptTaken);
}

TEST_CASE("an ENVID of 100 characters is taken, of 101 not; an ORCPT of 500, of 501 not") {
  CHECK(mail_code("ENVID=" + std::string(100, 'x')) == kMailTaken);
  CHECK(mail_code("ENVID=" + std::string(101, 'x')) == kBad);
  CHECK(mail_code("ENVID=" + std::string(97, 'x') + "+2B") == kMailTaken);
  CHECK(mail_code("ENVID=" + std::string(98, 'x') + "+2B") == kBad);
  CHECK(rcpt_code("ORCPT=rfc822;" + std::string(493, 'x')) == kRcptTaken);
  CHECK(rcpt_code("ORCPT=rfc822;" + std::string(494, 'x')) == kBad);
}

TEST_CASE("who asked for a notice of success stands in the envelope, and nobody else") {
  Peer peer;
  peer.say(kHello +
           "MAIL FROM:<a@b> RET=HDRS ENVID=id+2B1\r\n"
           "RCPT TO:<one@x> NOTIFY=SUCCESS,DELAY ORCPT=RFC822;first+2B@y\r\n"
           "RCPT TO:<two@x> NOTIFY=FAILURE ORCPT=rfc822;second@y\r\n"
           "RCPT TO:<nobody@x> NOTIFY=SUCCESS\r\n"
           "RCPT TO:<three@x> NOTIFY=SUCCESS\r\nDATA\r\n.\r\n");
  REQUIRE(peer.said().taken.size() == 1);
  const ports::Envelope& envelope = peer.said().taken[0].envelope;
  CHECK(envelope.recipients.size() == 3);
  CHECK(envelope.notice_id == "id+1");
  REQUIRE(envelope.notices.size() == 2);
  CHECK(envelope.notices[0].recipient == "one@x");
  CHECK(envelope.notices[0].original_recipient == "rfc822;first+@y");
  CHECK(envelope.notices[1].recipient == "three@x");
  CHECK(envelope.notices[1].original_recipient.empty());
}

TEST_CASE("without a notice to send nothing of the parameters is handed over") {
  Peer peer;
  peer.say(kHello +
           "MAIL FROM:<a@b> ENVID=id1\r\nRCPT TO:<one@x> NOTIFY=NEVER ORCPT=rfc822;f@y\r\n"
           "DATA\r\n.\r\n"
           "MAIL FROM:<a@b>\r\nRCPT TO:<one@x> NOTIFY=SUCCESS\r\nRSET\r\n" +
           kMail);
  REQUIRE(peer.said().taken.size() == 2);
  for (const ports::Delivery& delivery : peer.said().taken) {
    CHECK(delivery.envelope.notices.empty());
    CHECK(delivery.envelope.notice_id.empty());
  }
}

TEST_CASE(
    "who sends no notices offers none, and forgets the wishes that a server in front let in") {
  Peer peer{{.host_name = "mx.example", .offers_notices = false}};
  CHECK_FALSE(peer.say(kHello).contains("DSN"));
  CHECK(codes(peer.say("MAIL FROM:<a@b> RET=HDRS ENVID=x\r\n"
                       "RCPT TO:<one@x> NOTIFY=SUCCESS ORCPT=rfc822;a@b\r\nDATA\r\n.\r\n")) ==
        "250 250 354 250");
  REQUIRE(peer.said().taken.size() == 1);
  CHECK(peer.said().taken[0].envelope.notices.empty());
  CHECK(peer.said().taken[0].envelope.notice_id.empty());
}

TEST_CASE("LMTP offers notices as SMTP does") {
  Peer peer{{.dialect = Dialect::lmtp, .host_name = "mx.example"}};
  CHECK(peer.say("LHLO a\r\n").contains("250-DSN\r\n"));
  CHECK(codes(peer.say("MAIL FROM:<a@b> RET=FULL\r\nRCPT TO:<one@x> NOTIFY=SUCCESS\r\n")) ==
        "250 250");
}

}  // namespace lethe::smtp_protocol
