#include "lethe/core/forwarded.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

void check_ann(std::string_view subject, std::string_view text) {
  CAPTURE(text);
  const auto mail = forwarded_mail(subject, text);
  REQUIRE(mail);
  CHECK(mail->from_address == "ann@example.org");
  CHECK(mail->from_name == "Ann Smith");
  CHECK(mail->subject == "Broken pedal");
  CHECK(mail->comment == "Please take this one.");
  CHECK(mail->text.starts_with("The crank is loose."));
  CHECK(mail->text.find("Subject") == std::string::npos);
}

TEST_CASE("a mail forwarded by Gmail, Thunderbird, Apple Mail and Outlook names its sender") {
  check_ann("Fwd: Broken pedal",
            "Please take this one.\n\n---------- Forwarded message ---------\n"
            "From: Ann Smith <ann@example.org>\nDate: Mon, 5 Jan 2026 at 10:00\n"
            "Subject: Broken pedal\nTo: <bob@example.com>\n\n\nThe crank is loose.\n");
  check_ann("Fwd: Broken pedal",
            "Please take this one.\n\n\n-------- Forwarded Message --------\n"
            "Subject: \tBroken pedal\nDate: \tMon, 5 Jan 2026 10:00:00 +0100\n"
            "From: \tAnn Smith <ann@example.org>\nTo: \tbob@example.com\n\nThe crank is loose.\n");
  check_ann("Fwd: Broken pedal",
            "Please take this one.\n\n> Begin forwarded message:\n> \n"
            "> From: Ann Smith <ann@example.org>\n> Subject: Broken pedal\n"
            "> Date: 5. January 2026\n> To: bob@example.com\n> \n> The crank is loose.\n");
  check_ann("FW: Broken pedal",
            "Please take this one.\r\n\r\n________________________________\r\n"
            "From: Ann Smith <ann@example.org>\r\nSent: Monday, January 5, 2026 10:00\r\n"
            "To: Bob\r\nSubject: Broken pedal\r\n\r\nThe crank is loose.\r\n");
  check_ann("FW: Broken pedal",
            "Please take this one.\n\n-----Original Message-----\n"
            "From: Ann Smith [mailto:ann@example.org]\nSent: Monday\nTo: Bob\n"
            "Subject: Broken pedal\n\nThe crank is loose.\n");
}

TEST_CASE("forwarded mails are understood in other languages") {
  check_ann("WG: Broken pedal",
            "Please take this one.\n\nVon: Ann Smith <ann@example.org>\nGesendet: Montag\n"
            "An: Bob\nBetreff: Broken pedal\n\nThe crank is loose.\n");
  check_ann("",
            "Please take this one.\n\n-------- Weitergeleitete Nachricht --------\n"
            "Betreff: \tBroken pedal\nDatum: \tMon, 5 Jan 2026\n"
            "Von: \tAnn Smith <ann@example.org>\nAn: \tbob@example.com\n\nThe crank is loose.\n");
  check_ann("TR : Broken pedal",
            "Please take this one.\n\nDe : Ann Smith <ann@example.org>\nEnvoy\xC3\xA9 : lundi\n"
            "\xC3\x80 : Bob\nObjet : Broken pedal\n\nThe crank is loose.\n");
  check_ann("",
            "Please take this one.\n\nD\xC3\xA9"
            "but du message r\xC3\xA9"
            "exp\xC3\xA9"
            "di\xC3\xA9 :\n\n"
            "De: Ann Smith <ann@example.org>\nObjet: Broken pedal\nDate: 5 janvier\n\n"
            "The crank is loose.\n");
  check_ann("RV: Broken pedal",
            "Please take this one.\n\nDe: Ann Smith <ann@example.org>\nEnviado el: lunes\n"
            "Para: Bob\nAsunto: Broken pedal\n\nThe crank is loose.\n");
  check_ann(
      "",
      "Please take this one.\n\n---------- Messaggio inoltrato ---------\n"
      "Da: Ann Smith <ann@example.org>\nData: lun\nOggetto: Broken pedal\nA: <b@x.example>\n\n"
      "The crank is loose.\n");
  check_ann("Fwd: x",
            "Please take this one.\n\n---------- Doorgestuurd bericht ---------\n"
            "Van: Ann Smith <ann@example.org>\nDatum: ma\nOnderwerp: Broken pedal\nAan: b\n\n"
            "The crank is loose.\n");
  check_ann("ENC: x",
            "Please take this one.\n\n---------- Mensagem encaminhada ---------\n"
            "De: Ann Smith <ann@example.org>\nEnviada em: seg\nPara: b\nAssunto: Broken pedal\n\n"
            "The crank is loose.\n");
}

TEST_CASE("a quoted answer and ordinary text are not forwarded mails") {
  CHECK_FALSE(forwarded_mail("Re: Broken pedal",
                             "Thanks.\n\nFrom: Ann <ann@example.org>\nSent: Monday\nTo: Bob\n"
                             "Subject: Broken pedal\n\nThe crank is loose.\n"));
  CHECK_FALSE(forwarded_mail("Fwd: x", "From: nobody in particular\nSubject: y\n\nText"));
  CHECK_FALSE(forwarded_mail("Fwd: x", "Write to ann@example.org. Subject: later.\n"));
  CHECK_FALSE(forwarded_mail("", ""));
  CHECK_FALSE(forwarded_mail("Fwd:", "From: ann@example.org"));
}

TEST_CASE("a text of many labels is read in one pass") {
  std::string text = "---------- Forwarded message ---------\n";
  for (int i = 0; i < 20000; ++i) text += "To: nobody\n";
  CHECK_FALSE(forwarded_mail("Fwd: x", text));
}

}  // namespace
}  // namespace lethe::core
