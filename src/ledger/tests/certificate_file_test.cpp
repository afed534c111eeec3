#include "lethe/ledger/certificate_file.h"

#include <doctest/doctest.h>

#include "lethe/ledger/log.h"
#include "lethe/test/memory_signer.h"
#include "lethe/test/memory_tile_store.h"
#include "sample_certificate.h"

using namespace lethe;
using namespace lethe::ledger;

namespace {

constexpr std::string_view kAddress = "marta@example.org";

Salt salt_of(std::uint8_t byte) {
  Salt salt{};
  salt.fill(byte);
  return salt;
}

struct Sample {
  std::string text;
  VerifierKey key;
};

enum class Copy { operators, persons };

// The certificate at index 70 of a log of 200.
Sample sample(Copy copy) {
  Certificate certificate = test::sample_certificate();
  certificate.subject_commitment = subject_commitment(salt_of(2), kAddress);
  CertificateFile file{.certificate = *compose(certificate),
                       .salt = salt_of(1),
                       .subject_salt = std::nullopt,
                       .proof = {}};
  if (copy == Copy::persons) file.subject_salt = salt_of(2);

  test::MemoryTileStore store;
  test::MemorySigner signer;
  auto log = Log::open(store, signer, "help.example.org/ledger");
  REQUIRE(log);
  const Hash commitment = commitment_of(file.salt, as_bytes(file.certificate));
  const std::string entry =
      compose(Entry{EntryType::erasure, commitment, certificate.erased_live_at});
  for (int i = 0; i < 200; ++i) {
    REQUIRE(log->append(i == 70 ? as_bytes(entry) : as_bytes(std::to_string(i))));
  }
  REQUIRE(log->checkpoint());
  file.proof = *log->proof(70);
  return {compose(file), log->key()};
}

bool is_genuine(std::string_view file, const VerifierKey& key) {
  const auto report = verify(file, key);
  return report && report->genuine();
}

}  // namespace

TEST_CASE("a genuine certificate is genuine under its log's key and says where it stands") {
  const auto [text, key] = sample(Copy::operators);
  const auto report = verify(text, key);
  REQUIRE(report);
  CHECK(report->genuine());
  CHECK(report->index == 70);
  CHECK(report->head.size == 200);
  CHECK(report->origin == "help.example.org/ledger");
  CHECK(report->fingerprint == key.fingerprint());
  CHECK(report->logged_in_hour == parse_rfc3339("2026-11-17T10:00:00Z").value());
  CHECK(report->certificate->id == core::CertificateId::of(187));
  for (const std::string& sentence : report->sentences()) CHECK(sentence.starts_with("ok: "));
}

TEST_CASE("without a key the checks are made, authenticity is not, and nothing is genuine") {
  const auto [text, key] = sample(Copy::operators);
  const auto report = verify(text, std::nullopt);
  REQUIRE(report);
  CHECK(report->hash_ok);
  CHECK(report->proof_ok);
  CHECK(report->authenticity == Authenticity::not_checked);
  CHECK_FALSE(report->genuine());
  const std::string line = key.to_line();
  CHECK(report->signed_by == line.substr(0, line.rfind('+')));
  CHECK(report->sentences().back().contains("authenticity NOT checked"));
}

TEST_CASE("a change of any byte of the file is noticed") {
  const auto [text, key] = sample(Copy::operators);
  REQUIRE(is_genuine(text, key));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const int flip : {0x01, 0x20, 0x80}) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      CHECK_MESSAGE(!is_genuine(changed, key), "byte ", at);
    }
  }
}

TEST_CASE("a file cut short anywhere is noticed") {
  const auto [text, key] = sample(Copy::operators);
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(is_genuine(std::string_view{text}.substr(0, size), key));
  }
}

