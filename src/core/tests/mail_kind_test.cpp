#include "lethe/core/mail_kind.h"

#include <doctest/doctest.h>

#include <array>

using namespace lethe::core;

namespace {

MailFacts mail(std::vector<MailField> headers,
               std::string_view text = "Hello, where is my order?") {
  return {.headers = std::move(headers), .parts = {{"text/plain", text, false}}};
}

MailKind kind_of(std::vector<MailField> headers, std::string_view text = "Hello") {
  return classify(mail(std::move(headers), text)).kind;
}

constexpr std::string_view kStatus =
    "Reporting-MTA: dns; mx.example.eu\n\n"
    "Final-Recipient: rfc822; jo@example.eu\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; "
    "550 5.1.1 user\n unknown\n\n"
    "Final-Recipient: rfc822;kim@example.eu\nAction: delayed\nStatus: 4.2.2\n";

MailFacts report(std::string_view status,
                 std::string_view content_type = "multipart/report; report-type=delivery-status") {
  return {
      .headers = {{"From", "MAILER-DAEMON@mx.example.eu"}, {"Content-Type", content_type}},
      .parts = {{"text/plain", "Sorry.", false},
                {"message/delivery-status", status, true},
                {"message/rfc822",
                 "Subject: x\r\nMessage-ID:\r\n <m1@example.eu>\r\nTo: jo@example.eu\r\n\r\nbody",
                 true}}};
}

}  // namespace

TEST_CASE("a mail of a person is ordinary and may be answered") {
  const MailFacts facts =
      mail({{"From", "Jo <jo@example.eu>"}, {"Subject", "Delivery failure of my parcel"}},
           "User unknown at the gate, returned to sender.");
  const MailVerdict verdict = classify(facts);
  CHECK(verdict.kind == MailKind::ordinary);
  CHECK(verdict.recipients.empty());
  CHECK(may_auto_answer(facts, verdict, {}));
}

TEST_CASE("a report names each recipient with its own fate") {
  const MailVerdict verdict = classify(report(kStatus));
  REQUIRE(verdict.kind == MailKind::bounce);
  REQUIRE(verdict.recipients.size() == 2);
  CHECK(verdict.recipients[0].address == "jo@example.eu");
  CHECK(verdict.recipients[0].action == DeliveryAction::failed);
  CHECK(verdict.recipients[0].status == "5.1.1");
  CHECK(verdict.recipients[0].reply_code == "550");
  CHECK(verdict.recipients[0].hard);
  CHECK(verdict.recipients[1].address == "kim@example.eu");
  CHECK(verdict.recipients[1].action == DeliveryAction::delayed);
  CHECK(verdict.recipients[1].reason == BounceReason::mailbox_full);
  CHECK_FALSE(verdict.recipients[1].hard);
  CHECK(verdict.original_message_id == "m1@example.eu");
}

TEST_CASE("a report of success harms no address") {
  const MailVerdict verdict =
      classify(report("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; jo@example.eu\nAction: "
                      "delivered\nStatus: 2.0.0\n"));
  CHECK(verdict.kind == MailKind::delivery_report);
  REQUIRE(verdict.recipients.size() == 1);
  CHECK(verdict.recipients[0].reason == BounceReason::delivered);
  CHECK_FALSE(verdict.recipients[0].hard);
}

TEST_CASE("a person who attaches a report did not bounce") {
  const MailFacts facts{
      .headers = {{"From", "Jo <jo@example.eu>"},
                  {"Subject", "Fwd: Undelivered Mail Returned to Sender"},
                  {"Content-Type", "multipart/mixed"}},
      .parts = {{"text/plain", "What does this mean?\n\n> <kim@example.eu>: 550 5.1.1 user unknown",
                 false},
                {"message/delivery-status", kStatus, true}}};
  CHECK(classify(facts).kind == MailKind::ordinary);
}

TEST_CASE("a notice in plain words gives address, code and reason") {
  const MailVerdict verdict = classify(
      mail({{"From", "MAILER-DAEMON@mx.example.eu"}, {"Subject", "failure notice"}},
           "Hi. I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
           "<jo@example.eu>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 "
           "<jo@example.eu>... User Unknown\n"
           "Giving up on 192.0.2.1.\n\n--- Below this line is a copy of the "
           "message.\n\nReturn-Path: <me@example.org>\n"
           "Message-ID: <m2@example.org>\nTo: other@example.eu\n\nbody"));
  REQUIRE(verdict.kind == MailKind::bounce);
  REQUIRE(verdict.recipients.size() == 1);
  CHECK(verdict.recipients[0].address == "jo@example.eu");
  CHECK(verdict.recipients[0].status == "5.1.1");
  CHECK(verdict.recipients[0].reply_code == "550");
  CHECK(verdict.recipients[0].hard);
  CHECK(verdict.original_message_id == "m2@example.org");
}

