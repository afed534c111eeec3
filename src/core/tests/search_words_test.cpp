#include "lethe/core/search_words.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "lethe/base/text.h"

using namespace lethe::core;

namespace {

std::vector<SearchWord> words_of(std::string_view text,
                                 SearchFieldKind kind = SearchFieldKind::body) {
  const SearchField fields[] = {{kind, text}};
  return search_words(fields);
}

bool has(const std::vector<SearchWord>& words, WordKind kind, std::string_view text) {
  return std::ranges::find(words, SearchWord{kind, std::string(text)}) != words.end();
}

bool found(std::string_view text, std::string_view query,
           SearchFieldKind kind = SearchFieldKind::body) {
  const SearchField fields[] = {{kind, text}};
  return matches(fields, parse_search_query(query));
}

// Whether the index would offer the document at all.
bool offered(std::string_view text, std::string_view query,
             SearchFieldKind kind = SearchFieldKind::body) {
  const std::vector<SearchWord> words = words_of(text, kind);
  const auto groups = index_words(parse_search_query(query));
  return std::ranges::all_of(groups, [&](const auto& group) {
    return std::ranges::any_of(group,
                               [&](const SearchWord& w) { return has(words, w.kind, w.text); });
  });
}

}  // namespace

TEST_CASE("folding makes equal what people take for equal") {
  CHECK(folded("Straße") == "strasse");
  CHECK(folded("ÉCOLE") == "ecole");
  CHECK(folded("Ｃａｆé") == "cafe");
  CHECK(folded("e\xCC\x81") == folded("é"));
  CHECK(folded("ŁÓDŹ") == "lodz");
  CHECK(folded("Ørsted Æther") == "orsted aether");
  CHECK(folded("ΑΘΉΝΑ") == folded("αθηνα"));
  CHECK(folded("ﬁn") == "fin");
  CHECK(folded("がぎ") == "がぎ");  // voiced marks are letters
  CHECK(folded("ที่") == "ที่");        // Thai vowels and tones are letters
  CHECK(folded("") == "");
}

TEST_CASE("words are what stands between blanks and signs") {
  const auto words = words_of("L'eau, e-mail; don't x a_b 3.14 (Grüße)");
  for (const char* const word : {"eau", "mail", "don", "14", "grusse"}) {
    CAPTURE(word);
    CHECK(has(words, WordKind::word, word));
  }
  CHECK_FALSE(has(words, WordKind::word, "x"));
  CHECK(words_of("...").empty());
}

TEST_CASE("scripts without blanks are cut into words") {
  CHECK(has(words_of("私は東京に住んでいます"), WordKind::word, "東京"));
  CHECK(has(words_of("我住在北京市"), WordKind::word, "我"));
  CHECK(words_of("ฉันรักประเทศไทย").size() > 1);
}

TEST_CASE("prefixes are made of names, addresses and subjects only") {
  const auto subject = words_of("Rechnung", SearchFieldKind::subject);
  CHECK(has(subject, WordKind::prefix, "rec"));
  CHECK(has(subject, WordKind::prefix, "rechnu"));
  CHECK_FALSE(has(subject, WordKind::prefix, "re"));
  CHECK_FALSE(has(subject, WordKind::prefix, "rechnun"));
  CHECK_FALSE(has(words_of("Rechnung"), WordKind::prefix, "rec"));
  CHECK_FALSE(has(words_of("abc", SearchFieldKind::name), WordKind::prefix,
                  "abc"));  // the word itself says that
}

TEST_CASE("addresses are found whole, by domain and by piece") {
  const auto words = words_of("Write to <Jo.Doe@Example.EU>.");
  CHECK(has(words, WordKind::email, "jo.doe@example.eu"));
  CHECK(has(words, WordKind::domain, "example.eu"));
  CHECK(has(words, WordKind::word, "doe"));
  CHECK(found("Write to <Jo.Doe@Example.EU>.", "jo.doe@example.eu"));
  CHECK(found("Write to <Jo.Doe@Example.EU>.", "@example.eu"));
  CHECK_FALSE(found("Write to <Jo.Doe@Example.EU>.", "@example.e"));
  CHECK_FALSE(found("Write to <Jo.Doe@Example.EU>.", "o.doe@example.eu"));
}

TEST_CASE("words of 64 characters fit, longer ones are cut on both sides alike") {
  const std::string w64(64, 'a');
  CHECK(has(words_of(w64), WordKind::word, w64));
  CHECK(has(words_of(w64 + "b"), WordKind::word, w64));
  CHECK(found(w64 + "b", w64 + "b"));
}

