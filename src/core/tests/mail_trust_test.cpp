#include "lethe/core/mail_trust.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

const std::vector<std::string> kOurs{"mx.desk.example"};

MailTrust trust(std::string_view value, std::string_view from = "people.example") {
  MailFacts facts;
  facts.headers.push_back({"Authentication-Results", value});
  return trust_of_header(facts, kOurs, from);
}

TEST_CASE("the results of a trusted server are read") {
  const MailTrust found = trust(
      "mx.desk.example 1; spf=pass smtp.mailfrom=ann@people.example; dkim=pass (2048-bit key; "
      "x=y) header.d=people.example; dmarc=pass (p=reject) header.from=people.example");
  CHECK(found.source == TrustSource::header);
  CHECK(found.spf == AuthResult::pass);
  CHECK(found.dkim == AuthResult::pass);
  CHECK(found.dmarc == AuthResult::pass);
  CHECK(found.is_authentic());
  CHECK(trust("mx.desk.example; none").dmarc == AuthResult::none);
  CHECK(trust("MX.Desk.Example; spf=softfail").spf == AuthResult::fail);
  CHECK(trust("mx.desk.example; dkim=fail; dkim=pass header.d=other.example").dkim ==
        AuthResult::pass);
  CHECK(trust("mx.desk.example; dmarc=temperror").dmarc == AuthResult::temperror);
}

TEST_CASE("results of anybody else, and those in comments, say nothing") {
  CHECK(trust("mx.evil.example; dmarc=pass").source == TrustSource::nobody);
  CHECK(trust("mx.desk.example.evil.example; dmarc=pass").source == TrustSource::nobody);
  CHECK_FALSE(trust("mx.desk.example; spf=fail (dmarc=pass; dkim=pass)").is_authentic());
  CHECK_FALSE(trust("mx.desk.example; spf=fail reason=\"; dmarc=pass\"").is_authentic());
  CHECK_FALSE(trust("mx.desk.example; dmarc=pass header.from=other.example").is_authentic());
}

TEST_CASE("a reverse path that is written like results says nothing") {
  for (const char* path : {R"("x\"; dmarc=pass header.from=people.example \"y"@evil.example)",
                           R"("x; dmarc=pass header.from=people.example"@evil.example)",
                           R"(a."b; dmarc=pass header.from=people.example".c@evil.example)",
                           R"("x\\\"; dmarc=pass header.from=people.example \"y"@evil.example)"}) {
    CAPTURE(path);
    const std::string value = std::string{"mx.desk.example; spf=pass smtp.mailfrom="} + path +
                              "; dmarc=fail header.from=people.example";
    const MailTrust found = trust(value);
    CHECK(found.spf == AuthResult::pass);
    CHECK(found.dmarc == AuthResult::fail);
    CHECK_FALSE(found.is_authentic());
  }
  CHECK(trust("mx.desk.example; spf=pass smtp.mailfrom=\"a b\"@people.example").aligned);
  CHECK_FALSE(trust("mx.desk.example; dmarc=pass header.from=people.example; dmarc=fail "
                    "header.from=people.example")
                  .is_authentic());
  CHECK_FALSE(trust("mx.desk.example; dmarc=fail; dmarc=pass").is_authentic());
}

TEST_CASE("a domain in letters of its own is the one in A-labels") {
  const char* value =
      "mx.desk.example; dmarc=pass header.from=xn--mller-kva.example; dkim=pass "
      "header.d=xn--mller-kva.example";
  CHECK(trust(value, "müller.example").dmarc == AuthResult::pass);
  CHECK(trust(value, "müller.example").aligned);
  CHECK(trust(value, "muller.example").dmarc == AuthResult::fail);
  CHECK(trust("mx.desk.example; dmarc=pass header.from=müller.example", "xn--mller-kva.example")
            .dmarc == AuthResult::pass);
}

TEST_CASE("only the topmost header of a trusted id counts, and the others go") {
  MailFacts facts;
  facts.headers = {{"Authentication-Results", "mx.other.example; dmarc=pass"},
                   {"Authentication-Results", "mx.desk.example; dmarc=fail"},
                   {"Authentication-Results", "mx.desk.example; dmarc=pass"}};
  CHECK(trust_of_header(facts, kOurs, "people.example").dmarc == AuthResult::fail);
  const std::string raw =
      "Authentication-Results: mx.desk.example;\r\n dmarc=fail\r\n"
      "authentication-results: mx.desk.example;\r\n\tdmarc=pass\r\n"
      "Authentication-Results: mx.other.example; dmarc=pass\r\n"
      "Subject: x\r\n\r\nAuthentication-Results: mx.desk.example; dmarc=pass\r\n";
  CHECK(without_forged_results(raw, kOurs) ==
        "Authentication-Results: mx.desk.example;\r\n dmarc=fail\r\n"
        "Authentication-Results: mx.other.example; dmarc=pass\r\n"
        "Subject: x\r\n\r\nAuthentication-Results: mx.desk.example; dmarc=pass\r\n");
  CHECK(without_forged_results(raw, {}) == raw);
}

TEST_CASE("without a policy an aligned pass vouches, one for another domain does not") {
  CHECK(trust("mx.desk.example; dkim=pass header.d=people.example").is_authentic());
  CHECK(trust("mx.desk.example; spf=pass smtp.mailfrom=people.example").is_authentic());
  CHECK_FALSE(trust("mx.desk.example; dkim=pass header.d=lists.example").is_authentic());
  CHECK_FALSE(
      trust("mx.desk.example; dkim=pass header.d=people.example; dmarc=fail").is_authentic());
}

TEST_CASE("a forwarder's failure is nobody's, and a claim to be one gains no pass") {
  CHECK(is_forwarded("out.forward.example", "", {"forward.example"}));
  CHECK(is_forwarded("", "srs0=x@forward.example", {"forward.example"}));
  CHECK_FALSE(is_forwarded("evilforward.example", "a@b.example", {"forward.example"}));
  CHECK_FALSE(is_forwarded("out.forward.example", "", {}));
  CHECK(without_spf_failure({.spf = AuthResult::fail}).spf == AuthResult::none);
  CHECK(without_spf_failure({.spf = AuthResult::pass}).spf == AuthResult::pass);
}

}  // namespace
}  // namespace lethe::core