TEST_CASE("a notice of a mail system is known without headers of its own") {
  struct Notice {
    const char* from;
    const char* subject;
    const char* text;
    BounceReason reason;
  };
  const Notice notices[] = {
      {"MDaemon@mx.example.net", "Warning: jo@example.eu - User unknown!",
       "jo@example.eu - no such user here.\n\nThere is no user by that name at this server.\n",
       BounceReason::user_unknown},
      {"postmaster@mx.example.net", "Undelivered mail",
       "An error was detected while processing the enclosed message.\n\n"
       "Error-for:  jo@example.eu\nError-Text: 554 Message looping\n",
       BounceReason::network_error},
      {"MAILER-DAEMON@mx.example.net", "Processing Error",
       "Intended recipient: jo@example.eu\n\nThe mail has been returned because its mailbox is "
       "full.\n\n---- RETURNED MAIL FOLLOWS ----\n\nSubject: x\n",
       BounceReason::mailbox_full},
      {"postmaster@mx.example.net", "Undeliverable Mail",
       "Delivery failed 20 attempts: jo@example.eu\n\nOriginal message follows.\n\nSubject: x\n",
       BounceReason::undefined},
      {"System Administrator <postmaster@mx.example.net>", "Undeliverable: Offer",
       "did not reach the following recipient(s):\n\n"
       "c=US;a= ;p=ACME;o=X;dda:SMTP=jo@example.eu; on Fri, 4 Oct 2024\n"
       "    The recipient name is not recognized\n",
       BounceReason::user_unknown},
      {"Mail Delivery System <Mailer-Daemon@mx.example.net>", "Mail delivery failed",
       "A message sent by\n\n  <me@example.org>\n\ncould not be delivered. The following "
       "address(es) failed:\n\n  jo@example.eu\n    all hosts have been failing for a long time\n",
       BounceReason::expired},
  };
  for (const Notice& notice : notices) {
    CAPTURE(notice.text);
    const MailVerdict verdict = classify(
        mail({{"From", notice.from}, {"To", "me@example.org"}, {"Subject", notice.subject}},
             notice.text));
    REQUIRE(verdict.kind == MailKind::bounce);
    REQUIRE(verdict.recipients.size() == 1);
    CHECK(verdict.recipients[0].address == "jo@example.eu");
    CHECK(name_of(verdict.recipients[0].reason) == name_of(notice.reason));
  }
}

TEST_CASE("a notice in HTML alone is read as well") {
  const MailFacts facts{
      .headers = {{"From", "MAILER-DAEMON@mx.example.net"}, {"Subject", "failure notice"}},
      .parts = {{"text/html",
                 "<style>p{color:#550000}</style>I'm afraid I wasn't able to deliver your "
                 "message.<br><br>jo@example.eu<br><font color=red>No such user</font><br>--",
                 false}}};
  const MailVerdict verdict = classify(facts);
  REQUIRE(verdict.kind == MailKind::bounce);
  CHECK(verdict.recipients.front().address == "jo@example.eu");
  CHECK(verdict.recipients.front().hard);
}

TEST_CASE("a filter that refuses by a receipt bounced the mail, a receipt of a reader did not") {
  const auto receipt = [](std::string_view disposition, std::string_view words) {
    return MailFacts{
        .headers = {{"From", "Mail Delivery Subsystem <admin@example.eu>"},
                    {"Content-Type", "multipart/report; report-type=disposition-notification"}},
        .parts = {{"text/plain", words, false},
                  {"message/disposition-notification", disposition, true}}};
  };
  const MailVerdict refused = classify(
      receipt("Final-Recipient: rfc822; jo@example.eu\n"
              "Disposition: automatic-action/MDN-sent-automatically; deleted\n",
              "Your message to <jo@example.eu> was automatically rejected:\nQuota exceeded\n"));
  REQUIRE(refused.kind == MailKind::bounce);
  CHECK(refused.recipients.front().address == "jo@example.eu");
  CHECK(refused.recipients.front().reason == BounceReason::mailbox_full);
  CHECK(classify(receipt("Final-Recipient: rfc822; jo@example.eu\n"
                         "Disposition: manual-action/MDN-sent-automatically; deleted\n",
                         "Your message was deleted without being read.\n"))
            .kind == MailKind::read_receipt);
}

