#include "lethe/ledger/note.h"

#include <doctest/doctest.h>

#include "lethe/base/encoding.h"
#include "lethe/test/memory_signer.h"

using namespace lethe;
using namespace lethe::ledger;

namespace {

// Published in the Go documentation of golang.org/x/mod/sumdb/note.
constexpr std::string_view kPeterKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

const test::MemorySigner kSigner;
const VerifierKey kKey = VerifierKey::of("help.example.org/ledger", kSigner.public_key());

std::string note_of(const Checkpoint& checkpoint) {
  const std::string text = checkpoint_text(checkpoint);
  return sealed_note(text, kKey, kSigner.signature_of(text));
}

std::string good_note() { return note_of({kKey.origin(), {5, empty_root()}}); }

Errc refusal(std::string_view note) { return parse_checkpoint(note).error().code; }

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the key line and note of the reference implementation are understood") {
  const auto key = VerifierKey::parse(kPeterKey);
  REQUIRE(key);
  CHECK(key->origin() == "PeterNeumann");
  CHECK(to_hex(key->id()) == "c74f20a3");
  CHECK(key->to_line() == kPeterKey);

  const std::string text =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n";
  const auto signature = parse_base64(
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
      "nAM=");
  REQUIRE(signature);
  REQUIRE(signature->size() == 68);
  Signature bytes{};
  std::copy(signature->begin() + 4, signature->end(), bytes.begin());
  CHECK(key->verifies(text, bytes));
  CHECK_FALSE(key->verifies(text + "\n", bytes));
}

TEST_CASE("a verifier key is read back as it was written, with an end of line or without") {
  CHECK(VerifierKey::parse(kKey.to_line())->key() == kKey.key());
  CHECK(VerifierKey::parse(kKey.to_line() + "\n")->id() == kKey.id());
  CHECK(kKey.fingerprint().size() == 64);
}

TEST_CASE("a verifier key that is cut, changed or of another algorithm is refused") {
  const std::string line = kKey.to_line();
  for (std::size_t size = 0; size < line.size(); ++size) {
    CHECK_FALSE(VerifierKey::parse(line.substr(0, size)));
  }
  CHECK_FALSE(VerifierKey::parse("other.example/ledger" + line.substr(line.find('+'))));
  CHECK_FALSE(VerifierKey::parse(line + "\n\n"));
  CHECK_FALSE(VerifierKey::parse(line + " "));
  const auto ecdsa = VerifierKey::parse("a+00000000+AhZb");
  CHECK(ecdsa.error().code == Errc::unsupported);
}

TEST_CASE("an origin has no white space, no plus, no control character and at most 255 bytes") {
  CHECK(is_valid_origin("help.example.org/ledger"));
  CHECK(is_valid_origin(std::string(255, 'a')));
  for (const std::string& bad :
       {std::string{}, std::string(256, 'a'), std::string{"a b"}, std::string{"a+b"},
        std::string{"a\nb"},
        std::string{"a\xc2\xa0"
                    "b"},
        std::string{"a\xe2\x80\x83"
                    "b"},
        std::string{"a\xe3\x80\x80"}, std::string{"\xff"}, std::string{"a\x7f"}}) {
    CHECK_FALSE(is_valid_origin(bad));
  }
}

TEST_CASE("a checkpoint says what was signed and is good under its key only") {
  const auto note = parse_checkpoint(good_note());
  REQUIRE(note);
  CHECK(note->checkpoint.head == TreeHead{5, empty_root()});
  CHECK(check_signature(*note, kKey) == SignatureCheck::good);

  const VerifierKey other = VerifierKey::of(kKey.origin(), test::MemorySigner{8}.public_key());
  CHECK(check_signature(*note, other) == SignatureCheck::not_by_this_key);
  const VerifierKey renamed = VerifierKey::of("other.example/ledger", kKey.key());
  CHECK(check_signature(*note, renamed) == SignatureCheck::not_by_this_key);
}

