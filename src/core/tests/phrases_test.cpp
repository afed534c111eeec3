#include "phrases.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "lethe/base/text.h"

using lethe::split;
using lethe::core::Phrases;

namespace {

constexpr const char* kList = "abc|ab a|bb|écrit|cab|aa";
constexpr Phrases kPhrases{kList};

bool naively_in(std::string_view text) {
  for (const std::string_view phrase : split(kList, '|')) {
    if (text.contains(phrase)) return true;
  }
  return false;
}

bool naively_start_of(std::string_view text) {
  for (const std::string_view phrase : split(kList, '|')) {
    if (text.starts_with(phrase)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a text is found to hold and begin with exactly the phrases it does") {
  std::mt19937 random{20261122};
  int held = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned length = random() % 9; length > 0; --length) {
      text += std::string_view{"abc \xC3\xA9"}[random() % 6];
    }
    CAPTURE(text);
    REQUIRE(kPhrases.is_in(text) == naively_in(text));
    REQUIRE(kPhrases.is_start_of(text) == naively_start_of(text));
    if (naively_in(text)) ++held;
  }
  CHECK(held > 1'000);
  CHECK(held < 19'000);
}

TEST_CASE("of the phrases that a text begins with the longest is measured") {
  CHECK(kPhrases.start_size("ab ab") == 4);
  CHECK(kPhrases.start_size("abcd") == 3);
  CHECK(kPhrases.start_size("écrit") == 6);
  CHECK(kPhrases.start_size("xab a") == 0);
  CHECK(kPhrases.start_size("") == 0);
}

TEST_CASE("the first, a middle and the last phrase count, and one at either end of a text") {
  CHECK(kPhrases.is_in("xx abc"));
  CHECK(kPhrases.is_in("a écrit :"));
  CHECK(kPhrases.is_in("aa"));
  CHECK_FALSE(kPhrases.is_in("a"));
  CHECK_FALSE(kPhrases.is_in(""));
  CHECK(kPhrases.is_start_of("bb"));
  CHECK_FALSE(kPhrases.is_start_of("b"));
  CHECK_FALSE(kPhrases.is_start_of("xbb"));
}