TEST_CASE("a shop that could not deliver a parcel is no mail system") {
  for (const char* const from : {"noreply@parcel.example", "no-reply@shop.example",
                                 "bounces+17@news.example", "smtp-watch@example.eu"}) {
    CAPTURE(from);
    CHECK(kind_of({{"From", from}, {"Subject", "Delivery failed: we missed you"}},
                  "Your parcel could not be delivered.\nWrite to the following address, we "
                  "could not reach you:\nhelp@parcel.example\n") == MailKind::ordinary);
  }
  CHECK(kind_of(
            {{"From", "noreply@mx.example"}, {"Subject", "Delivery failed"}},
            "Your message could not be delivered to\n<jo@example.eu>: 550 5.1.1 user unknown\n") ==
        MailKind::bounce);
}

TEST_CASE("a service's notice is found inside another notice") {
  const MailVerdict verdict = classify(mail(
      {{"From", "no-reply@sns.example"}, {"Subject", "Notification"}},
      "{\n \"Type\" : \"Notification\",\n \"Message\" : \"{\\\"notificationType\\\":\\\"Bounce\\\","
      "\\\"bounce\\\":{\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"jo@example.eu\\\","
      "\\\"status\\\":\\\"5.1.1\\\",\\\"diagnosticCode\\\":\\\"550 user unknown\\\"}]}}\"\n}"));
  REQUIRE(verdict.kind == MailKind::bounce);
  CHECK(verdict.recipients.front().address == "jo@example.eu");
  CHECK(verdict.recipients.front().hard);
}

TEST_CASE("a report that says the same twice names its recipient once") {
  const std::string group =
      "Final-Recipient: rfc822; jo@example.eu\nAction: failed\nStatus: 5.1.1\n\n";
  CHECK(parse_delivery_status(group + group + group).size() == 1);
  CHECK(parse_delivery_status(group + "Final-Recipient: rfc822; kim@example.eu\nAction: "
                                      "failed\nStatus: 5.1.1\n\n")
            .size() == 2);
  const auto inside = parse_delivery_status(
      "Final-Recipient: rfc822; jo@store-daemon\nOriginal-Recipient: rfc822; jo@example.eu\n"
      "Action: failed\n");
  REQUIRE(inside.size() == 1);
  CHECK(inside.front().address == "jo@example.eu");
}

TEST_CASE("a user unknown only after the content was seen is a filter, not a dead address") {
  CHECK(reason_of("550 5.1.1 user unknown", "5.1.1", "550") == BounceReason::user_unknown);
  CHECK(reason_of("host mx[192.0.2.1] said: 550 unknown user (in reply to RCPT TO command)", "",
                  "550") == BounceReason::user_unknown);
  CHECK(reason_of("host mx[192.0.2.1] said: 550 unknown user (in reply to end of DATA command)", "",
                  "550") == BounceReason::filtered);
  CHECK(reason_of("550 unknown user (in reply to MAIL FROM command)", "", "550") ==
        BounceReason::rejected);
}

