// Makes certificates from a real log on disk, for the shell verifier's test.
//
//   samples DIR            a log of 300 entries, certificates of some, keys, a second log
//   verify FILE KEY        what our own verifier says: exit 0 genuine, 1 refused
//   fill DIR COUNT         adds entries to the log in DIR, one checkpoint for all
//   grow DIR COUNT         likewise, one checkpoint each
//   check DIR              the promises after a crash: exit 0 when they hold
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "lethe/durable_files/durable_files.h"
#include "lethe/ledger/certificate_file.h"
#include "lethe/ledger/log.h"
#include "lethe/test/memory_signer.h"
#include "lethe/tiles_files/tiles_files.h"

namespace {

using namespace lethe;
using namespace lethe::ledger;
namespace fs = std::filesystem;

constexpr auto kOrigin = "help.example.org/ledger";
constexpr std::uint64_t kEntries = 300;
constexpr auto kAddress = "marta@example.org";

// Remembers the signed head in a file, as the vault does in the keyring.
class FileSigner : public Signer {
 public:
  explicit FileSigner(fs::path path) : path_(std::move(path)) {}
  PublicKey public_key() const override { return key_.public_key(); }

  Result<std::optional<TreeHead>> last_signed() override {
    auto bytes = durable_files::read_whole(path_, 100);
    if (!bytes && bytes.error().code == Errc::not_found) return std::nullopt;
    if (!bytes) return std::unexpected(bytes.error());
    const std::string_view text = as_text(*bytes);
    const auto blank = text.find(' ');
    TreeHead head;
    std::from_chars(text.data(), text.data() + blank, head.size);
    LETHE_TRY(head.root, parse_hash(text.substr(blank + 1)));
    return head;
  }

  Result<Signature> sign(std::string_view text, const TreeHead& head) override {
    LETHE_TRY(const auto last, last_signed());
    if (last && head.size < last->size) return fail(Errc::conflict, "the tree has shrunk");
    const std::string line = std::to_string(head.size) + " " + to_base64(head.root);
    LETHE_CHECK(durable_files::write_durably(path_, as_bytes(line), durable_files::kPrivate));
    return key_.signature_of(text);
  }