TEST_CASE("another key and another origin are refused, and the report says so") {
  const auto [text, key] = sample(Copy::operators);
  for (const VerifierKey& wrong :
       {VerifierKey::of(key.origin(), test::MemorySigner{8}.public_key()),
        VerifierKey::of("other.example/ledger", key.key())}) {
    const auto report = verify(text, wrong);
    REQUIRE(report);
    CHECK(report->authenticity == Authenticity::bad);
    CHECK(report->proof_ok);
    CHECK_FALSE(report->genuine());
    CHECK(report->sentences().back().starts_with("REFUSED"));
  }
}

TEST_CASE("a certificate of another kind of entry is refused") {
  Certificate certificate = test::sample_certificate();
  CertificateFile file{.certificate = *compose(certificate),
                       .salt = salt_of(1),
                       .subject_salt = std::nullopt,
                       .proof = {}};
  test::MemoryTileStore store;
  test::MemorySigner signer;
  auto log = Log::open(store, signer, "help.example.org/ledger");
  const Hash commitment = commitment_of(file.salt, as_bytes(file.certificate));
  REQUIRE(log->append(as_bytes(compose(Entry{EntryType::breach, commitment, instant_of(0)}))));
  REQUIRE(log->checkpoint());
  file.proof = *log->proof(0);
  const auto report = verify(compose(file), log->key());
  REQUIRE(report);
  CHECK_FALSE(report->hash_ok);
  CHECK(report->proof_ok);

  file.proof.extra.reset();
  CHECK_FALSE(is_genuine(compose(file), log->key()));
}

TEST_CASE("the person's own copy shows whose it is, the operator's does not") {
  const auto [own, key] = sample(Copy::persons);
  CHECK(is_genuine(own, key));
  const auto file = parse_certificate_file(own);
  REQUIRE(file);
  CHECK(*is_about(*file, kAddress));
  CHECK_FALSE(*is_about(*file, "anna@example.org"));

  const auto operators = parse_certificate_file(sample(Copy::operators).text);
  REQUIRE(operators);
  CHECK(is_about(*operators, kAddress).error().code == Errc::not_found);
  CHECK_FALSE(own.contains(kAddress));
}

TEST_CASE("a file is read back as it was written") {
  for (const Copy copy : {Copy::operators, Copy::persons}) {
    const std::string text = sample(copy).text;
    CHECK(compose(*parse_certificate_file(text)) == text);
  }
}

TEST_CASE("megabytes of garbage are refused with a sentence") {
  const auto key = sample(Copy::operators).key;
  for (const std::string& garbage :
       {std::string(5'000'000, '\0'), std::string(5'000'000, '\n'), std::string(5'000'000, 'a'),
        std::string(kCertificateFileBytesMax, '\n'), std::string(kCertificateFileBytesMax, 'A'),
        "{}\n" + std::string(200'000, 'A') + "\n"}) {
    const auto report = verify(garbage, key);
    REQUIRE_FALSE(report);
    CHECK(report.error().detail.size() > 10);
  }
  const std::string lines = "c2sp.org/tlog-proof@v1\nindex 0\n";
  std::string endless = lines;
  while (endless.size() < 100'000) endless += to_base64(empty_root()) + "\n";
  CHECK(parse_proof(endless).error().code == Errc::too_large);
}

TEST_CASE("a proof is read back as it was written, and other spellings are refused") {
  const Proof proof{to_bytes("entry"), 7, {empty_root(), Hash{}}, "the note\n"};
  const std::string text = compose(proof);
  const auto parsed = parse_proof(text);
  REQUIRE(parsed);
  CHECK(compose(*parsed) == text);
  CHECK(parsed->checkpoint == "the note\n");
  CHECK(compose(*parse_proof(compose(Proof{std::nullopt, 0, {}, "n\n"}))) ==
        "c2sp.org/tlog-proof@v1\nindex 0\n\nn\n");
  for (const char* bad :
       {"", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\nindex 0\n\nn\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nn\n", "c2sp.org/tlog-proof@v1\nindex -1\n\nn\n",
        "c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\nn\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nn\n",
        "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nn\n", "c2sp.org/tlog-proof@v1\nindex 0\n"}) {
    CHECK_FALSE(parse_proof(bad));
  }
}
