#include "lethe/app/mail_doctor.h"

#include <doctest/doctest.h>

#include <map>

namespace lethe::app {
namespace {

using core::Grade;
using ports::DnsType;

constexpr const char* kKey = "v=DKIM1; k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
constexpr const char* kOtherKey =
    "v=DKIM1; k=ed25519; p=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

// Zones in memory; silent when `is_down`.
class Zones final : public ports::Dns {
 public:
  Result<std::vector<ports::DnsRecord>> find(const std::string& name, DnsType type) override {
    ++asked;
    if (is_down) return fail(Errc::unavailable, "silent");
    const auto found = records.find({name, type});
    if (found == records.end()) return std::vector<ports::DnsRecord>{};
    return found->second;
  }
  void put(const std::string& name, DnsType type, std::vector<std::string> values) {
    auto& place = records[{name, type}];
    place.clear();
    for (std::string& value : values) place.push_back({std::move(value), 10});
  }
  std::map<std::pair<std::string, DnsType>, std::vector<ports::DnsRecord>> records;
  bool is_down = false;
  int asked = 0;
};

struct World {
  Zones zones;
  MailSetup setup{.receiving = {"example.org"},
                  .sending = "example.org",
                  .dkim = {{"key._domainkey.example.org", kKey}}};

  World() {
    zones.put("example.org", DnsType::mx, {"mx.example.org"});
    zones.put("mx.example.org", DnsType::a, {"192.0.2.25"});
    zones.put("25.2.0.192.in-addr.arpa", DnsType::ptr, {"mx.example.org"});
    zones.put("example.org", DnsType::txt, {"other=text", "v=spf1 mx -all"});
    zones.put("key._domainkey.example.org", DnsType::txt, {kKey});
    zones.put("_dmarc.example.org", DnsType::txt, {"v=DMARC1; p=reject"});
  }
  void spf(std::vector<std::string> texts) {
    zones.put("example.org", DnsType::txt, std::move(texts));
  }
  // The grades of the findings about `subject`, as one letter each.
  std::string grades(std::string_view subject) {
    std::string letters;
    for (const core::Finding& finding : diagnose_mail(zones, setup).findings) {
      if (!finding.sentence.starts_with(subject)) continue;
      letters += finding.grade == Grade::ok ? 'o' : finding.grade == Grade::warning ? 'w' : 'e';
    }
    return letters;
  }
};

TEST_CASE("a zone in order has nothing to act on, and names its mail host") {
  World world;
  const auto found = diagnose_mail(world.zones, world.setup);
  for (const core::Finding& finding : found.findings) {
    CHECK_MESSAGE(finding.grade == Grade::ok, finding.sentence);
  }
  CHECK(found.findings.size() == 5);
  CHECK(found.mail_hosts == std::vector<std::string>{"mx.example.org"});
}

TEST_CASE("an empty zone is an error for each thing that is missing") {
  World world;
  world.zones.records.clear();
  for (const char* subject : {"mx ", "spf ", "dkim ", "dmarc "})
    CHECK(world.grades(subject) == "e");
}

TEST_CASE("a resolver that is silent is one finding and one look-up") {
  World world;
  world.zones.is_down = true;
  const auto found = diagnose_mail(world.zones, world.setup);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings.front().grade == Grade::error);
  CHECK(world.zones.asked == 1);
}

TEST_CASE("a reverse name must lead back to the address") {
  World world;
  world.zones.put("25.2.0.192.in-addr.arpa", DnsType::ptr, {"host.provider.example"});
  CHECK(world.grades("reverse name") == "e");
  world.zones.put("host.provider.example", DnsType::a, {"192.0.2.25"});
  CHECK(world.grades("reverse name") == "o");
  world.zones.records.erase({"25.2.0.192.in-addr.arpa", DnsType::ptr});
  CHECK(world.grades("reverse name") == "e");
}

TEST_CASE(
    "a domain without MX falls back to its address with a warning, and a null MX is an error") {
  World world;
  world.zones.records.erase({"example.org", DnsType::mx});
  CHECK(world.grades("mx ") == "e");
  world.zones.put("example.org", DnsType::a, {"192.0.2.25"});
  CHECK(world.grades("mx ") == "wo");
  world.zones.put("example.org", DnsType::mx, {""});
  CHECK(world.grades("mx ") == "e");
}

TEST_CASE("SPF: two records, a broken one, and how it ends") {
  World world;
  world.spf({"v=spf1 mx -all", "v=spf1 a -all"});
  CHECK(world.grades("spf ") == "e");
  world.spf({"v=spf1 mxx -all"});
  CHECK(world.grades("spf ") == "e");
  world.spf({"v=spf1 mx +all"});
  CHECK(world.grades("spf ") == "e");
  world.spf({"v=spf1 mx ?all"});
  CHECK(world.grades("spf ") == "w");
  world.spf({"v=spf1 mx"});
  CHECK(world.grades("spf ") == "w");
  world.spf({"v=spf1 mx ~all"});
  CHECK(world.grades("spf ") == "o");
}

TEST_CASE("SPF: the tenth look-up is allowed and the eleventh is not, counted through includes") {
  World world;
  std::string nine;
  for (int n = 1; n <= 9; ++n) nine += " a:mx.example.org";
  world.zones.put("nine.example", DnsType::txt, {"v=spf1" + nine + " -all"});
  world.spf({"v=spf1 include:nine.example -all"});
  CHECK(world.grades("spf ") == "o");
  world.spf({"v=spf1 include:nine.example mx -all"});
  CHECK(world.grades("spf ") == "e");
}

TEST_CASE("SPF: an include that loops ends, one that leads nowhere is an error") {
  World world;
  world.spf({"v=spf1 include:example.org -all"});
  CHECK(world.grades("spf ") == "e");
  world.spf({"v=spf1 include:gone.example -all"});
  CHECK(world.grades("spf ") == "e");
}

TEST_CASE("SPF: two names that lead to nothing are allowed, three are not") {
  World world;
  world.spf({"v=spf1 a:x.example a:y.example -all"});
  CHECK(world.grades("spf ") == "o");
  world.spf({"v=spf1 a:x.example a:y.example a:z.example -all"});
  CHECK(world.grades("spf ") == "e");
}

TEST_CASE("SPF: a redirect brings the end of the other record") {
  World world;
  world.zones.put("other.example", DnsType::txt, {"v=spf1 ip4:192.0.2.0/24 -all"});
  world.spf({"v=spf1 redirect=other.example"});
  CHECK(world.grades("spf ") == "o");
}

TEST_CASE("DKIM: another key, a revoked one and one in testing are told apart from ours") {
  World world;
  const std::string name = "key._domainkey.example.org";
  world.zones.put(name, DnsType::txt, {kOtherKey});
  CHECK(world.grades("dkim ") == "e");
  world.zones.put(name, DnsType::txt, {"v=DKIM1; p="});
  CHECK(world.grades("dkim ") == "e");
  world.zones.put(name, DnsType::txt, {std::string{kKey} + "; t=y"});
  CHECK(world.grades("dkim ") == "w");
  world.setup.dkim.clear();
  CHECK(world.grades("dkim ") == "w");
}

TEST_CASE("DMARC: none and a share are warnings, two records an error, the parent's counts") {
  World world;
  world.zones.put("_dmarc.example.org", DnsType::txt, {"v=DMARC1; p=none"});
  CHECK(world.grades("dmarc ") == "w");
  world.zones.put("_dmarc.example.org", DnsType::txt, {"v=DMARC1; p=reject; pct=99"});
  CHECK(world.grades("dmarc ") == "w");
  world.zones.put("_dmarc.example.org", DnsType::txt, {"v=DMARC1; p=none", "v=DMARC1; p=reject"});
  CHECK(world.grades("dmarc ") == "e");
  world.zones.put("_dmarc.example.org", DnsType::txt, {"v=DMARC1; p=reject; sp=none"});
  CHECK(world.grades("dmarc ") == "o");
  world.setup.sending = "help.example.org";
  world.setup.organisation = "example.org";
  CHECK(world.grades("dmarc ") == "w");
}

TEST_CASE("DMARC: behind the domain only the one it is registered under is asked") {
  World world;
  world.setup.sending = "help.desk.example.co.uk";
  world.zones.put("_dmarc.desk.example.co.uk", DnsType::txt, {"v=DMARC1; p=reject"});
  world.zones.put("_dmarc.co.uk", DnsType::txt, {"v=DMARC1; p=reject"});
  world.setup.organisation = "example.co.uk";
  CHECK(world.grades("dmarc ") == "e");
  world.zones.put("_dmarc.example.co.uk", DnsType::txt, {"v=DMARC1; p=reject"});
  CHECK(world.grades("dmarc ") == "o");
  world.zones.put("_dmarc.help.desk.example.co.uk", DnsType::txt, {"v=DMARC1; p=none"});
  CHECK(world.grades("dmarc ") == "w");
  world.setup.organisation.clear();
  world.zones.records.erase({"_dmarc.help.desk.example.co.uk", DnsType::txt});
  CHECK(world.grades("dmarc ") == "e");
}

}  // namespace
}  // namespace lethe::app
