#include "lethe/core/forwarded.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

// What every sample says, whoever wrote it and in whatever language.
void check_ann(std::string_view subject, std::string_view text) {
  CAPTURE(text);
  const auto mail = forwarded_mail(subject, text);
  REQUIRE(mail);
  CHECK(mail->from_address == "ann@example.org");
  CHECK(mail->from_name == "Ann Smith");
  CHECK(mail->subject == "Broken pedal");
  CHECK(mail->comment == "Please take this one.");
  CHECK(mail->text.starts_with("The crank is loose."));
  CHECK(mail->text.find("Broken pedal") == std::string::npos);
}

// A mail in the form of Outlook: labels as given, nothing but a subject that says so.
std::string outlook(std::string_view from, std::string_view sent, std::string_view to,
                    std::string_view subject) {
  return "Please take this one.\r\n\r\n________________________________\r\n" + std::string{from} +
         " Ann Smith <ann@example.org>\r\n" + std::string{sent} + " 5.1.2026 10:00\r\n" +
         std::string{to} + " Support\r\n" + std::string{subject} +
         " Broken pedal\r\n\r\nThe crank is loose.\r\n";
}

// In the form of Gmail and Thunderbird: a line above says so, in any subject.
std::string marked(std::string_view marker, std::string_view from, std::string_view date,
                   std::string_view subject) {
  return "Please take this one.\n\n" + std::string{marker} + "\n" + std::string{from} +
         " Ann Smith <ann@example.org>\n" + std::string{date} + " 5 Jan\n" + std::string{subject} +
         " Broken pedal\n\n\nThe crank is loose.\n";
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
            "Please take this one.\n\n\n-------- Message transféré --------\n"
            "Sujet : \tBroken pedal\nDate : \tMon, 5 Jan 2026 10:00:00 +0100\n"
            "De : \tAnn Smith <ann@example.org>\nPour : \tbob@example.com\n\n"
            "The crank is loose.\n");
  check_ann("Fwd: Broken pedal",
            "Please take this one.\n\n> Begin forwarded message:\n> \n"
            "> From: Ann Smith <ann@example.org>\n> Subject: Broken pedal\n"
            "> Date: 5. January 2026\n> To: bob@example.com\n> \n> The crank is loose.\n");
  check_ann("FW: Broken pedal", outlook("From:", "Sent:", "To:", "Subject:"));
  check_ann("FW: Broken pedal",
            "Please take this one.\n\n-----Original Message-----\n"
            "From: Ann Smith [mailto:ann@example.org]\nSent: Monday\nTo: Bob\n"
            "Subject: Broken pedal\n\nThe crank is loose.\n");
}

TEST_CASE("the blocks of Outlook are understood in the languages it speaks") {
  check_ann("WG: Broken pedal", outlook("Von:", "Gesendet:", "An:", "Betreff:"));
  check_ann("TR : Broken pedal", outlook("De :", "Envoyé :", "À :", "Objet :"));
  check_ann("RV: Broken pedal", outlook("De:", "Enviado el:", "Para:", "Asunto:"));
  check_ann("I: Broken pedal", outlook("Da:", "Inviato:", "A:", "Oggetto:"));
  check_ann("ENC: Broken pedal", outlook("De:", "Enviada em:", "Para:", "Assunto:"));
  check_ann("VB: Broken pedal", outlook("Från:", "Skickat:", "Till:", "Ämne:"));
  check_ann("VS: Broken pedal", outlook("Fra:", "Sendt:", "Til:", "Emne:"));
  check_ann("VL: Broken pedal", outlook("Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Aihe:"));
  check_ann("PD: Broken pedal", outlook("Od:", "Wysłano:", "Do:", "Temat:"));
  check_ann("FW: Broken pedal", outlook("Od:", "Odesláno:", "Komu:", "Předmět:"));
  check_ann("Пересл: Broken pedal", outlook("От:", "Отправлено:", "Кому:", "Тема:"));
  check_ann("İLT: Broken pedal", outlook("Kimden:", "Gönderme Tarihi:", "Kime:", "Konu:"));
  check_ann("转发: Broken pedal", outlook("发件人：", "发送时间：", "收件人：", "主题："));
  check_ann("FW: Broken pedal", outlook("差出人:", "送信日時:", "宛先:", "件名:"));
  check_ann("FW: Broken pedal", outlook("寄件者:", "寄件日期:", "收件者:", "主旨:"));
  check_ann("Fwd: Broken pedal", outlook("Người gửi:", "Ngày gửi:", "Người nhận:", "Tiêu đề:"));
  check_ann("Fwd: Broken pedal", outlook("จาก:", "ส่ง:", "ถึง:", "เรื่อง:"));
  check_ann("FW: Broken pedal", outlook("От:", "Изпратено:", "До:", "Относно:"));
  check_ann("FW: Broken pedal", outlook("Nuo:", "Išsiųsta:", "Kam:", "Tema:"));
}

