#include "lethe/ledger/certificate.h"

#include <doctest/doctest.h>

#include "sample_certificate.h"

using namespace lethe;
using namespace lethe::ledger;

namespace {

std::string composed(const Certificate& certificate) {
  auto bytes = compose(certificate);
  REQUIRE(bytes);
  return *bytes;
}

// Composing after `change` is refused and names `field`.
template <class Change>
bool refused(std::string_view field, Change change) {
  Certificate certificate = test::sample_certificate();
  change(certificate);
  const auto bytes = compose(certificate);
  return !bytes && bytes.error().code == Errc::invalid_argument && bytes.error().field == field;
}

template <class Change>
bool accepted(Change change) {
  Certificate certificate = test::sample_certificate();
  change(certificate);
  const auto bytes = compose(certificate);
  return bytes && parse_certificate(*bytes) == certificate;
}

}  // namespace

TEST_CASE("a certificate is one line of JSON in the order that is documented") {
  CHECK(composed(test::sample_certificate()) ==
        R"x({"v":1,"type":"erasure_certificate","id":"187","kind":"erase","policy":"request",)x"
        R"x("organisation":"Brightwater \"Filter\" GmbH","workspace":"Support",)x"
        R"x("counts":{"tickets":7,"messages":22},)x"
        R"x("keys":{"generation_before":41,"generation_after":42},)x"
        R"x("erased_live_at":"2026-11-17T10:12:44Z",)x"
        R"x("unrecoverable_from_backups_at":"2026-12-17T10:12:44Z","horizon_days":30,)x"
        R"x("horizon_basis":"declared",)x"
        R"x("kept":[{"category":"invoices","number":2,"ground":"art17(3)(b)",)x"
        R"x("until":"2034-12-31T23:59:59Z"}],)x"
        R"x("recipients":[{"recipient":"issue tracker","state":"confirmed",)x"
        R"x("at":"2026-11-17T10:13:00Z"}],"mails_already_sent":9,"residual":")x" +
            std::string{residual_statement()} + R"x("})x");
}

