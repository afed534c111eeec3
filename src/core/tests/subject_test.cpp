#include "lethe/core/subject.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

TEST_CASE("prefixes of answers and forwards in many languages say nothing") {
  for (const char* line : {"Re: Broken pedal",
                           "RE : Broken pedal",
                           "AW: Broken pedal",
                           "Antw: Broken pedal",
                           "WG: AW: Broken pedal",
                           "TR: Broken pedal",
                           "RV: Broken pedal",
                           "RES: Broken pedal",
                           "ENC: Broken pedal",
                           "RIF: Broken pedal",
                           "R: Broken pedal",
                           "I: Broken pedal",
                           "SV: Broken pedal",
                           "VS: Broken pedal",
                           "VB: Broken pedal",
                           "Odp: Broken pedal",
                           "PD: Broken pedal",
                           "YNT: Broken pedal",
                           "\xC4\xB0LT: Broken pedal",
                           "\xD0\x9E\xD1\x82\xD0\xB2: Broken pedal",
                           "Vá: Broken pedal",
                           "Atb: Broken pedal",
                           "\xE5\x9B\x9E\xE5\xA4\x8D\xEF\xBC\x9A Broken pedal",
                           "Re[2]: Broken pedal",
                           "Re^3: Broken pedal",
                           "Fwd: [list] Re: [#12] Broken  pedal "}) {
    CAPTURE(line);
    CHECK_FALSE(says_something_else(line, "broken Pedal"));
  }
}

TEST_CASE("an entirely different subject says something else; an empty one does not") {
  CHECK(says_something_else("Re: My new saddle", "Broken pedal"));
  CHECK_FALSE(says_something_else("Re: Broken pedal (solved)", "Broken pedal"));
  CHECK_FALSE(says_something_else("Re:", "Broken pedal"));
  CHECK_FALSE(says_something_else("", ""));
  CHECK(says_something_else("Pedal: a question", "Broken chain"));
}

TEST_CASE("a number counts only in brackets with its sign") {
  CHECK(numbers_in_subject("Re: [#1234] Broken") == std::vector<std::int64_t>{1234});
  CHECK(numbers_in_subject("[#1][#2]") == std::vector<std::int64_t>{1, 2});
  for (const char* line : {"#12", "[12]", "[#]", "[#12", "[#12x]", "[#0]", "[#9999999999999]"}) {
    CAPTURE(line);
    CHECK(numbers_in_subject(line).empty());
  }
}

}  // namespace
}  // namespace lethe::core
