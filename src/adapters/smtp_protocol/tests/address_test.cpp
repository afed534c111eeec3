#include "lethe/smtp_protocol/address.h"

#include <doctest/doctest.h>

namespace lethe::smtp_protocol {
namespace {

std::string address_in(std::string_view text) {
  const auto path = parse_path(text);
  return path ? path->address : "refused";
}

std::string mailbox_of(std::size_t local, std::size_t label, std::size_t labels) {
  std::string text = std::string(local, 'a') + '@' + std::string(label, 'd');
  for (std::size_t i = 1; i < labels; ++i) text += '.' + std::string(label, 'd');
  return text;
}

}  // namespace

TEST_CASE("common addresses are read as they are written") {
  CHECK(address_in("<ann@example.org>") == "ann@example.org");
  CHECK(address_in("<Ann.B+tag@Example.ORG>") == "Ann.B+tag@Example.ORG");
  CHECK(address_in("<a@[192.0.2.1]>") == "a@[192.0.2.1]");
  CHECK(address_in("<a@[IPv6:2001:db8::1]>") == "a@[IPv6:2001:db8::1]");
  CHECK(address_in("<a@under_score.example>") == "a@under_score.example");
}

TEST_CASE("dots in odd places are let through, as carriers gave such addresses out") {
  CHECK(address_in("<ann..b.@carrier.example>") == "ann..b.@carrier.example");
  CHECK(address_in("<.a@carrier.example>") == ".a@carrier.example");
  CHECK(address_in("<\"ann..b\"@carrier.example>") == "\"ann..b\"@carrier.example");
}

TEST_CASE("the null sender is an empty address") { CHECK(address_in("<>").empty()); }

TEST_CASE("postmaster needs no domain, nobody else may do without") {
  CHECK(address_in("<PostMaster>") == "PostMaster");
  CHECK(address_in("<ann>") == "refused");
}

TEST_CASE("a source route is stripped, a broken one is refused") {
  CHECK(address_in("<@a.example,@b.example:ann@c.example>") == "ann@c.example");
  CHECK(address_in("<@a.example ann@c.example>") == "refused");
  CHECK(address_in("<@a.example,b:ann@c.example>") == "refused");
  CHECK(address_in("<@a.example:>") == "refused");
}

TEST_CASE("quotes that are not needed mean nothing, others stay") {
  CHECK(address_in("<\"ann\"@example.org>") == "ann@example.org");
  CHECK(address_in("<\"a\\nn\"@example.org>") == "ann@example.org");
  CHECK(address_in("<\"a b\"@example.org>") == "\"a b\"@example.org");
  CHECK(address_in("<\"a@b>\"@example.org>") == "\"a@b>\"@example.org");
  CHECK(address_in("<\"a\\\"b\"@example.org>") == "\"a\\\"b\"@example.org");
  CHECK(address_in("<\"\"@example.org>") == "\"\"@example.org");
}

TEST_CASE("what is not an address is refused") {
  for (const char* text : {"",
                           "ann@example.org",
                           "<ann@example.org",
                           "<ann@>",
                           "<@example.org>",
                           "<ann@@example.org>",
                           "<.@example.org>",
                           "<..@example.org>",
                           "<a b@example.org>",
                           "<a@example..org>",
                           "<a@-x.example>",
                           "<a@x-.example>",
                           "<a@exam ple.org>",
                           "<a@[]>",
                           "<a@[192.0.2.1>",
                           "<\"ann@example.org>",
                           "<\"a\"b@example.org>",
                           "<a\x01@example.org>",
                           "<\"a\x01\"@example.org>",
                           "<\"a\x7f\"@example.org>",
                           "<a@example.org.>",
                           "<\"\\"}) {
    CAPTURE(text);
    CHECK(address_in(text) == "refused");
  }
}

TEST_CASE("UTF-8 is read and noted, ill-formed UTF-8 is refused") {
  const auto path = parse_path("<jürgen@müller.example>");
  REQUIRE(path);
  CHECK(path->address == "jürgen@müller.example");
  CHECK_FALSE(path->is_ascii);
  CHECK(address_in("<j\xffrgen@example.org>") == "refused");
}

TEST_CASE("a local part has 64 octets and not 65") {
  CHECK(address_in('<' + mailbox_of(64, 3, 1) + '>') != "refused");
  CHECK(address_in('<' + mailbox_of(65, 3, 1) + '>') == "refused");
}

TEST_CASE("a label has 63 octets and not 64") {
  CHECK(address_in('<' + mailbox_of(1, 63, 1) + '>') != "refused");
  CHECK(address_in('<' + mailbox_of(1, 64, 1) + '>') == "refused");
}

TEST_CASE("a path has 256 octets with its brackets and not 257") {
  const std::string mailbox = mailbox_of(62, 63, 3);  // 62 + 1 + 191 = 254
  REQUIRE(mailbox.size() == 254);
  CHECK(address_in('<' + mailbox + '>') == mailbox);
  CHECK(address_in("<a" + mailbox + '>') == "refused");
}

TEST_CASE("a domain has 255 octets and not 256") {
  CHECK(is_domain(mailbox_of(0, 63, 4).substr(1)));
  CHECK_FALSE(is_domain(mailbox_of(0, 63, 4).substr(1) + ".d"));
}

TEST_CASE("what follows the path is left for the parameters") {
  CHECK(parse_path("<a@b> SIZE=1")->bytes_read == 5);
}

}  // namespace lethe::smtp_protocol
