#include <doctest/doctest.h>

#include "corpus.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::corpus {
namespace {

bool as_expected(const json::object& one, const std::string& text) {
  if (one.at("expected").is_string()) return text == text_of(one.at("expected"));
  for (const auto& word : one.at("expected_contains").as_array()) {
    if (!text.contains(text_of(word))) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("every character set is decoded as its label promises, or as its bytes do") {
  Tally tally{"charsets"};
  for (const auto& entry : read_json(corpora() / "charsets/charsets.json").as_array()) {
    const auto& one = entry.as_object();
    const auto bytes = parse_base64(text_of(one.at("raw_base64")));
    REQUIRE(bytes.has_value());
    const std::string label = text_of(one.at("declared"));
    const std::string text = mime::decode_charset(as_text(*bytes), label);
    const std::string name =
        json::serialize(one.at("id")) + " " + label + " (" + text_of(one.at("note")) + "): " + text;
    tally.mail();
    tally.check("contract", is_valid_utf8(text), name);
    tally.check(text_of(one.at("level")), as_expected(one, text), name);
  }
  tally.print();
  CHECK(tally.checks("must") > 0);
  CHECK(tally.share("contract") == 1.0);
  CHECK(tally.share("must") == 1.0);
}

}  // namespace lethe::corpus
