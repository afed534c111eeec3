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
        "На пн, 4.03.2024 г. в 9:00 Jo Doe <jo@x.eu> написа:",
        "04.03.2024, 09:00, \"Jo Doe\" <jo@x.eu>:",
        "пн, 4 мар. 2024 г. в 09:00, Jo Doe <jo@x.eu>:",
        "Monday, 4 March 2024, 9:00 +0300 from Jo Doe <jo@x.eu>:",
        "On Mon, 04 Mar 2024 09:00:43 +0100 Jo Doe <jo@x.eu> wrote",
        "---- Jo Doe wrote ----",
        "Am 04.03.24 um 09:00 schrieb Jo Doe",
        "Wiadomość napisana przez Jo Doe w dniu 04.03.2024, o godz. 09:00:",
        "Dana pon, 4. ožu 2024. u 09:00 Jo Doe <jo@x.eu> je napisao:",
        "V pon., 4. mar. 2024 ob 09:00 je oseba Jo Doe <jo@x.eu> napisala:",
        "El dl., 4 de març 2024 a les 9:00, Jo Doe <jo@x.eu> va escriure:",
        "Pada Sen, 4 Mar 2024 pukul 09.00 Jo Doe <jo@x.eu> menulis:",
        "\u202Bفي ٠٤/٠٣/٢٠٢٤ الساعة ٩:٠٠ ص، كتب \u200FJo Doe \u200F<jo@x.eu>:\u202C",
        "\u200Fבתאריך יום ב׳, 4 במרץ 2024 ב-9:00 מאת Jo Doe <jo@x.eu> כתב:"}) {
    CAPTURE(intro);
    const std::string body =
        std::string("Thank you, that works.\n\n") + intro + "\n> old\n> text\n";
    CHECK(new_text_of(body) == "Thank you, that works.");
    CHECK(joined(body) == body);
  }
}

