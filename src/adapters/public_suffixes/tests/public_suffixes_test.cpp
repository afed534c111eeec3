#include "lethe/public_suffixes/public_suffixes.h"

#include <doctest/doctest.h>

namespace lethe::public_suffixes {
namespace {

TEST_CASE("the organisation stands one label below the public suffix") {
  CHECK(organisation_of("help.desk.example.org") == "example.org");
  CHECK(organisation_of("example.org") == "example.org");
  CHECK(organisation_of("help.desk.example.co.uk") == "example.co.uk");
  CHECK(organisation_of("example.co.uk") == "example.co.uk");
}

TEST_CASE("a suffix that its owner lets to others ends the organisation as well") {
  CHECK(organisation_of("mail.somebody.github.io") == "somebody.github.io");
  CHECK(organisation_of("somebody.github.io") == "somebody.github.io");
}

TEST_CASE("rules with a star and exceptions to them are followed") {
  CHECK(organisation_of("a.b.ward.kawasaki.jp") == "b.ward.kawasaki.jp");
  CHECK(organisation_of("mail.city.kawasaki.jp") == "city.kawasaki.jp");
}

TEST_CASE("international names are told in the form in which they come") {
  CHECK(organisation_of("mail.xn--85x722f.xn--55qx5d.cn") == "xn--85x722f.xn--55qx5d.cn");
  CHECK(organisation_of("mail.食狮.公司.cn") == "食狮.公司.cn");
  CHECK(organisation_of("help.xn--mnchen-3ya.de") == "xn--mnchen-3ya.de");
}

TEST_CASE("a suffix, a name without a dot and an empty one are their own") {
  for (const char* name : {"co.uk", "uk", "github.io", "localhost", ""})
    CHECK(organisation_of(name) == name);
}

TEST_CASE("case and a dot at the end make no difference") {
  CHECK(organisation_of("Help.EXAMPLE.Co.Uk.") == "example.co.uk");
}

TEST_CASE("a top-level domain that nobody knows is a suffix") {
  CHECK(organisation_of("help.desk.example") == "desk.example");
  CHECK(organisation_of("a.b.no-such-suffix") == "b.no-such-suffix");
}

}  // namespace
}  // namespace lethe::public_suffixes