 private:
  test::MemorySigner key_;
  fs::path path_;
};

Salt salt_of(std::uint64_t number) { return sha256({as_bytes("salt " + std::to_string(number))}); }

Certificate certificate_of(std::uint64_t number) {
  Certificate certificate{.id = core::CertificateId::of(static_cast<std::int64_t>(number) + 1)};
  certificate.policy = "request";
  certificate.organisation = "Brightwater \"Filter\" GmbH, Köln";
  certificate.workspace = "Support";
  certificate.counts = {{"tickets", number}, {"messages", 22}};
  certificate.key_generation_before = number;
  certificate.key_generation_after = number + 1;
  certificate.erased_live_at = instant_of(1'795'000'000 + static_cast<std::int64_t>(number));
  certificate.kept = {{"invoices", 2, LegalGround::legal_obligation, instant_of(2'050'000'000)}};
  certificate.recipients = {
      {"issue tracker", RecipientState::confirmed, instant_of(1'795'000'100)}};
  certificate.mails_already_sent = 9;
  certificate.subject_commitment = subject_commitment(salt_of(number + 1000), kAddress);
  return certificate;
}

Entry entry_of(const Certificate& certificate, std::uint64_t number) {
  return {EntryType::erasure,
          commitment_of(salt_of(number), as_bytes(compose(certificate).value())),
          certificate.erased_live_at};
}

void write_file(const fs::path& path, std::string_view content) {
  std::ofstream{path, std::ios::binary} << content;
}

std::string read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

Status add(Log& log) {
  const std::uint64_t number = log.size();
  LETHE_TRY(const auto index,
            log.append(as_bytes(compose(entry_of(certificate_of(number), number)))));
  return index == number ? Status{} : fail(Errc::conflict, "another index");
}

Status write_certificate(Log& log, std::uint64_t number, const fs::path& path, bool own_copy) {
  LETHE_TRY(Proof proof, log.proof(number));
  CertificateFile file{.certificate = compose(certificate_of(number)).value(),
                       .salt = salt_of(number),
                       .subject_salt = std::nullopt,
                       .proof = std::move(proof)};
  if (own_copy) file.subject_salt = salt_of(number + 1000);
  write_file(path, compose(file));
  return {};
}

Status write_samples(const fs::path& directory) {
  LETHE_TRY(const auto store, tiles_files::open(directory / "ledger"));
  FileSigner signer{directory / "signer"};
  LETHE_TRY(Log log, Log::open(*store, signer, kOrigin));
  LETHE_CHECK(add(log));
  LETHE_CHECK(log.checkpoint());
  LETHE_CHECK(write_certificate(log, 0, directory / "only-entry.lethe-certificate", false));
  while (log.size() < kEntries) LETHE_CHECK(add(log));
  LETHE_CHECK(log.checkpoint());
  for (const std::uint64_t number : {0, 1, 137, 255, 256, 298, 299}) {
    const auto name = "genuine-" + std::to_string(number) + ".lethe-certificate";
    LETHE_CHECK(write_certificate(log, number, directory / name, number >= 255));
  }
  write_file(directory / "key", log.key().to_line() + "\n");
  const test::MemorySigner other{8};
  const auto write_key = [&](const char* name, const char* origin, const PublicKey& key) {
    write_file(directory / name, VerifierKey::of(origin, key).to_line() + "\n");
  };
  write_key("wrong-key", kOrigin, other.public_key());
  write_key("wrong-origin-key", "other.example.org/ledger", signer.public_key());
  return {};
}

int verify_file(const fs::path& file, const fs::path& key_file) {
  const auto key = VerifierKey::parse(read_file(key_file));
  const auto report = key ? verify(read_file(file), *key) : std::unexpected(key.error());
  if (!report) {
    std::printf("REFUSED: %s\n", report.error().detail.c_str());
    return 1;
  }
  for (const std::string& sentence : report->sentences()) std::printf("%s\n", sentence.c_str());
  return report->genuine() ? 0 : 1;
}

enum class Checkpoints { at_the_end, after_each };

Status grow(const fs::path& directory, int count, Checkpoints when) {
  LETHE_TRY(const auto store, tiles_files::open(directory / "ledger"));
  FileSigner signer{directory / "signer"};
  LETHE_TRY(Log log, Log::open(*store, signer, kOrigin));
  for (int i = 0; i < count; ++i) {
    LETHE_CHECK(add(log));
    if (when == Checkpoints::after_each) LETHE_CHECK(log.checkpoint());
  }
  LETHE_CHECK(log.checkpoint());
  return {};
}

// Everything that was ever signed is on disk and proved, and the log goes on.
Status check(const fs::path& directory) {
  LETHE_TRY(const auto store, tiles_files::open(directory / "ledger"));
  FileSigner signer{directory / "signer"};
  LETHE_TRY(const auto remembered, signer.last_signed());
  LETHE_TRY(Log log, Log::open(*store, signer, kOrigin));
  LETHE_CHECK(log.status());
  if (remembered && log.size() != remembered->size) return fail(Errc::corrupt, "entries were lost");
  const TreeHead written = log.signed_head();
  LETHE_CHECK(add(log));
  LETHE_TRY(const TreeHead head, log.checkpoint());
  LETHE_CHECK(log.check());
  LETHE_TRY(const HashPath path, log.consistency(written.size));
  if (!log.proof(head.size - 1)) return fail(Errc::corrupt, "the new entry is not proved");
  const bool consistent = written.size == 0 || proves_consistency(written, head, path);
  return consistent ? Status{} : fail(Errc::corrupt, "the log forked");
}

int exit_code(const Status& status) {
  if (status) return 0;
  std::printf("%s\n", status.error().detail.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "samples" && argc == 3) return exit_code(write_samples(argv[2]));
  if (verb == "verify" && argc == 4) return verify_file(argv[2], argv[3]);
  if ((verb == "grow" || verb == "fill") && argc == 4) {
    const auto when = verb == "grow" ? Checkpoints::after_each : Checkpoints::at_the_end;
    return exit_code(grow(argv[2], std::atoi(argv[3]), when));
  }
  if (verb == "check" && argc == 3) return exit_code(check(argv[2]));
  std::printf(
      "usage: samples DIR | verify FILE KEY | fill DIR COUNT | grow DIR COUNT | check DIR\n");
  return 2;
}