TEST_CASE("a document gives ten thousand words and not one more") {
  std::string text;
  for (int i = 0; i < 12'000; ++i) text += "w" + std::to_string(100'000 + i) + " ";
  CHECK(words_of(text).size() == kWordsPerDocumentMax);
  const SearchField fields[] = {{SearchFieldKind::subject, "wanted"},
                                {SearchFieldKind::body, text}};
  CHECK(has(search_words(fields), WordKind::word, "wanted"));  // subject first
}

TEST_CASE("queries hold words, phrases, addresses and domains") {
  const SearchQuery query =
      parse_search_query("  Grüße \"zweite Mahnung\" jo@x.eu @y.eu „dritte Zeile“ e-mail x ! ");
  REQUIRE(query.terms.size() == 6);
  CHECK(query.terms[0].kind == QueryTerm::Kind::word);
  CHECK(query.terms[1].kind == QueryTerm::Kind::phrase);
  CHECK(query.terms[1].words == std::vector<std::string>{"zweite", "mahnung"});
  CHECK(query.terms[2].kind == QueryTerm::Kind::email);
  CHECK(query.terms[3].words.front() == "y.eu");
  CHECK(query.terms[4].kind == QueryTerm::Kind::phrase);
  CHECK(query.terms[5].words == std::vector<std::string>{"e", "mail"});
  CHECK(parse_search_query("").empty());
  CHECK(parse_search_query("\"open").terms.size() == 1);
  CHECK(parse_search_query(std::string(5'000, '"')).empty());
}

TEST_CASE("phrases need their order, words do not") {
  CHECK(found("the second reminder came", "\"second reminder\""));
  CHECK(found("the SECOND,\n reminder came", "\"second reminder\""));
  CHECK_FALSE(found("the reminder, second", "\"second reminder\""));
  CHECK(found("the reminder, second", "second reminder"));
  CHECK_FALSE(found("the second came", "second reminder"));
  CHECK(found("plan b is on", "\"plan b\""));
  CHECK_FALSE(found("plan c is on", "\"plan b\""));
}

TEST_CASE("beginnings of words match where prefixes exist") {
  CHECK(found("Rechnung 7", "rech", SearchFieldKind::subject));
  CHECK(found("Rechnungsnummer", "rechnungs", SearchFieldKind::subject));
  CHECK_FALSE(found("Rechnung 7", "rech"));
  CHECK_FALSE(found("Rechnung 7", "\"rech\"", SearchFieldKind::subject));
  CHECK_FALSE(found("Rechnung 7", "re", SearchFieldKind::subject));
}

TEST_CASE("whatever matches is offered by the index") {
  for (const auto kind : {SearchFieldKind::body, SearchFieldKind::subject})
    for (const char* const text :
         {"the second reminder, plan b", "Jo <jo@x.eu> schrieb Grüße", "私は東京に住んでいます",
          "L'eau est là", "Rechnungsnummer 4711"})
      for (const char* const query :
           {"second", "\"second reminder\"", "jo@x.eu", "@x.eu", "grüße", "東京", "l'eau", "rechn",
            "rechnungsnu", "4711", "\"plan b\"", "b"}) {
        CAPTURE(text);
        CAPTURE(query);
        if (found(text, query, kind)) CHECK(offered(text, query, kind));
      }
}

TEST_CASE("a snippet shows the first match in its sentence") {
  const std::string text = "Dear team,\n\n" + std::string(300, 'x') +
                           " my parcel  with the\nGrüße card is lost. " + std::string(300, 'y');
  const Snippet marked = snippet_of(text, parse_search_query("grüße"), 90);
  REQUIRE(marked.marks.size() == 1);
  CHECK(marked.text.substr(marked.marks[0].begin, marked.marks[0].end - marked.marks[0].begin) ==
        "Grüße");
  CHECK(marked.text.starts_with("…"));
  CHECK(marked.text.find("parcel with the Grüße card") != std::string::npos);
  CHECK(lethe::is_valid_utf8(marked.text));
  CHECK(snippet_of("short text", parse_search_query("none")).text == "short text");
  CHECK(snippet_of("", parse_search_query("none")).text.empty());
}

TEST_CASE("a snippet never cuts a character") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "äöü€𝄞 ";
  for (std::size_t chars = 0; chars < 60; ++chars)
    CHECK(lethe::is_valid_utf8(
        snippet_of(text + "word " + text, parse_search_query("word"), chars).text));
}
