#include "lethe/core/mail_records.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

std::string why_not_spf(std::string_view text) {
  const auto record = parse_spf(text);
  return record ? std::string{} : record.error().detail;
}

TEST_CASE("an SPF record is told from other TXT records by its whole first word") {
  CHECK(is_spf("v=spf1"));
  CHECK(is_spf("V=SPF1 -all"));
  CHECK_FALSE(is_spf("v=spf10 -all"));
  CHECK_FALSE(is_spf("v=spf2.0/pra"));
  CHECK_FALSE(is_spf(""));
}

TEST_CASE("mechanisms, qualifiers and modifiers of SPF are read in order") {
  const auto record = parse_spf(
      "v=spf1 mx a:mail.example.org/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32  "
      "include:_spf.example.net ?exists:%{i}.example.org ~all redirect=other.example");
  REQUIRE(record.has_value());
  REQUIRE(record->terms.size() == 8);
  CHECK(record->terms[1].domain == "mail.example.org");
  CHECK(record->terms[4].domain == "_spf.example.net");
  CHECK(record->terms[5].qualifier == '?');
  CHECK(record->otherwise() == '~');
  REQUIRE(record->redirect() != nullptr);
  CHECK(record->redirect()->domain == "other.example");
  CHECK(record->terms[0].looks_up());
  CHECK_FALSE(record->terms[2].looks_up());
  CHECK_FALSE(record->terms[6].looks_up());
}

TEST_CASE("the length of a network ends at 32 and at 128") {
  CHECK(why_not_spf("v=spf1 ip4:192.0.2.1/32").empty());
  CHECK_FALSE(why_not_spf("v=spf1 ip4:192.0.2.1/33").empty());
  CHECK(why_not_spf("v=spf1 ip6:2001:db8::1/128").empty());
  CHECK_FALSE(why_not_spf("v=spf1 ip6:2001:db8::1/129").empty());
  CHECK_FALSE(why_not_spf("v=spf1 a:example.org/33").empty());
  CHECK_FALSE(why_not_spf("v=spf1 ip4:192.0.2.256").empty());
  CHECK_FALSE(why_not_spf("v=spf1 ip4:192.0.2").empty());
  CHECK_FALSE(why_not_spf("v=spf1 ip4:192.0.2.-0").empty());
}

TEST_CASE("what is no SPF says what is wrong") {
  CHECK(why_not_spf("v=spf1 inclde:example.org -all").find("inclde") != std::string::npos);
  CHECK_FALSE(why_not_spf("v=spf1 include: -all").empty());
  CHECK_FALSE(why_not_spf("v=spf1 include -all").empty());
  CHECK_FALSE(why_not_spf("v=spf1 redirect= -all").empty());
  CHECK_FALSE(why_not_spf("v=spf1 redirect=a.example redirect=b.example").empty());
  CHECK_FALSE(why_not_spf("v=spf1 all/24").empty());
  CHECK_FALSE(why_not_spf("v=spf1 -").empty());
  CHECK_FALSE(why_not_spf("spf1 -all").empty());
  CHECK(why_not_spf("v=spf1 unknown-modifier=value -all").empty());
}

TEST_CASE("a DMARC record is read with its tags in any order behind the version") {
  const auto record = parse_dmarc(
      "v=DMARC1; p=Quarantine; rua=mailto:a@example.org!10m, mailto:b@example.org; pct=50; "
      "sp=reject; adkim=s; aspf=r;");
  REQUIRE(record.has_value());
  CHECK(record->policy == DmarcPolicy::quarantine);
  CHECK(record->subdomains == DmarcPolicy::reject);
  CHECK(record->percent == 50);
  CHECK(record->strict_dkim);
  CHECK_FALSE(record->strict_spf);
  CHECK(record->reports_to == std::vector<std::string>{"a@example.org", "b@example.org"});
}

TEST_CASE("a DMARC record without policy, with an unknown one or a wrong share is refused") {
  CHECK_FALSE(parse_dmarc("v=DMARC1").has_value());
  CHECK_FALSE(parse_dmarc("v=DMARC1; p=block").has_value());
  CHECK_FALSE(parse_dmarc("v=DMARC1; p=none; p=reject").has_value());
  CHECK(parse_dmarc("v=DMARC1; p=none; pct=0").has_value());
  CHECK(parse_dmarc("v=DMARC1; p=none; pct=100").has_value());
  CHECK_FALSE(parse_dmarc("v=DMARC1; p=none; pct=101").has_value());
  CHECK_FALSE(parse_dmarc("v=DMARC1; p=none; pct=").has_value());
  CHECK_FALSE(parse_dmarc("v=DMARC1; p=none; rua=https://example.org").has_value());
  CHECK_FALSE(parse_dmarc("v=DMARC1; none").has_value());
  CHECK_FALSE(is_dmarc("v=DMARC10; p=none"));
  CHECK_FALSE(is_dmarc("p=none; v=DMARC1"));
  CHECK(is_dmarc("v = DMARC1 ; p=none"));
}

TEST_CASE("a DKIM key is read over white space, and an empty one is revoked") {
  const auto key = parse_dkim_key("v=DKIM1; k=rsa; t=s:y; p=AQID\t BAUG");
  REQUIRE(key.has_value());
  CHECK(key->key == Bytes{1, 2, 3, 4, 5, 6});
  CHECK(key->testing);
  CHECK_FALSE(key->ed25519);
  const auto revoked = parse_dkim_key("p=");
  REQUIRE(revoked.has_value());
  CHECK(revoked->is_revoked());
}

TEST_CASE("a DKIM record that no verifier can use is refused") {
  CHECK_FALSE(parse_dkim_key("v=DKIM1; k=rsa").has_value());
  CHECK_FALSE(parse_dkim_key("v=DKIM2; p=AQID").has_value());
  CHECK_FALSE(parse_dkim_key("k=rsa; v=DKIM1; p=AQID").has_value());
  CHECK_FALSE(parse_dkim_key("k=dsa; p=AQID").has_value());
  CHECK_FALSE(parse_dkim_key("h=sha1; p=AQID").has_value());
  CHECK(parse_dkim_key("h=sha1:sha256; p=AQID").has_value());
  CHECK_FALSE(parse_dkim_key("p=!!").has_value());
  CHECK_FALSE(parse_dkim_key("k=ed25519; p=AQID").has_value());
  CHECK(parse_dkim_key("k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").has_value());
}

TEST_CASE("the reverse name of an address, and of what is none") {
  CHECK(reverse_name("192.0.2.25").value_or("") == "25.2.0.192.in-addr.arpa");
  CHECK(reverse_name("2001:db8::567:89ab").value_or("") ==
        "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  CHECK(reverse_name("::").has_value());
  CHECK_FALSE(reverse_name("example.org").has_value());
  CHECK_FALSE(reverse_name("1:2:3:4:5:6:7").has_value());
  CHECK_FALSE(reverse_name("1::2::3").has_value());
}

}  // namespace
}  // namespace lethe::core