TEST_CASE("words and codes lead to the reason a postmaster would name") {
  struct Case {
    const char* said;
    const char* status;
    const char* code;
    BounceReason reason;
  };
  const Case cases[] = {
      {"552 5.2.2 mailbox is full", "5.2.2", "552", BounceReason::mailbox_full},
      {"Quota exceeded (mailbox for user is full)", "", "552", BounceReason::mailbox_full},
      {"550 5.7.1 DMARC policy of example.eu", "5.7.1", "550", BounceReason::auth_failure},
      {"554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", "5.7.1", "554",
       BounceReason::blocked},
      {"554 5.7.1 <a@example.eu>: Relay access denied", "5.7.1", "554",
       BounceReason::relaying_denied},
      {"connect to mx.example.eu[192.0.2.1]:25: Connection timed out", "4.4.1", "",
       BounceReason::expired},
      {"Host or domain name not found. Name service error for name=x.example", "5.4.4", "",
       BounceReason::host_unknown},
      {"Domain name not found", "4.0.0", "", BounceReason::network_error},
      {"550 5.2.1 The email account that you tried to reach is disabled.", "5.2.1", "550",
       BounceReason::suspended},
      {"message size 12 exceeds size limit", "5.3.4", "552", BounceReason::message_too_big},
      {"421 4.7.0 too many connections", "4.7.0", "421", BounceReason::too_fast},
      {"550 virus found", "", "550", BounceReason::virus},
      {"", "5.1.2", "", BounceReason::host_unknown},
      {"", "", "", BounceReason::undefined},
      {"see spam@example.eu", "", "", BounceReason::undefined},  // an address is no reason
      {"x-unix; 67", "5.1.1", "", BounceReason::user_unknown},
      {"Empfänger unbekannt", "", "550", BounceReason::user_unknown},
      {"550 5.2.1 <jo@example.eu>... User Unknown", "5.2.1", "550", BounceReason::filtered},
      {"550 5.3.0 <jo@example.eu>... User Unknown", "5.3.0", "550", BounceReason::filtered},
      {"550 5.2.1 User Unknown (bad-mailbox)", "5.2.1", "550", BounceReason::user_unknown},
      {"said: 550 5.7.1 No such user! (in reply to RCPT TO command)", "5.7.1", "550",
       BounceReason::user_unknown},
      {"550 5.7.1 No such user!", "5.7.1", "550", BounceReason::filtered},
      {"550 invalid mailbox: user not found (in reply to end of DATA command)", "5.0.0", "550",
       BounceReason::filtered},
      {"550 Message was not accepted -- invalid mailbox (in reply to end of DATA command)", "5.0.0",
       "550", BounceReason::user_unknown},
      {"No MX or A records for example.eu", "", "", BounceReason::host_unknown},
      {"said: 550 5.2.1 User Unknown (in reply to end of DATA command)", "5.2.1", "550",
       BounceReason::filtered},
      {"said: 550 5.2.1 User Unknown (in reply to RCPT TO command)", "5.2.1", "550",
       BounceReason::user_unknown},
      {"550 5.4.1 <jo@example.eu>: Recipient address rejected: Access denied", "5.4.1", "550",
       BounceReason::user_unknown},
      {"550 <jo@example.eu>: Recipient address rejected.", "5.0.0", "550",
       BounceReason::user_unknown},
      {"550 <jo@example.eu>: Recipient address rejected: come back", "5.0.0", "550",
       BounceReason::undefined},
      {"521 example.eu", "", "521", BounceReason::not_accept},
      {"after MAIL FROM:<me@example.org>: 550 5.1.7 No such domain", "5.1.7", "550",
       BounceReason::rejected},
      {"but my name was rejected. Remote host said: 501 Invalid domain name", "", "501",
       BounceReason::blocked},
      {"553 http://www.spamhaus.org/query/bl?ip=192.0.2.1", "5.1.3", "553", BounceReason::blocked},
      {"Unrouteable address", "", "", BounceReason::host_unknown},
      {"checked by an antivirus system", "", "", BounceReason::undefined},
  };
  for (const Case& c : cases) {
    CAPTURE(c.said);
    CHECK(name_of(reason_of(c.said, c.status, c.code)) == name_of(c.reason));
  }
}

TEST_CASE("a postmaster's letter and a form about returned mail are no bounces") {
  const char* const kTroubled =
      "Dear all,\n\nmails to jo@example.eu failed with 550. It works again.";
  CHECK(kind_of({{"Return-Path", "<postmaster@example.eu>"},
                 {"From", "Postmaster <postmaster@example.eu>"},
                 {"Subject", "Delivery failure"}},
                kTroubled) == MailKind::ordinary);
  // The same words from a daemon, or to nobody, are a notice.
  CHECK(kind_of({{"Return-Path", "<>"},
                 {"From", "Postmaster <postmaster@example.eu>"},
                 {"Subject", "Delivery failure"}},
                kTroubled) == MailKind::bounce);
  CHECK(kind_of({{"Return-Path", "<postmaster@example.eu>"},
                 {"From", "Postmaster <postmaster@example.eu>"},
                 {"Subject", "Delivery failure"}},
                "Your mail could not be delivered to:\n\n<jo@example.eu>:\n550 user unknown") ==
        MailKind::bounce);
  CHECK(kind_of({{"Return-Path", "<>"},
                 {"Reply-To", "jo@example.eu"},
                 {"From", "Website <www@example.eu>"},
                 {"Subject", "Undelivered mail"}},
                "My mail to sales@example.eu could not be delivered: 550 user unknown.") ==
        MailKind::ordinary);
}

