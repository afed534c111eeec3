#include "lethe/core/mailed_address.h"

#include <doctest/doctest.h>

using namespace lethe;
using namespace lethe::core;

namespace {
std::string normal(std::string_view text) {
  const auto address = parse_mailed_address(text);
  return address ? address->normalised() : std::string{"refused"};
}
}  // namespace

TEST_CASE("an address with dots in odd places is the one with quotes") {
  CHECK(normal("Ann..B.@Carrier.Example") == "\"ann..b.\"@carrier.example");
  CHECK(normal(" .ann@carrier.example ") == "\".ann\"@carrier.example");
  CHECK(normal("\"ann..b.\"@carrier.example") == normal("ann..b.@carrier.example"));
  CHECK(EmailAddress::parse(normal("ann..b.@carrier.example")));
}

TEST_CASE("what parses anyway is the same, and what is no address stays none") {
  CHECK(normal("ann.b@example.org") == "ann.b@example.org");
  CHECK(normal("\"a b\"@example.org") == "\"a b\"@example.org");
  for (const char* text :
       {"", "ann", "@example.org", ".@example.org", "..@example.org", "a b.@x.org", "a..b@x..org",
        "a..b@", "a\".b.@x.org", "a.@b@x.org", "a.\\.@x.org"}) {
    CAPTURE(text);
    CHECK(normal(text) == "refused");
  }
}
