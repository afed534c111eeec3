#include "lethe/core/reply_text.h"

#include <doctest/doctest.h>

#include <string>

using lethe::core::new_text_of;
using lethe::core::ReplyPart;
using lethe::core::ReplySegment;
using lethe::core::split_reply;

namespace {

std::string joined(const std::string& body) {
  std::string out;
  for (const ReplySegment& segment : split_reply(body))
    out += body.substr(segment.begin, segment.end - segment.begin);
  return out;
}

std::string repeated(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

}  // namespace

TEST_CASE("the answer stays when the old mail is introduced in the language of the mail program") {
  for (const char* const intro :
       {"On Mon, 4 Mar 2024 at 09:00, Jo Doe <jo@x.eu> wrote:",
        "Am 04.03.2024 um 09:00 schrieb Jo Doe:",
        "Am Mo., 4. März 2024 um 09:00 Uhr schrieb Jo Doe <jo@x.eu>:",
        "Le lun. 4 mars 2024 à 09:00, Jo Doe <jo@x.eu> a écrit :",
        "Le 04/03/2024 à 09:00, Jo Doe a écrit\xC2\xA0:",
        "El lun, 4 mar 2024 a las 9:00, Jo Doe (<jo@x.eu>) escribió:",
        "Il giorno lun 4 mar 2024 alle ore 09:00 Jo Doe <jo@x.eu> ha scritto:",
        "Op ma 4 mrt 2024 om 09:00 schreef Jo Doe <jo@x.eu>:",
        "Em seg., 4 de mar. de 2024 às 09:00, Jo Doe <jo@x.eu> escreveu:",
        "Den mån 4 mars 2024 kl 09:00 skrev Jo Doe <jo@x.eu>:",
        "Den man. 4. mar. 2024 kl. 09.00 skrev Jo Doe <jo@x.eu>:",
        "W dniu 4.03.2024 o 09:00, Jo Doe pisze:",
        "pon., 4 mar 2024 o 09:00 Jo Doe <jo@x.eu> napisał(a):",
        "Dne po 4. 3. 2024 9:00 uživatel Jo Doe <jo@x.eu> napsal:",
        "po 4. 3. 2024 o 9:00 Jo Doe <jo@x.eu> napísal(a):",
        "пн, 4 мар. 2024 г. в 09:00, Jo Doe <jo@x.eu>:\n> написал:",
        "04.03.2024 09:00, Jo Doe пишет:",
        "пн, 4 бер. 2024 р. о 09:00 Jo Doe <jo@x.eu> пише:",
        "ma 4. maalisk. 2024 klo 9.00 Jo Doe (jo@x.eu) kirjoitti:",
        "Jo Doe <jo@x.eu> ezt írta (időpont: 2024. márc. 4., H, 9:00):\n> írta:",
        "În lun., 4 mar. 2024 la 09:00, Jo Doe <jo@x.eu> a scris:",
        "Jo Doe <jo@x.eu>, 4 Mar 2024 Pzt, 09:00 tarihinde şunu yazdı:",
        "Στις Δευ 4 Μαρ 2024 στις 9:00 Jo Doe <jo@x.eu> έγραψε:",
        "2024年3月4日(月) 9:00 Jo Doe <jo@x.eu>:",
        "于2024年3月4日周一 09:00，Jo Doe <jo@x.eu> 写道：",
        "2024년 3월 4일 (월) 오전 9:00, Jo Doe <jo@x.eu>님이 작성:",
        "Vào Th 2, 4 thg 3, 2024 vào lúc 09:00 Jo Doe <jo@x.eu> đã viết:",
        "На пн, 4.03.2024 г. в 9:00 Jo Doe <jo@x.eu> написа:"}) {
    CAPTURE(intro);
    const std::string body =
        std::string("Thank you, that works.\n\n") + intro + "\n> old\n> text\n";
    CHECK(new_text_of(body) == "Thank you, that works.");
    CHECK(joined(body) == body);
  }
}

TEST_CASE("header blocks of Outlook end the new text") {
  for (const char* const block : {"From: Jo <jo@x.eu>\nSent: Monday\nTo: Help\nSubject: x\n",
                                  "Von: Jo <jo@x.eu>\nGesendet: Montag\nAn: Help\nBetreff: x\n",
                                  "*Von:* Jo\n*Gesendet:* Montag\n*An:* Help\n*Betreff:* x\n",
                                  "De : Jo\nEnvoyé : lundi\nÀ : Help\nObjet : x\n",
                                  "De: Jo\nEnviado el: lunes\nPara: Help\nAsunto: x\n",
                                  "Da: Jo\nInviato: lunedì\nA: Help\nOggetto: x\n",
                                  "Van: Jo\nVerzonden: maandag\nAan: Help\nOnderwerp: x\n",
                                  "Från: Jo\nSkickat: måndag\nTill: Help\nÄmne: x\n",
                                  "Fra: Jo\nSendt: mandag\nTil: Help\nEmne: x\n",
                                  "Od: Jo\nWysłano: pon\nDo: Help\nTemat: x\n",
                                  "От: Jo\nОтправлено: пн\nКому: Help\nТема: x\n",
                                  "Lähettäjä: Jo\nLähetetty: ma\nVastaanottaja: Help\nAihe: x\n",
                                  "发件人: Jo\n发送时间: 1\n收件人: Help\n主题: x\n",
                                  "差出人: Jo\n送信日時: 1\n宛先: Help\n件名: x\n"}) {
    CAPTURE(block);
    CHECK(new_text_of(std::string("Yes please.\r\n\r\n") + block + "\nold text\n") ==
          "Yes please.");
  }
  CHECK(new_text_of("Please send it\nTo: my house\nthanks") ==
        "Please send it\nTo: my house\nthanks");
}

TEST_CASE("signatures are told apart and named so") {
  const std::string body = "New text.\n\n-- \nJo Doe\nACME\n";
  const auto segments = split_reply(body);
  REQUIRE(segments.size() == 2);
  CHECK(segments[1].part == ReplyPart::signature);
  CHECK(body.substr(segments[1].begin) == "-- \nJo Doe\nACME\n");
  for (const char* const device :
       {"Sent from my iPhone", "Von meinem iPhone gesendet", "Gesendet von Outlook für iOS",
        "Envoyé de mon iPhone", "Enviado desde mi iPhone", "Inviato da iPhone",
        "Verzonden vanaf mijn iPhone", "Enviado do meu iPhone", "Skickat från min iPhone",
        "Sendt fra min iPhone", "Lähetetty iPhonesta", "Wysłane z iPhone'a", "Odesláno z iPhonu",
        "Отправлено с iPhone", "iPhoneから送信", "发自我的 iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>"}) {
    CAPTURE(device);
    CHECK(new_text_of(std::string("New text.\n\n") + device + "\n") == "New text.");
  }
}

TEST_CASE("answers between quotes keep the quotes they answer") {
  const std::string body = "On Mon, Jo <jo@x.eu> wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n";
  const std::string text = new_text_of(body);
  CHECK(text.find("> two?") != std::string::npos);
  CHECK(text.find("Yes.") != std::string::npos);
  CHECK(text.find("No.") != std::string::npos);
}

TEST_CASE("an answer below the quote is found") {
  CHECK(new_text_of("On 4 Mar 2024, Jo <jo@x.eu> wrote:\n> old\n\nNew text.\n") == "New text.");
}

TEST_CASE("a mail of quotes only is shown whole") {
  CHECK(new_text_of("> only\n> quotes\n") == "> only\n> quotes");
  CHECK(new_text_of("Sent from my iPhone") == "Sent from my iPhone");
  CHECK(new_text_of("-- \nJo") == "-- \nJo");
  CHECK(split_reply("").empty());
  CHECK(new_text_of("  \n") == "  \n");
}

TEST_CASE("rules inside a text do not end it") {
  CHECK(new_text_of("Part one\n=====\n" + repeated("line\n", 40) + "end") ==
        "Part one\n=====\n" + repeated("line\n", 40) + "end");
  CHECK(new_text_of("a\n```\n# x\n----\n> y\n```\nb") == "a\n```\n# x\n----\n> y\n```\nb");
}

TEST_CASE("any bytes are split without losing one, in linear time") {
  for (const std::string& body :
       {repeated("> ", 200'000), repeated("On 1 wrote\n", 50'000), repeated("From: x\n", 50'000),
        repeated("\n", 200'000), repeated("a@b.c wrote:\n", 30'000), repeated("--\n", 100'000),
        repeated("a\n--\n", 100'000), "x\n" + repeated("--\n", 100'000) + repeated("t\n", 50),
        repeated("```\n", 100'000), std::string("\xFF\xC3\0x\n>\xE4", 8),
        repeated("2024-01-01 <\n", 30'000), std::string("no line end")})
    CHECK(joined(body) == body);
}