TEST_CASE("a changed origin, size or root makes the signature bad") {
  const std::string good = good_note();
  for (const std::string& bad : {changed(good, "help.", "holp."), changed(good, "\n5\n", "\n6\n"),
                                 changed(good, to_base64(empty_root()), to_base64(Hash{}))}) {
    const auto note = parse_checkpoint(bad);
    REQUIRE(note);
    CHECK(check_signature(*note, kKey) == SignatureCheck::bad);
  }
}

TEST_CASE("a key that signs another log's checkpoint does not vouch for this one") {
  const auto note = parse_checkpoint(note_of({"other.example/ledger", {5, empty_root()}}));
  REQUIRE(note);
  CHECK(check_signature(*note, kKey) == SignatureCheck::bad);
}

TEST_CASE("signatures of unknown keys are skipped, before and after ours") {
  const test::MemorySigner witness{9};
  const VerifierKey key = VerifierKey::of("witness.example", witness.public_key());
  const std::string good = good_note();
  const std::string text = good.substr(0, good.find("\n\n") + 1);
  const std::string theirs =
      sealed_note(text, key, witness.signature_of(text)).substr(text.size() + 1);
  const std::string ours = good.substr(text.size() + 1);
  for (const std::string& lines : {ours + theirs, theirs + ours}) {
    CHECK(check_signature(*parse_checkpoint(text + "\n" + lines), kKey) == SignatureCheck::good);
  }
  CHECK(check_signature(*parse_checkpoint(text + "\n" + theirs), kKey) ==
        SignatureCheck::not_by_this_key);
}

TEST_CASE("a good and a bad signature by the same key together are bad") {
  const std::string good = good_note();
  const std::string text = good.substr(0, good.find("\n\n") + 1);
  const std::string wrong = sealed_note(text, kKey, Signature{}).substr(text.size() + 1);
  CHECK(check_signature(*parse_checkpoint(good + wrong), kKey) == SignatureCheck::bad);
}

TEST_CASE("extension lines are signed text, and an empty line within it is refused") {
  const std::string text = checkpoint_text({kKey.origin(), {5, empty_root()}}) + "an extension\n";
  const auto note = parse_checkpoint(sealed_note(text, kKey, kSigner.signature_of(text)));
  REQUIRE(note);
  CHECK(check_signature(*note, kKey) == SignatureCheck::good);
  const std::string broken = checkpoint_text({kKey.origin(), {5, empty_root()}}) + "\nafter\n";
  CHECK(refusal(sealed_note(broken, kKey, kSigner.signature_of(broken))) == Errc::invalid_argument);
}

TEST_CASE("a checkpoint cut anywhere is refused or not good") {
  const std::string good = good_note();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto note = parse_checkpoint(std::string_view{good}.substr(0, size));
    CHECK_FALSE(note);
  }
}

TEST_CASE("other spellings of a tree size are refused") {
  for (const char* size :
       {"\n05\n", "\n+5\n", "\n-5\n", "\n5 \n", "\n\n", "\n0x5\n", "\n18446744073709551616\n"}) {
    CHECK(refusal(changed(good_note(), "\n5\n", size)) == Errc::invalid_argument);
  }
  CHECK(parse_checkpoint(changed(good_note(), "\n5\n", "\n18446744073709551615\n")));
}

TEST_CASE("control characters, ill-formed UTF-8 and carriage returns are refused") {
  const std::string good = good_note();
  CHECK(refusal(changed(good, "help", "he\tlp")) == Errc::invalid_argument);
  CHECK(refusal(changed(good, "\n5\n", "\r\n5\n")) == Errc::invalid_argument);
  CHECK(refusal(changed(good, "help", "he\xfflp")) == Errc::invalid_argument);
}

TEST_CASE("a checkpoint has at most 32 signatures and 64 KiB") {
  const std::string good = good_note();
  const std::string line = good.substr(good.find("\n\n") + 2);
  std::string many = good;
  for (std::size_t i = 1; i < kSignaturesMax; ++i) many += line;
  CHECK(parse_checkpoint(many));
  CHECK(refusal(many + line) == Errc::too_large);
  CHECK(refusal(std::string(kNoteBytesMax + 1, 'a')) == Errc::too_large);
}