TEST_CASE("header blocks of Outlook end the new text") {
  for (const char* const block :
       {"From: Jo <jo@x.eu>\nSent: Monday\nTo: Help\nSubject: x\n",
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
        "差出人: Jo\n送信日時: 1\n宛先: Help\n件名: x\n",
        "De\u00A0: Jo\nEnvoyé le\u00A0: lundi\nÀ\u00A0: Help\nObjet\u00A0: x\n",
        "**Von:** Jo\n\n**Gesendet:** Montag\n\n**An:** Help\n",
        "Šalje: Jo\nPoslano: pon\nPrima: Help\nPredmet: x\n",
        "Od: Jo\nPoslano: pon\nZa: Help\nZadeva: x\n",
        "Відправник: Jo\nНадіслано: пн\nКому: Help\nТема: x\n",
        "Από: Jo\nΣτάλθηκε: Δευ\nΠρος: Help\nΘέμα: x\n",
        "Saatja: Jo\nSaadetud: E\nSaaja: Help\nTeema: x\n",
        "Dari: Jo\nDikirim: Senin\nKepada: Help\nPerihal: x\n",
        "Từ: Jo\nĐã gửi: thứ hai\nĐến: Help\nChủ đề: x\n",
        "\u200Fمن: Jo\n\u200Fتم الإرسال: 1\nإلى: Help\nالموضوع: x\n",
        "מאת: Jo\nנשלח: 1\nאל: Help\nנושא: x\n"}) {
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
  for (const char* const device : {"Sent from my iPhone",
                                   "Von meinem iPhone gesendet",
                                   "Gesendet von Outlook für iOS",
                                   "Envoyé de mon iPhone",
                                   "Enviado desde mi iPhone",
                                   "Inviato da iPhone",
                                   "Verzonden vanaf mijn iPhone",
                                   "Enviado do meu iPhone",
                                   "Skickat från min iPhone",
                                   "Sendt fra min iPhone",
                                   "Lähetetty iPhonesta",
                                   "Wysłane z iPhone'a",
                                   "Odesláno z iPhonu",
                                   "Отправлено с iPhone",
                                   "iPhoneから送信",
                                   "发自我的 iPhone",
                                   "Get Outlook for iOS<https://aka.ms/o0ukef>",
                                   "Verzonden vanuit Outlook voor iOS",
                                   "Enviado do iPhone",
                                   "Obter o Outlook para Android",
                                   "Az iPhone-omról küldve",
                                   "\u202Bأُرسلت من الـ iPhone\u202C",
                                   "Sent from my mobile device",
                                   "Sent from my cell, please excuse any typos"}) {
    CAPTURE(device);
    CHECK(new_text_of(std::string("New text.\n\n") + device + "\n") == "New text.");
  }
  CHECK(new_text_of("New text.\n\n\u2014\u2014\u2014\u2014\nJo Doe\nACME\n") == "New text.");
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

TEST_CASE("a sentence about sending is no signature of a device") {
  const std::string body =
      "Hello.\nSent from my desk, which is much easier than typing on a phone.";
  CHECK(new_text_of(body) == body);
}

TEST_CASE("the last line of the text is not taken for the beginning of the introduction below") {
  CHECK(new_text_of(
            "It is broken\nIl est cassé\nLe mar. 4 mars 2024, 11:53, Jo a écrit :\n\nold\n") ==
        "It is broken\nIl est cassé");
  CHECK(new_text_of(
            "Bitte abholen!\nFreundliche Grüße\nJo schrieb am 4. März 2024 um 14:49:\n\nold\n") ==
        "Bitte abholen!\nFreundliche Grüße");
  CHECK(new_text_of("Fine.\n\nOn Mon, 4 Mar 2024 at 09:00, Jo Doe <\njo@x.eu> wrote:\n\nold\n") ==
        "Fine.");
}

TEST_CASE("a list of dates and times is no introduction") {
  const std::string body =
      "These all fail:\n2024-01-15 14:30:25\n15.01.2024 14:30\n01/15/2024 at 2:30 PM:\nPlease "
      "help.";
  CHECK(new_text_of(body) == body);
}

TEST_CASE("a quoted line broken by a program goes with its quote, an answer below it does not") {
  const std::string long_quote =
      "> Could you please tell us the number that is printed on the label of the box,";
  CHECK(new_text_of("Here you are.\n\n" + long_quote + "\nif there is any left\n> at all\n") ==
        "Here you are.");
  const std::string asked =
      "> Could you please tell us the number that is printed on the label of the box?";
  CHECK(new_text_of(asked + "\nyes, it is 4711\n").ends_with("yes, it is 4711"));
  CHECK(new_text_of("> one,\nyes\n").ends_with("yes"));
}

TEST_CASE("rules inside a text do not end it") {
  const std::string in_parts = "Points\n----\nfaster\n\n----\nsmaller\n\n====\nnicer";
  CHECK(new_text_of(in_parts) == in_parts);
  CHECK(new_text_of(in_parts + "\n____\nFrom: a\nSent: b\nTo: c\nold\n") == in_parts);
  CHECK(new_text_of("Text\n\n-- \nJo\n____\nlegal notice\n") == "Text");

  CHECK(new_text_of("Part one\n=====\n" + repeated("line\n", 40) + "end") ==
        "Part one\n=====\n" + repeated("line\n", 40) + "end");
  CHECK(new_text_of("a\n```\n# x\n----\n> y\n```\nb") == "a\n```\n# x\n----\n> y\n```\nb");
}

TEST_CASE("a sender with a full time introduces old text in any language") {
  for (const char* const intro :
       {"Missatge de Jo Doe <jo@x.eu> del dia dl., 4 de març 2024 a les 9:00:",
        "Jo Doe <jo@x.eu> hat am 04.03.2024 09:00 CET geschrieben:",
        "On Seg 04/03/24 09:00 , Jo jo@x.eu sent:",
        "----- Words of no list -----\nFrom: Jo Doe <jo@x.eu>\nSent: Monday",
        ">>> Jo Doe <jo@x.eu> 3/4/2024 9:00 AM >>>"}) {
    CAPTURE(intro);
    const std::string body = "Thank you.\n\n" + std::string(intro) + "\n\nold words\n";
    CHECK(new_text_of(body) == "Thank you.");
  }
  // Right above a quote a colon or a year is not missed.
  for (const char* const intro : {"Zitat von Jo Doe <jo@x.eu>:", "Citando Jo Doe <jo@x.eu>:",
                                  "\"Jo Doe\" jo@x.eu – March 4, 2024 9:00 AM"}) {
    CAPTURE(intro);
    CHECK(new_text_of("Thank you.\n\n" + std::string(intro) + "\n\n> old words\n") == "Thank you.");
  }
}

TEST_CASE("a sentence that tells what somebody wrote introduces nothing") {
  for (const char* const body :
       {"Hello,\n\non 3 November Ms Doe wrote:\nthe part leaves today. Nothing came.\n\nJo",
        "Am 3. November schrieb mir Frau Doe, dass das Teil kommt:\nes kam nie an.\n\nGruß\nJo",
        "Please write to:\nJo Doe <jo@x.eu>:\nshe knows.", ">>> import x\nTraceback\nwhat is it?",
        "--- a/conf\n+++ b/conf\n-port = 25\n+port = 587\n\nPlease apply it."}) {
    CAPTURE(body);
    CHECK(new_text_of(body) == body);
  }
}

TEST_CASE("the fields of a journey or a form are no header of a mail") {
  for (const char* const body :
       {"From: Berlin\nTo: Hamburg\nDate: 3 Nov\n\nPlease book this and confirm.",
        "Hello,\n\nplease book:\n\nFrom: Berlin\nTo: Hamburg\nDate: 3 November\n\nThank you.",
        "De : Paris\nÀ : Lyon\nDate : 3 novembre\nObjet : billet perdu\n\nUn duplicata, svp."}) {
    CAPTURE(body);
    CHECK(new_text_of(body) == body);
  }
  CHECK(new_text_of("Yes.\n\nFrom: Jo\nTo: Kim\nDate: 3 Nov 2025 9:41\n\nold\n") == "Yes.");
  CHECK(new_text_of("Yes.\n\nFrom: Jo [mailto:jo@x.eu]\nTo: Kim\nSubject: x\n\nold\n") == "Yes.");
}

TEST_CASE("a name that was broken off above its address belongs to the introduction") {
  for (const char* const intro :
       {"Jo Doe\n<jo@x.eu> ezt írta (időpont: 2024. márc. 4., H, 9:00):",
        "Jo Doe\n<jo@x.eu> 於 2024年3月4日 週一 上午9:00寫道：",
        "Jo Doe\n<jo@x.eu>, 4 Mar 2024 Pzt, 09:00 tarihinde şunu yazdı:"}) {
    CAPTURE(intro);
    CHECK(new_text_of("Thank you.\n\n" + std::string(intro) + "\n\n> old words\n") == "Thank you.");
  }
  CHECK(new_text_of("It works.\n\nNo, it does not.\n<jo@x.eu> wrote on 4 Mar 2024 9:00:\n\n> "
                    "old\n") == "It works.\n\nNo, it does not.");
}

TEST_CASE("an answer below a quoted header block stays") {
  CHECK(new_text_of("From: Jo <jo@x.eu>\nDate: Monday\nTo: a@x.eu\nSubject: x\n> old\n\nThank "
                    "you.\n") == "Thank you.");
}

TEST_CASE("the offer of a mail program is a signature, a sentence about it is not") {
  for (const char* const offer :
       {"Outlook für iOS<https://aka.ms/o0ukef> beziehen", "Ottieni Outlook per Android",
        "Android için Outlook'u edinin", "Outlook for Android を入手",
        "Sent from AquaMail for Android\nhttps://www.mobisystems.com/aqua-mail",
        "Virus-free.www.avg.com", "Von Yahoo Mail für iPhone gesendet",
        "Provenance : Courrier pour Windows", "发送自 Outlook for Android"}) {
    CAPTURE(offer);
    CHECK(new_text_of("Thank you.\n\n" + std::string(offer) + "\n") == "Thank you.");
  }
  for (const char* const body :
       {"Thank you.\n\nWhere do I get Outlook for Android?", "Outlook for Android crashes",
        "The parcel was\nsent by post last week and has not arrived yet."}) {
    CAPTURE(body);
    CHECK(new_text_of(body) == body);
  }
}

TEST_CASE("an answer of a few characters is new text, whatever characters they are") {
  const std::string intro = "On Mon, 4 Mar 2024 at 09:00, Jo Doe <jo@x.eu> wrote:\n";
  for (const std::string answer :
       {"#",  "##", "#5",  "-",   "--",      "+",      "+1",     "*",          "=",
        "~~", "?",  "!",   "k",   "5",       "4711",   "\u2014", "\U0001F44D", "No",
        "On", "Am", "An:", "To:", "#refund", "/close", "{{x}}"}) {
    CAPTURE(answer);
    CHECK(new_text_of(answer + "\n\n" + intro + "> old words\n").starts_with(answer));
    CHECK(split_reply(answer + "\n\n" + intro + "> old words\n").front().part == ReplyPart::fresh);
  }
  for (const std::string answer : {"#", "##", "-", "+1", "?", "k", "#5"}) {
    CAPTURE(answer);
    CHECK(new_text_of(answer + "\n\n" + intro + "> old words\n") == answer);
  }
}

TEST_CASE("a number right above the old mail is an answer, a date there is its introduction") {
  const std::string intro = "On Mon, 4 Mar 2024 at 09:00, Jo Doe <jo@x.eu> wrote:\n> old\n";
  CHECK(new_text_of("4711\n" + intro) == "4711");
  CHECK(new_text_of("The number is\n#4711-B\n" + intro) == "The number is\n#4711-B");
  CHECK(new_text_of("Hello\n\n2024-03-04\nat 09:00 Jo Doe <jo@x.eu> wrote:\n> old\n") == "Hello");
}

TEST_CASE("a last line with a number stays when the introduction below it is whole") {
  for (const char* const line :
       {"My number is 4711", "Bitte bis 12:30 liefern.", "5月分の請求書も送っていただけますか。",
        "3 boxes are missing, 2 came", "Es fehlen 2 Teile, Bestellung 20-4711 vom 1.2.2024"}) {
    for (const char* const intro :
         {"Am Mo., 4. März 2024 um 09:00 Uhr schrieb Jo Doe <jo@x.eu>:",
          "On 3/4/24 9:00 AM, Jo Doe wrote:", "2024年3月4日(月) 9:00 Jo Doe <jo@x.eu>:",
          "04.03.24 09:00, Jo Doe пишет:"}) {
      CAPTURE(line);
      CAPTURE(intro);
      CHECK(new_text_of("Hello,\n" + std::string(line) + "\n" + intro + "\n\n> old\n") ==
            "Hello,\n" + std::string(line));
    }
  }
  CHECK(new_text_of("Yes.\n\nOn Monday,\n4 Mar 2024 at 9:00, Jo Doe <jo@x.eu> wrote:\n\n> old\n") ==
        "Yes.");
}

TEST_CASE("what follows the first 100,000 lines is new text") {
  const std::string old = "\nOn Mon, 4 Mar 2024 at 09:00, Jo Doe <jo@x.eu> wrote:\n> old words";
  const std::string at_most = repeated("line\n", 99'997);
  CHECK(new_text_of(at_most + old) + "\n" == at_most);
  const std::string more = repeated("line\n", 100'000);
  CHECK(new_text_of(more + old) == more + old);
  CHECK(joined(more + old) == more + old);
}

TEST_CASE("any bytes are split without losing one, in linear time") {
  for (const std::string& body :
       {repeated("> ", 200'000), repeated("On 1 wrote\n", 50'000), repeated("From: x\n", 50'000),
        repeated("\n", 200'000), repeated("a@b.c wrote:\n", 30'000), repeated("--\n", 100'000),
        repeated("a\n--\n", 100'000), "x\n" + repeated("--\n", 100'000) + repeated("t\n", 50),
        repeated("```\n", 100'000), std::string("\xFF\xC3\0x\n>\xE4", 8),
        repeated("2024-01-01 <\n", 30'000), repeated("From: x\nTo: x\nCc: x\n\n\n", 30'000),
        std::string("no line end")})
    CHECK(joined(body) == body);
}
