#include <doctest/doctest.h>

#include <algorithm>

#include "catalogue.h"
#include "lethe/ledger/certificate.h"
#include "lethe/web/assets.h"
#include "lethe/web/language.h"
#include "lethe/web/rich_text.h"
#include "lethe/web/url.h"
#include "site_languages.h"

using namespace lethe;
using namespace lethe::web;

namespace {
const Instant kNow = instant_of(1'795'181'520);  // 20 November 2026, 14:32 in Berlin
const Text kEnglish{Language::en, "Europe/Berlin"};
const Text kGerman{Language::de, "Europe/Berlin"};
const Text kFrench{Language::fr, "Europe/Berlin"};
}  // namespace

TEST_CASE("a language is called by its own name, one we do not speak by its code") {
  CHECK(name_of_language("de") == "Deutsch");
  CHECK(name_of_language("pt-BR") == "pt-BR");
  CHECK(name_of_language("").empty());
}

TEST_CASE("times are relative under seven days and dates after") {
  CHECK(kEnglish.relative(kNow, kNow) == "now");
  CHECK(kEnglish.relative(kNow - Seconds{59}, kNow) == "now");
  CHECK(kEnglish.relative(kNow - Seconds{60}, kNow) == "1 min");
  CHECK(kEnglish.relative(kNow - Seconds{3599}, kNow) == "59 min");
  CHECK(kEnglish.relative(kNow - Seconds{3600}, kNow) == "1 h");
  CHECK(kEnglish.relative(kNow - Seconds{14 * 3600}, kNow) == "14 h");
  CHECK(kEnglish.relative(kNow - Seconds{15 * 3600}, kNow) == "Yesterday");
  CHECK(kEnglish.relative(kNow - Days{6}, kNow) == "6 days");
  CHECK(kEnglish.relative(kNow - Days{7}, kNow) == "13 Nov");
  CHECK(kEnglish.relative(kNow - Days{366}, kNow) == "19 Nov 2025");
  CHECK(kEnglish.relative(kNow + Days{2}, kNow) == "22 Nov");
  CHECK(kGerman.ago(kNow - Days{2}, kNow) == "vor 2 Tagen");
  CHECK(kFrench.ago(kNow - Seconds{120}, kNow) == "il y a 2 min");
}

TEST_CASE("a minute after midnight yesterday is yesterday in the reader's zone, not in UTC") {
  const Instant after_midnight =
      instant_of(1'795'129'260);  // 00:01 in Berlin, 23:01 the day before in UTC
  CHECK(kEnglish.relative(after_midnight - Seconds{7200}, after_midnight) == "Yesterday");
  CHECK(Text{Language::en}.relative(after_midnight - Seconds{7200}, after_midnight) == "2 h");
}

TEST_CASE("dates and numbers are written as each language writes them") {
  CHECK(kEnglish.date(kNow) == "20 November 2026");
  CHECK(kGerman.date(kNow) == "20. November 2026");
  CHECK(kFrench.date(kNow) == "20 novembre 2026");
  CHECK(kEnglish.clock(kNow) == "14:32");
  CHECK(Text{Language::en}.clock(kNow) == "13:32");
  CHECK(kEnglish.number(1'284) == "1,284");
  CHECK(kGerman.number(1'284) == "1.284");
  CHECK(kFrench.number(1'284) == "1\u202f284");
  CHECK(kEnglish.full(kNow).starts_with("20 November 2026, 14:32 "));
}

TEST_CASE("sizes round to what a reader wants, on both sides of each unit") {
  CHECK(kEnglish.bytes(0) == "0 bytes");
  CHECK(kEnglish.bytes(1) == "1 byte");
  CHECK(kEnglish.bytes(999) == "999 bytes");
  CHECK(kEnglish.bytes(1'000) == "1\u00a0kB");
  CHECK(kEnglish.bytes(214'000) == "214\u00a0kB");
  CHECK(kEnglish.bytes(999'499) == "999\u00a0kB");
  CHECK(kEnglish.bytes(3'100'000) == "3.1\u00a0MB");
  CHECK(kGerman.bytes(3'100'000) == "3,1\u00a0MB");
  CHECK(kFrench.bytes(3'100'000) == "3,1\u00a0Mo");
  CHECK(kEnglish.bytes(36'700'160) == "37\u00a0MB");
}

TEST_CASE("plurals: French counts none like one, English and German do not") {
  CHECK(kEnglish.plural("{} ticket", "{} tickets", 0) == "0 tickets");
  CHECK(kEnglish.plural("{} ticket", "{} tickets", 1) == "1 ticket");
  CHECK(kGerman.plural("{} day", "{} days", 0) == "0 Tage");
  CHECK(kFrench.plural("{} day", "{} days", 0) == "0 jour");
  CHECK(kFrench.plural("{} day", "{} days", 2) == "2 jours");
}

TEST_CASE("a value with the place holder in it does not take the next value's place") {
  CHECK(kEnglish.with("{} in {}", "{}", "b") == "{} in b");
  CHECK(kEnglish.with("no place", "x") == "no place");
}

TEST_CASE("the language is the agent's choice, then the browser's, then English") {
  CHECK(choose_language("fr", "de") == Language::fr);
  CHECK(choose_language("", "de-AT,en;q=0.5") == Language::de);
  CHECK(choose_language("xx", "pl") == Language::en);
}

TEST_CASE(
    "catalogues keep escapes and continued lines, and leave out fuzzy and untranslated entries") {
  const auto catalogue = parse_catalogue(
      "msgid \"\"\nmsgstr \"Language: de\\n\"\n\n# note\nmsgid \"a\"\nmsgstr \"\"\n\"x "
      "\\\"y\\\"\"\n\" z\"\n\n"
      "#, fuzzy\nmsgid \"b\"\nmsgstr \"nein\"\n\nmsgid \"c\"\nmsgstr \"\"\n\n"
      "msgid \"{} d\"\nmsgid_plural \"{} ds\"\nmsgstr[0] \"eins\"\nmsgstr[1] \"viele\"\n#~ msgid "
      "\"old\"\n");
  REQUIRE(catalogue);
  CHECK(catalogue->size() == 2);
  CHECK(catalogue->at("a").plain == "x \"y\" z");
  CHECK(catalogue->at("{} d").many == "viele");
  CHECK_FALSE(parse_catalogue("msgid a\n"));
  CHECK_FALSE(parse_catalogue("msgid \"a\n"));
}

TEST_CASE("both catalogues are there and of one size") {
  CHECK(catalogue_of(Language::de).size() > 400);
  CHECK(catalogue_of(Language::de).size() == catalogue_of(Language::fr).size());
}

TEST_CASE("links of ours are encoded part by part") {
  CHECK(url_for("/tickets/{id}/x", {"a/../b?c"}).text() == "/tickets/a%2F..%2Fb%3Fc/x");
  web_protocol::Fields query;
  query.add("q", "a&b");
  CHECK(url_for("/inbox", {}, query).text() == "/inbox?q=a%26b");
  CHECK(with_fragment(url_for("/a"), "m 1").text() == "/a#m%201");
  CHECK(with_fragment(Url{}, "email").text() == "#email");
}

TEST_CASE("plain text keeps its paragraphs, quotes, links and marks") {
  const RichText text = rich_text_of_plain(
      "Hello\r\nyou\n\n> old\n> words\n\nsee https://a.example/b. [redacted: card ending 7724]!");
  REQUIRE(text.size() == 3);
  CHECK(text[0].spans.size() == 3);
  CHECK(text[1].kind == Block::Kind::quote);
  CHECK(text[2].spans[1].kind == Span::Kind::link);
  CHECK(text[2].spans[1].href == "https://a.example/b");
  CHECK(text[2].spans[3].kind == Span::Kind::redacted);
  CHECK(text[2].spans[3].text == "card ending 7724");
  CHECK(rich_text_of_plain("").empty());
  CHECK(rich_text_of_plain("http://").front().spans.front().kind == Span::Kind::text);
  CHECK(rich_text_of_plain("[redacted: open").front().spans.front().kind == Span::Kind::text);
}

TEST_CASE("what the gate cut is a mark, words in brackets are words") {
  const RichText text = rich_text_of_plain(
      "[card ending 1111] [x] [IBAN ending AB12][national id removed] https://a.example/[card "
      "ending 2222] [card ending 11112] [card ending");
  REQUIRE(text.size() == 1);
  std::vector<std::string> marks;
  for (const Span& span : text[0].spans)
    if (span.kind == Span::Kind::redacted) marks.push_back(span.text);
  CHECK(marks ==
        std::vector<std::string>{"card ending 1111", "IBAN ending AB12", "national id removed"});
  CHECK(text[0].spans.back().text.ends_with("[card ending 11112] [card ending"));
}

TEST_CASE("a language that no form offers stays chosen, one of ours is chosen once") {
  const auto other = language_options("None", "nl");
  CHECK(other.back().value == "nl");
  CHECK(other.back().chosen);
  const auto ours = language_options("None", "de");
  CHECK(ours.size() + 1 == other.size());
  CHECK(std::ranges::count(ours, true, &views::Option::chosen) == 1);
  CHECK(language_options("None", "").front().chosen);
}

TEST_CASE("the steps of a numbered list keep their numbers, tight or loose") {
  for (const char* list :
       {"3. one\n4. two\n   - in it\n5. three", "3. one\n\n4. two\n\n5. three"}) {
    std::vector<int> numbers;
    for (const Block& block : rich_text_of_markdown(list)) {
      CHECK(block.kind == Block::Kind::list_item);
      if (block.number > 0) numbers.push_back(block.number);
    }
    CHECK(numbers == std::vector<int>{3, 4, 5});
  }
  const RichText bullets = rich_text_of_markdown("- one\n\n  more of it\n- two");
  REQUIRE(bullets.size() == 3);
  CHECK(bullets[0].number == 0);
  CHECK(bullets[0].kind == Block::Kind::list_item);
  CHECK(bullets[1].kind == Block::Kind::paragraph);
  CHECK(bullets[2].kind == Block::Kind::list_item);
}

TEST_CASE("Markdown gives bold, lists and links, and HTML in it stays text") {
  const RichText text = rich_text_of_markdown(
      "**a** <b>x</b>\n\n- one\n- two\n\n[y](javascript:alert(1)) [z](https://a.example)");
  REQUIRE(text.size() == 4);
  CHECK(text[0].spans[0].kind == Span::Kind::bold);
  CHECK(text[1].kind == Block::Kind::list_item);
  std::string all;
  for (const Block& block : text) {
    for (const Span& span : block.spans) {
      all += span.text;
      CHECK_FALSE(span.href.starts_with("javascript"));
    }
  }
  CHECK(all.contains("<b>x</b>"));
}

TEST_CASE("a message of a few marks is shown as it was typed") {
  for (const std::string typed :
       {"#", "##", "-", "*", "1.", ">", ">>", "```", "[a]: http://b", "***"}) {
    CAPTURE(typed);
    for (const RichText& text : {rich_text_of_markdown(typed), rich_text_of_plain(typed)}) {
      REQUIRE(text.size() == 1);
      std::string shown;
      for (const Span& span : text[0].spans) shown += span.text;
      CHECK((shown == typed || (typed == ">>" && shown == ">")));
    }
  }
  CHECK(rich_text_of_markdown(" ").empty());
}

TEST_CASE("snippets are one line, cut between characters") {
  CHECK(snippet_of("a\n\n b\t c") == "a b c");
  CHECK(snippet_of("ää", 3) == "ä");
  CHECK(snippet_of("") == "");
}

TEST_CASE("browser files keep their budgets in brotli and name their content in their path") {
  std::size_t scripts = 0;
  for (const Asset& each : assets()) {
    CHECK(each.path.starts_with("/a/"));
    if (each.name.ends_with(".js")) scripts += each.brotli.size();
  }
  CHECK(scripts <= 24'000);
  CHECK(asset("lethe.css").brotli.size() <= 10'000);
  CHECK(asset("lethe.js").brotli.size() <= 6'000);
  CHECK(asset("icons.svg").brotli.size() <= 4'000);
  CHECK(asset("inter.woff2").bytes.size() <= 50'000);
}

TEST_CASE("a browser file is served in the coding the browser takes, and only under its name") {
  web_protocol::Request request;
  request.target.path = asset("lethe.css").path;
  request.headers.set("Accept-Encoding", "gzip, br");
  const auto packed = serve_asset(request);
  CHECK(packed.headers.get("Content-Encoding") == "br");
  CHECK(packed.headers.get("Cache-Control").contains("immutable"));
  CHECK(packed.static_body == asset("lethe.css").brotli);
  request.headers.set("Accept-Encoding", "br;q=0");
  CHECK(serve_asset(request).static_body == asset("lethe.css").bytes);
  request.headers.set("If-None-Match", std::string{asset("lethe.css").etag});
  CHECK(serve_asset(request).status == 304);
  request.target.path = "/a/../lethe.css";
  CHECK(serve_asset(request).status == 404);
}

TEST_CASE("what a certificate does not prove is read in German and French too") {
  CHECK(kEnglish(ledger::residual_statement()) == ledger::residual_statement());
  CHECK(kGerman(ledger::residual_statement()) != ledger::residual_statement());
  CHECK(kFrench(ledger::residual_statement()) != ledger::residual_statement());
}