TEST_CASE("a server's answer about one recipient is a notice in any language") {
  const char* const kWords =
      "Ĉi tiu mesaĝo ne atingis:\n\njo@example.eu\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not "
      "found ##\n";
  const MailVerdict verdict = classify(mail({{"Return-Path", "<>"},
                                             {"From", "Microsoft Outlook <postmaster@example.eu>"},
                                             {"Subject", "Ne liverebla: Offer"}},
                                            kWords));
  REQUIRE(verdict.kind == MailKind::bounce);
  CHECK(verdict.recipients.at(0).address == "jo@example.eu");
  CHECK(verdict.recipients.at(0).hard);
  CHECK(kind_of({{"From", "Jo Doe <jo.doe@example.eu>"}, {"Subject", "Ne liverebla: Offer"}},
                kWords) == MailKind::ordinary);
}

TEST_CASE("people at a mail system and shops with a null sender are no mail systems") {
  const char* const kTroubled =
      "Mails to jo@example.eu could not be delivered, user unknown. Please look at it.";
  CHECK(kind_of({{"From", "John Doe <postmaster@example.eu>"}, {"Subject", "Re: Delivery failure"}},
                kTroubled) == MailKind::ordinary);
  CHECK(kind_of({{"From", "System Administrator <it@example.eu>"}, {"Subject", "Undelivered mail"}},
                kTroubled) == MailKind::ordinary);
  CHECK(kind_of({{"Return-Path", "<>"},
                 {"From", "Parcels <noreply@parcel.example>"},
                 {"To", "jo@example.eu"},
                 {"Subject", "Delivery failed: we missed you"}},
                "Your parcel 550 could not be delivered to jo@example.eu.\n") ==
        MailKind::ordinary);
  CHECK(kind_of({{"From", "noreply@site.example"},
                 {"Reply-To", "jo@example.eu"},
                 {"Subject", "Form: mail delivery failed"}},
                "My mail could not be delivered:\n<info@site.example>: 550 5.1.1 user unknown\n") ==
        MailKind::ordinary);
}

TEST_CASE("an address beyond ASCII in a report is whole") {
  const MailVerdict verdict =
      classify(report("Reporting-MTA: dns; mx\n\nFinal-Recipient: utf-8; jürgen@köln.example\n"
                      "Action: failed\nStatus: 5.1.1\n"));
  REQUIRE(verdict.recipients.size() == 1);
  CHECK(verdict.recipients[0].address == "jürgen@köln.example");
}

TEST_CASE("a host that was given up on is not a mail that expired") {
  CHECK(reason_of("550 The recipient has left the company\nGiving up on 192.0.2.1.", "", "550") ==
        BounceReason::user_unknown);
  CHECK(reason_of("Unable to deliver message after multiple retries, giving up.", "", "") ==
        BounceReason::expired);
}

TEST_CASE("a provider's notice in Chinese or German names its recipient") {
  const MailVerdict chinese = classify(mail(
      {{"From", "PostMaster@qq.com"}, {"Subject", "系统退信"}},
      "很抱歉，您的邮件未能送达。\n\n收件人：jo@example.eu\n退信原因：收件人邮件地址不存在。\n"));
  REQUIRE(chinese.kind == MailKind::bounce);
  CHECK(chinese.recipients.at(0).address == "jo@example.eu");
  CHECK(chinese.recipients.at(0).hard);
  const MailVerdict german = classify(
      mail({{"From", "Systemadministrator <postmaster@example.eu>"},
            {"Subject", "Unzustellbar: Angebot"}},
           "Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.\n\n"
           "      jo@example.eu am 03.11.2025 09:42\n            <mx.example.eu #5.1.1>\n"));
  REQUIRE(german.kind == MailKind::bounce);
  CHECK(german.recipients.at(0).address == "jo@example.eu");
  CHECK(german.recipients.at(0).hard);
}

