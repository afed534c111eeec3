// A wrong language is worse than none: answers go out in it.
#include "lethe/core/mail_language.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace lethe::core {
namespace {

const std::vector<std::pair<std::string, std::string>> kLetters = {
    {"en",
     "Hello, I ordered a kettle two weeks ago and it has not arrived yet. Could you please tell me "
     "where it is? Thank you."},
    {"de",
     "Guten Tag, ich habe vor zwei Wochen einen Wasserkocher bestellt, und er ist noch nicht "
     "angekommen. Können Sie mir sagen, wo er ist?"},
    {"fr",
     "Bonjour, j’ai commandé une bouilloire il y a deux semaines et elle n’est toujours pas "
     "arrivée. Pouvez-vous me dire où elle se trouve ?"},
    {"es",
     "Hola, pedí un hervidor hace dos semanas y todavía no ha llegado. ¿Podrían decirme dónde "
     "está, por favor? Muchas gracias."},
    {"it",
     "Buongiorno, ho ordinato un bollitore due settimane fa e non è ancora arrivato. Potreste "
     "dirmi dove si trova? Grazie mille."},
    {"nl",
     "Goedendag, ik heb twee weken geleden een waterkoker besteld en hij is nog niet aangekomen. "
     "Kunt u mij zeggen waar hij is?"},
    {"pl",
     "Dzień dobry, dwa tygodnie temu zamówiłam czajnik i jeszcze nie dotarł. Czy mogą Państwo "
     "powiedzieć, gdzie teraz jest?"},
    {"pt",
     "Olá, encomendei uma chaleira há duas semanas e ainda não chegou. Podem dizer-me onde está, "
     "por favor? Muito obrigada."},
    {"sv",
     "Hej, jag beställde en vattenkokare för två veckor sedan och den har inte kommit än. Kan ni "
     "säga mig var den är?"},
    {"da",
     "Hej, jeg bestilte en elkedel for to uger siden, og den er ikke kommet endnu. Kan I fortælle "
     "mig, hvor den er?"},
    {"no",
     "Hei, jeg bestilte en vannkoker for to uker siden, og den har ikke kommet ennå. Kan dere si "
     "meg hvor den er?"},
    {"fi",
     "Hei, tilasin vedenkeittimen kaksi viikkoa sitten, eikä se ole vielä saapunut. Voisitteko "
     "kertoa, missä se on?"},
    {"cs",
     "Dobrý den, před dvěma týdny jsem si objednal konvici a ještě nedorazila. Můžete mi prosím "
     "říct, kde teď je?"},
    {"hu",
     "Jó napot, két hete rendeltem egy vízforralót, és még nem érkezett meg. Meg tudnák mondani, "
     "hol van most?"},
    {"tr",
     "Merhaba, iki hafta önce bir su ısıtıcısı sipariş ettim ve hâlâ gelmedi. Nerede olduğunu "
     "söyleyebilir misiniz?"},
    {"ru",
     "Здравствуйте, две недели назад я заказала чайник, и он до сих пор не пришёл. Не могли бы вы "
     "сказать, где он?"},
    {"el",
     "Γεια σας, πριν από δύο εβδομάδες παρήγγειλα έναν βραστήρα και ακόμη δεν έφτασε. Μπορείτε να "
     "μου πείτε πού είναι;"},
    {"zh", "您好，我两周前订了一个电热水壶，到现在还没有收到。请告诉我它现在在哪里，谢谢。"},
};

std::string of_headers(std::string_view content, std::string_view accept = "",
                       std::string_view text = "") {
  return language_of_mail({content, accept, text});
}

TEST_CASE("a letter of two sentences says its language") {
  for (const auto& [language, text] : kLetters) {
    CHECK_MESSAGE(language_of_text(text) == language, text);
  }
}

TEST_CASE("one whole sentence is enough, a word or two are not") {
  CHECK(language_of_text("Can you send me the invoice for my last order?") == "en");
  CHECK(language_of_text("Können Sie mir die Rechnung noch einmal schicken?") == "de");
  for (const char* text : {"", " ", "ok", "Thanks!", "Danke!", "Merci beaucoup",
                           "Bitte um Rückruf.", "Wo ist mein Paket?", "Where is my order?",
                           "Invoice PDF attached", "Fahrradlenker links wackelt"}) {
    CHECK_MESSAGE(language_of_text(text).empty(), text);
  }
}

TEST_CASE("numbers, names, links, keys hit at random and what programs say decide nothing") {
  for (const char* text :
       {"Order 4711, ref AB-12-9983, 2026-01-05", "asdf qwer zxcv uiop hjkl vbnm",
        "https://example.org/a/b?c=d https://example.org/x",
        "Anna Schmidt, Hauptstraße 12, 10115 Berlin",
        "Mein Laptop: ERROR Connection refused at java.net.Socket.connect line 42 at "
        "java.lang.Thread.run"}) {
    CHECK_MESSAGE(language_of_text(text).empty(), text);
  }
}

TEST_CASE("a text in several languages decides nothing, a foreign name in one does no harm") {
  CHECK(language_of_text("The lamp broke. Die Lampe ist kaputt. La lampe est cassée.").empty());
  CHECK(language_of_text("Hallo, ich habe ein Problem mit dem Login. Error: invalid credentials, "
                         "please try again later or contact support if the problem persists.")
            .empty());
  CHECK(language_of_text(kLetters[0].second + "\n\n" + kLetters[1].second).empty());
  CHECK(language_of_text("Hello, my name is Jürgen Müller, Hauptstraße 12, 10115 Berlin, and I "
                         "would like to change my address please.") == "en");
}

TEST_CASE("a header decides for a short text, and nothing against a text that is sure") {
  const std::string& german = kLetters[1].second;
  CHECK(of_headers("de-AT") == "de");
  CHECK(of_headers("DE") == "de");
  CHECK(of_headers(" fr-CA (Canada)", "", "Merci") == "fr");
  CHECK(of_headers("de-DE", "", german) == "de");
  CHECK(of_headers("en-US", "", german).empty());
  CHECK(of_headers("", "", german) == "de");
  CHECK(of_headers("", "en-US, en;q=0.5", german).empty());
}

TEST_CASE("Accept-Language is asked when there is no Content-Language, and its first tag counts") {
  CHECK(of_headers("", "fr-FR, en-US;q=0.8") == "fr");
  CHECK(of_headers("de", "fr-FR") == "de");
  CHECK(of_headers("en, de", "fr-FR").empty());
}

TEST_CASE("a tag that names no language decides nothing") {
  for (const char* tag : {"", "x-klingon", "i-default", "und", "mul", "zxx", "english", "e", "d3",
                          "-de", ",", "\xff\xfe", "*"}) {
    CHECK_MESSAGE(of_headers(tag).empty(), tag);
  }
  CHECK(of_headers("iw") == "he");
  CHECK(of_headers("nb-NO") == "no");
  CHECK(of_headers("zh-Hant-TW") == "zh");
}

TEST_CASE("any bytes are welcome, and only the beginning of a text is read") {
  CHECK(language_of_text("\xff\xfe\x80\x81 \xc3").empty());
  CHECK(language_of_text(std::string(100'000, '\0')).empty());
  CHECK(language_of_text(std::string(1'000'000, '.')).empty());
  std::string german;
  while (german.size() <= kLanguageTextMax) german += kLetters[1].second + "\n";
  std::string english;
  while (english.size() <= 4 * kLanguageTextMax) english += kLetters[0].second + "\n";
  CHECK(language_of_text(german + english) == "de");
}

}  // namespace
}  // namespace lethe::core