TEST_CASE("a line that says so is enough, in any language and under any subject") {
  check_ann("",
            marked("-------- Weitergeleitete Nachricht --------", "Von:", "Datum:", "Betreff:"));
  check_ann("", marked("-------- Message transféré --------", "De :", "Date :", "Objet :"));
  check_ann("x", marked("Début du message réexpédié :\n", "De:", "Date:", "Objet:"));
  check_ann("x", marked("Anfang der weitergeleiteten Nachricht:\n", "Von:", "Datum:", "Betreff:"));
  check_ann("", marked("---------- Messaggio inoltrato ---------", "Da:", "Data:", "Oggetto:"));
  check_ann("",
            marked("---------- Doorgestuurd bericht ---------", "Van:", "Datum:", "Onderwerp:"));
  check_ann("", marked("---------- Mensagem encaminhada ---------", "De:", "Data:", "Assunto:"));
  check_ann("", marked("---------- Mensaje reenviado ---------", "De:", "Fecha:", "Asunto:"));
  check_ann("", marked("-------- Přeposlaná zpráva --------", "Od:", "Datum:", "Předmět:"));
  check_ann("", marked("-------- Пересылаемое сообщение --------", "От:", "Дата:", "Тема:"));
  check_ann("", marked("Videresendt besked:\n", "Fra:", "Dato:", "Emne:"));
  check_ann("", marked("-------- 転送メッセージ --------", "差出人:", "日付:", "件名:"));
  check_ann("x", marked("Välitetty viesti alkaa:\n", "Lähettäjä:", "Päiväys:", "Aihe:"));
  check_ann("", marked("-------- Pesan Terusan --------", "Dari:", "Tanggal:", "Subjek:"));
  check_ann("", marked("-------- Przekazana wiadomość --------", "Od:", "Data:", "Temat:"));
}

TEST_CASE("text made from HTML, wrapped values and missing labels are understood") {
  check_ann("FW: x",
            "Please take this one.\n\n*From:* Ann Smith <ann@example.org "
            "<mailto:ann@example.org>>\n\n*Sent:* Monday\n\n*To:* Bob\n\n*Subject:* Broken "
            "pedal\n\nThe crank is loose.\n");
  check_ann("FW: x",
            "Please take this one.\n\nFrom: Ann Smith\n <ann@example.org>\nTo: Bob <b@x.example>;\n"
            " Carl <c@x.example>\nSubject: Broken\n pedal\n\nThe crank is loose.\n");
  const auto bare = forwarded_mail("Fwd: x", "From: ann@example.org\nDate: Monday\n\nHello.\n");
  REQUIRE(bare);
  CHECK(bare->from_address == "ann@example.org");
  CHECK(bare->from_name.empty());
  CHECK(bare->subject.empty());
  CHECK(bare->comment.empty());
  CHECK(bare->text == "Hello.\n");
}

TEST_CASE("of two forwards, one in the other, the outer one counts and the inner one stays text") {
  const auto mail = forwarded_mail(
      "Fwd: Fwd: Broken pedal",
      "For you.\n\n---------- Forwarded message ---------\nFrom: Ann <ann@example.org>\n"
      "Subject: Fwd: Broken pedal\n\nSee what Eve wrote.\n\n"
      "---------- Forwarded message ---------\nFrom: Eve <eve@example.net>\n"
      "Subject: Broken pedal\n\nThe crank is loose.\n");
  REQUIRE(mail);
  CHECK(mail->from_address == "ann@example.org");
  CHECK(mail->comment == "For you.");
  CHECK(mail->text.starts_with("See what Eve wrote."));
  CHECK(mail->text.find("eve@example.net") != std::string::npos);
}