TEST_CASE("absence notes are known by header or by subject in many languages") {
  for (const char* const subject :
       {"Automatic reply: x", "Abwesenheitsnotiz", "Réponse automatique : x", "RÉPONSE AUTOMATIQUE",
        "Автоответ: x", "自動返信", "Respuesta automática", "vacation", "Poza biurem: x",
        "Házon kívül: x", "부재중: x", "外出通知", "Vắng mặt: x", "Εκτός γραφείου: x"}) {
    CAPTURE(subject);
    CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", subject}}) == MailKind::auto_reply);
  }
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Auto-Submitted", "auto-replied (vacation)"}}) ==
        MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Auto-Submitted", "no"}}) == MailKind::ordinary);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", "Question about your automatic reply"}}) ==
        MailKind::ordinary);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", "Vacation rental in March"}}) ==
        MailKind::ordinary);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Preference", "auto_reply"}}) == MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"X-POST-MessageClass", "9; Autoresponder"}}) ==
        MailKind::auto_reply);
}

TEST_CASE("a question about absences, cars and automatic answers is a person's") {
  struct Question {
    const char* subject;
    const char* text;
  };
  for (const Question& question : {
           Question{"Abwesenheit", "Wie trage ich meine Abwesenheit im Portal ein?"},
           Question{"Abwesenheitsnotiz funktioniert nicht", "Sie geht nicht raus."},
           Question{"Auto: Rückgabe Leasingfahrzeug", "Bitte um Rückruf."},
           Question{"Automatic reply settings are broken", "How do I set them up?"},
           Question{"Out of office message not sent", "My out of office message was not sent."},
           Question{"Réponse automatique : comment la désactiver ?", "Comment faire ?"},
           Question{"Vacation request form does not load", "It shows a blank page."},
           Question{"Ausencia de factura", "Falta la factura de octubre."},
           Question{"I am away next week, please call today", "My number is below."},
           Question{"Fuori ufficio", "Come si attiva il messaggio?"},
           Question{"不在の場合の受け取りについて", "再配達はできますか？"},
           Question{"Lomalla tarvittava vakuutus", "Mitä maksaa?"},
       }) {
    CAPTURE(question.subject);
    CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", question.subject}}, question.text) ==
          MailKind::ordinary);
  }
}

TEST_CASE("under the same subjects a mark of a program or words of absence make a note") {
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", "Abwesenheit"}, {"In-Reply-To", "<a@b>"}},
                "Noch Fragen? Rufen Sie an.") == MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"},
                 {"Subject", "Out of office message of Jo"},
                 {"Precedence", "bulk"}}) == MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", "Away until Monday"}},
                "I am out of the office. Write to kim@example.eu.") == MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"},
                 {"Subject", "AUTO: Jo Doe is out of the office (returning 10/11)"}}) ==
        MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", "Out of office Re: Are you in?"}},
                "I'm on vacation.\n\n> Are you in?\n") == MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Subject", "پاسخ خودکار: x"}}) ==
        MailKind::auto_reply);
  // "Re:" stands before it: a person answered the note.
  CHECK(kind_of({{"From", "jo@example.eu"},
                 {"Subject", "Re: Automatic reply: x"},
                 {"In-Reply-To", "<a@b>"}}) == MailKind::ordinary);
}

TEST_CASE("complaints name whom to leave alone") {
  const MailFacts facts{
      .headers = {{"From", "fbl@example.net"},
                  {"Content-Type", "multipart/report; report-type=feedback-report"}},
      .parts = {{"message/feedback-report",
                 "Feedback-Type: abuse\nOriginal-Rcpt-To: <jo@example.eu>\n", true}}};
  const MailVerdict verdict = classify(facts);
  CHECK(verdict.kind == MailKind::abuse_report);
  REQUIRE(verdict.recipients.size() == 1);
  CHECK(verdict.recipients[0].address == "jo@example.eu");
  CHECK(verdict.recipients[0].reason == BounceReason::complaint);
}

TEST_CASE("an answer from the null sender is a machine's, a letter from it may be a form's") {
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Return-Path", "<>"}, {"In-Reply-To", "<a@b>"}}) ==
        MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Return-Path", "<>"}, {"References", "<a@b>"}}) ==
        MailKind::auto_reply);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"Return-Path", "<>"}}) == MailKind::ordinary);
  CHECK(kind_of({{"From", "form@example.eu"},
                 {"Reply-To", "jo@example.eu"},
                 {"Return-Path", "<>"},
                 {"References", "<a@b>"}}) == MailKind::ordinary);
  CHECK(kind_of({{"From", "jo@example.eu"}, {"In-Reply-To", "<a@b>"}}) == MailKind::ordinary);
}