TEST_CASE("every kind of certificate is read back as it was written") {
  for (const auto kind : {ErasureKind::erase, ErasureKind::retention, ErasureKind::attachments,
                          ErasureKind::raw, ErasureKind::redaction}) {
    CHECK(accepted([kind](Certificate& c) { c.kind = kind; }));
  }
  for (const auto ground : {LegalGround::expression, LegalGround::public_health,
                            LegalGround::archiving, LegalGround::legal_claims}) {
    CHECK(accepted([ground](Certificate& c) { c.kept.front().ground = ground; }));
  }
  CHECK(accepted([](Certificate& c) { c.kept.front().until.reset(); }));
  CHECK(accepted([](Certificate& c) { c.recipients.front().state = RecipientState::unreachable; }));
  CHECK(accepted([](Certificate& c) { c.tombstone_until = instant_of(1'900'000'000); }));
  CHECK(accepted([](Certificate& c) { c.subject_commitment = empty_root(); }));
  CHECK(accepted([](Certificate& c) { c.organisation = "Büro \xe2\x82\xac \\ \"x\""; }));
  CHECK(accepted([](Certificate& c) {
    c.counts.clear(), c.kept.clear(), c.recipients.clear();
    c.mails_already_sent = UINT64_MAX;
  }));
}

TEST_CASE("the date printed is the erasure plus the longest life of a copy of the keyring") {
  Certificate certificate = test::sample_certificate();
  for (const int days : {0, 30, 3650}) {
    certificate.horizon = Days{days};
    CHECK(unrecoverable_from_backups_at(certificate) ==
          certificate.erased_live_at + Seconds{86'400 * days});
  }
  CHECK(refused("horizon_days", [](Certificate& c) { c.horizon = Days{3651}; }));
  CHECK(refused("horizon_days", [](Certificate& c) { c.horizon = Days{-1}; }));
}

TEST_CASE("an address does not get onto a certificate") {
  CHECK(refused("policy", [](Certificate& c) { c.policy = "request of a@example.org"; }));
  CHECK(refused("organisation", [](Certificate& c) { c.organisation = "a@example.org"; }));
  CHECK(refused("workspace", [](Certificate& c) { c.workspace = "a@example.org"; }));
  CHECK(
      refused("recipients", [](Certificate& c) { c.recipients.front().label = "a@example.org"; }));
  CHECK(refused("counts", [](Certificate& c) { c.counts.front().category = "a@b"; }));
  CHECK(refused("kept", [](Certificate& c) { c.kept.front().category = "Mr Miller"; }));
}

TEST_CASE("texts are bounded, and neither empty nor ill-formed") {
  CHECK(accepted([](Certificate& c) { c.policy = std::string(200, 'p'); }));
  CHECK(refused("policy", [](Certificate& c) { c.policy = std::string(201, 'p'); }));
  CHECK(refused("policy", [](Certificate& c) { c.policy.clear(); }));
  CHECK(refused("policy", [](Certificate& c) { c.policy = "two\nlines"; }));
  CHECK(refused("workspace", [](Certificate& c) { c.workspace = "\xff"; }));
  CHECK(refused("counts", [](Certificate& c) { c.counts.front().category.clear(); }));
  CHECK(refused("counts", [](Certificate& c) { c.counts.push_back(c.counts.front()); }));
}

TEST_CASE("a certificate without a turn of the keys cannot be made") {
  CHECK(refused("keys", [](Certificate& c) { c.key_generation_after = c.key_generation_before; }));
  CHECK(accepted([](Certificate& c) { c.key_generation_after = c.key_generation_before + 1; }));
}

TEST_CASE("times are within the years that four digits can write") {
  CHECK(refused("erased_live_at", [](Certificate& c) { c.erased_live_at = instant_of(-1); }));
  CHECK(refused("unrecoverable_from_backups_at",
                [](Certificate& c) { c.erased_live_at = instant_of(253'402'300'799); }));
}

TEST_CASE("a certificate has at most 1,000 rows and 64 KiB") {
  Certificate certificate = test::sample_certificate();
  certificate.counts.clear();
  certificate.recipients.clear();
  certificate.kept.resize(1001);
  CHECK(compose(certificate).error().code == Errc::too_large);
  certificate.kept.clear();
  certificate.recipients.resize(1000);
  for (Recipient& recipient : certificate.recipients) recipient.label = std::string(200, 'r');
  CHECK(compose(certificate).error().code == Errc::too_large);
  CHECK(parse_certificate(std::string(kCertificateBytesMax + 1, ' ')).error().code ==
        Errc::too_large);
}

TEST_CASE("a second spelling of a certificate is refused") {
  const std::string good = composed(test::sample_certificate());
  REQUIRE(parse_certificate(good));
  const auto with = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  for (const std::string& bad :
       {with("{", "{ "), with("\"v\":1", "\"v\":1.0"), with(":7", ":07"),
        with("\"187\"", "\"0187\""), with("Support", "\\u0053upport"),
        with("}],\"mails", "}] ,\"mails"), with("\"v\":1,", "\"v\":1,\"v\":1,"),
        with("\"v\":1,", "\"v\":1,\"extra\":1,"),
        with("\"horizon_days\":30", "\"horizon_days\":31"), with("2026-12-17", "2026-12-18"),
        with("\"kind\":\"erase\",", ""), with("declared", "guessed"),
        with("\"tickets\":7", "\"tickets\":-7"), with("does not prove", "does prove"), good + "\n",
        std::string{"[]"}, std::string{"null"}, std::string{}}) {
    CHECK(parse_certificate(bad).error().code == Errc::invalid_argument);
  }
  CHECK(parse_certificate(with("\"v\":1", "\"v\":2")).error().code == Errc::unsupported);
}

TEST_CASE("nesting a thousand brackets deep is refused, not followed") {
  CHECK_FALSE(parse_certificate(std::string(10'000, '[')));
  std::string nested;
  for (int i = 0; i < 5000; ++i) nested += "{\"a\":";
  CHECK_FALSE(parse_certificate(nested));
}

TEST_CASE("only with the second salt does a certificate tell who it is about") {
  Salt salt{};
  salt.fill(3);
  const Hash commitment = subject_commitment(salt, "marta@example.org");
  CHECK(commitment == subject_commitment(salt, "marta@example.org"));
  CHECK(commitment != subject_commitment(salt, "marta@example.com"));
  CHECK(commitment != subject_commitment(Salt{}, "marta@example.org"));
}