TEST_CASE(
    "the original is whole, with what looks like labels in it and behind any bound of lines") {
  std::string text = "Fyi\n\nFrom: Ann <ann@example.org>\nTo: Bob\nSubject: x\n\nTo: whom it may\n";
  for (int i = 0; i < 6000; ++i) text += "line\n";
  text += "the end";
  const auto mail = forwarded_mail("Fwd: x", text);
  REQUIRE(mail);
  CHECK(mail->text.starts_with("To: whom it may\n"));
  CHECK(mail->text.ends_with("line\nthe end"));
}

TEST_CASE("a quoted answer and ordinary text are not forwarded mails") {
  const std::string block =
      "From: Ann <ann@example.org>\nSent: Monday\nTo: Bob\nSubject: x\n\nThe crank is loose.\n";
  const std::string marker = "---------- Forwarded message ---------\n";
  CHECK(forwarded_mail("Fwd: x", "Thanks.\n\n" + block));
  CHECK_FALSE(forwarded_mail("Broken pedal", "Thanks.\n\n" + block));
  for (const char* subject : {"Re: x", "AW: x", "SV: Fwd: x", "[list] Re: Fwd: x", "Re[2]: x"}) {
    CAPTURE(subject);
    CHECK_FALSE(forwarded_mail(subject, "Thanks.\n\n" + block));
    CHECK_FALSE(forwarded_mail(subject, "Thanks.\n\n" + marker + block));
  }
  // A new mail that quotes somebody who forwarded.
  CHECK(forwarded_mail("x", marker + block));
  CHECK_FALSE(forwarded_mail("x", "Jo wrote:\n> " + marker +
                                      "> From: Ann <ann@example.org>\n"
                                      "> Subject: x\n"));
  CHECK_FALSE(forwarded_mail("x", "I got a forwarded message here:\nit says no more.\n" + block));
  // An answer in Finnish has the prefix of a forwarded mail in Danish.
  CHECK_FALSE(
      forwarded_mail("VS: x", outlook("Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Aihe:")));
  CHECK_FALSE(forwarded_mail("Fwd: x", "From: nobody in particular\nSubject: y\n\nText"));
  CHECK_FALSE(forwarded_mail("Fwd: x", "Write to ann@example.org. Subject: later.\n"));
  CHECK_FALSE(forwarded_mail("Fwd:", "From: ann@example.org"));
  CHECK_FALSE(forwarded_mail("Fwd:", "From: ann@example.org\n\n\nSubject: too far\n"));
  CHECK_FALSE(forwarded_mail("", ""));
}

TEST_CASE("a text of many labels is read in one pass") {
  std::string text = "---------- Forwarded message ---------\n";
  for (int i = 0; i < 20000; ++i) text += "To: nobody\n";
  CHECK_FALSE(forwarded_mail("Fwd: x", text));
}

TEST_CASE("prefixes of forwarded mails are told from those of answers and from words") {
  for (const char* subject : {"Fwd: x", "FW:x", "WG: x", "[list] Fwd: x", "Fwd[2]: x", "TR : x"}) {
    CAPTURE(subject);
    CHECK(says_forwarded(subject));
    CHECK(without_forward_marks(subject) == "x");
  }
  for (const char* subject : {"Re: Fwd: x", "Note: x", "x", "", ":", "Forward"}) {
    CAPTURE(subject);
    CHECK_FALSE(says_forwarded(subject));
  }
  CHECK(without_forward_marks("Fwd: WG: Re: x") == "Re: x");
  CHECK(says_answered("AW: x"));
  CHECK_FALSE(says_answered("Note: x"));
  CHECK_FALSE(says_answered("Fwd: Re: x"));
}

}  // namespace
}  // namespace lethe::core