TEST_CASE("no automatic answer goes where a loop could start") {
  const std::string own[] = {"help@desk.example"};
  const OwnMarks ours{.loop_token = "t0ken", .own_addresses = own};
  const auto verdict_on = [&](std::vector<MailField> headers) {
    const MailFacts facts = mail(std::move(headers));
    return auto_answer(facts, classify(facts), ours);
  };
  CHECK(verdict_on({{"From", "jo@example.eu"}}) == AutoAnswer::allowed);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"Return-Path", "<jo@example.eu>"}}) ==
        AutoAnswer::allowed);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"Return-Path", "<>"}}) ==
        AutoAnswer::refused_no_sender);
  CHECK(verdict_on(
            {{"From", "form@example.eu"}, {"Reply-To", "jo@example.eu"}, {"Return-Path", "<>"}}) ==
        AutoAnswer::allowed);
  CHECK(verdict_on({{"From", "form@example.eu"},
                    {"Reply-To", "form@example.eu"},
                    {"Return-Path", "<>"}}) == AutoAnswer::refused_no_sender);
  CHECK(verdict_on({{"Subject", "x"}}) == AutoAnswer::refused_no_sender);
  CHECK(verdict_on({{"From", "Help@Desk.example"}}) == AutoAnswer::refused_loop);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"X-Lethe-Loop", "t0ken"}}) ==
        AutoAnswer::refused_loop);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"X-Lethe-Loop", "another"}}) ==
        AutoAnswer::allowed);
  CHECK(verdict_on({{"From", "No-Reply@example.eu"}}) == AutoAnswer::refused_system);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"Auto-Submitted", "auto-generated"}}) ==
        AutoAnswer::refused_suppressed);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"X-Auto-Response-Suppress", "All"}}) ==
        AutoAnswer::refused_suppressed);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"List-Id", "<x.example.eu>"}}) ==
        AutoAnswer::refused_kind);
  CHECK(verdict_on({{"From", "jo@example.eu"}, {"Auto-Submitted", "auto-replied"}}) ==
        AutoAnswer::refused_kind);
}

TEST_CASE("fifty hops are a long way, fifty-one are a loop") {
  MailFacts facts;
  facts.headers.assign(50, {"Received", "by x"});
  CHECK_FALSE(loops_between_servers(facts));
  facts.headers.push_back({"received", "by x"});
  CHECK(loops_between_servers(facts));
}

TEST_CASE("addresses are found in what surrounds them") {
  CHECK(first_address_in("Jo <jo@example.eu>") == "jo@example.eu");
  CHECK(first_address_in("rfc822; jo+x@example.eu.") == "jo+x@example.eu");
  CHECK(first_address_in("宛先jo@example.jp様") == "jo@example.jp");
  CHECK(first_address_in("用户@例子.广告") == "用户@例子.广告");
  CHECK(first_address_in("@ @x x@ nobody") == "");
  CHECK(first_address_in("\"john doe\"@example.eu") == "\"john doe\"@example.eu");
  CHECK(first_address_in("Jo <\"a\\\"b\"@example.eu>") == "\"a\\\"b\"@example.eu");
  CHECK(first_address_in("\"\"@example.eu") == "");
  CHECK(first_address_in("x\"@example.eu") == "");
  CHECK(first_address_in("\"boss@bank.eu\" <jo@evil.eu>") == "jo@evil.eu");
  CHECK(first_address_in("\"boss@bank.eu, Jo\" <jo@evil.eu>, <x@y.eu>") == "jo@evil.eu");
  CHECK(first_address_in("a@x.eu, <b@x.eu>") == "a@x.eu");
}

TEST_CASE("mails of any size and shape are judged in linear time") {
  std::string same, others, status = "Reporting-MTA: dns; x\n\n";
  for (int i = 0; i < 20'000; ++i) {
    const std::string address = "a" + std::to_string(i) + "@b.c";
    same += "<a@b.c>: 550 5.1.1 user unknown\n";
    others += "<" + address + ">: nothing known\n";
    status += "Final-Recipient: rfc822; " + address + "\nAction: failed\n\n";
  }
  const std::string texts[] = {same, others, std::string(200'000, '@'), std::string(300'000, '<'),
                               std::string(300'000, '5')};
  for (const std::string& text : texts)
    CHECK(classify(mail({{"From", "MAILER-DAEMON@x.eu"}, {"Subject", "failure notice"}}, text))
              .recipients.size() <= 500);
  CHECK(classify(report(status)).recipients.size() == 500);
}
