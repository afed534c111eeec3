#include "lethe/ledger/certificate_file.h"

#include <algorithm>

#include "lethe/base/encoding.h"
#include "lines.h"

namespace lethe::ledger {
namespace {

Result<Salt> parse_salt(std::string_view base64) {
  LETHE_TRY(const Hash salt, parse_hash(base64));  // a salt is as long as a hash
  return salt;
}

Status read_salts(std::string_view line, CertificateFile& file) {
  const auto blank = line.find(' ');
  auto salt = parse_salt(line.substr(0, blank));
  if (!salt) return fail(Errc::invalid_argument, "the second line is not a salt");
  file.salt = *salt;
  if (blank == std::string_view::npos) return {};
  auto subject = parse_salt(line.substr(blank + 1));
  if (!subject) return fail(Errc::invalid_argument, "the second salt is malformed");
  file.subject_salt = *subject;
  return {};
}

std::string key_name(std::string_view origin, const KeyId& id) {
  return std::string{origin} + "+" + to_hex(id);
}

// Which of the file's signatures claims to be the log's own.
std::string claimed_key(const SignedCheckpoint& note) {
  const auto own = std::ranges::find(note.signatures, note.checkpoint.origin, &NoteSignature::name);
  const NoteSignature& claimed = own == note.signatures.end() ? note.signatures.front() : *own;
  return key_name(claimed.name, claimed.key_id);
}

void check_entry(const CertificateFile& file, CertificateReport& report) {
  if (!file.proof.extra) return;
  const auto entry = parse_entry(as_text(*file.proof.extra));
  if (!entry) return;
  report.logged_in_hour = entry->hour;
  report.hash_ok = entry->type == EntryType::erasure &&
                   entry->commitment == commitment_of(file.salt, as_bytes(file.certificate));
  report.proof_ok = proves_inclusion(leaf_hash(*file.proof.extra), file.proof.index, report.head,
                                     file.proof.path);
}

void check_key(const SignedCheckpoint& note, const VerifierKey& key, CertificateReport& report) {
  const bool good = check_signature(note, key) == SignatureCheck::good;
  report.authenticity = good ? Authenticity::good : Authenticity::bad;
  report.signed_by = key_name(key.origin(), key.id());
  report.fingerprint = key.fingerprint();
}

std::string signature_sentence(const CertificateReport& report) {
  switch (report.authenticity) {
    case Authenticity::good:
      return "ok: the log's head is signed by " + report.signed_by + ", whose fingerprint is " +
             report.fingerprint;
    case Authenticity::bad:
      return "REFUSED: the log's head is not signed by " + report.signed_by +
             ", whose fingerprint is " + report.fingerprint;
    case Authenticity::not_checked:
      break;
  }
  return "authenticity NOT checked: no key was given; the file claims to be signed by " +
         report.signed_by;
}

}  // namespace

std::string compose(const CertificateFile& file) {
  std::string text = file.certificate + "\n" + to_base64(file.salt);
  if (file.subject_salt) text.append(" ").append(to_base64(*file.subject_salt));
  return text.append("\n").append(compose(file.proof));
}

Result<CertificateFile> parse_certificate_file(std::string_view text) {
  if (text.size() > kCertificateFileBytesMax) {
    return fail(Errc::too_large, "the file is longer than a certificate can be");
  }
  CertificateFile file;
  LETHE_TRY(const auto certificate, next_line(text, "the certificate"));
  if (certificate.empty() || certificate.size() > kCertificateBytesMax) {
    return fail(Errc::invalid_argument, "the first line is not a certificate");
  }
  file.certificate = certificate;
  LETHE_TRY(const auto salts, next_line(text, "the salt"));
  LETHE_CHECK(read_salts(salts, file));
  LETHE_TRY(file.proof, parse_proof(text));
  return file;
}

Result<CertificateReport> verify(std::string_view file, const std::optional<VerifierKey>& key) {
  LETHE_TRY(const CertificateFile parsed, parse_certificate_file(file));
  LETHE_TRY(const SignedCheckpoint note, parse_checkpoint(parsed.proof.checkpoint));
  CertificateReport report;
  report.origin = note.checkpoint.origin;
  report.head = note.checkpoint.head;
  report.index = parsed.proof.index;
  report.signed_by = claimed_key(note);
  check_entry(parsed, report);
  if (key) check_key(note, *key, report);

  auto certificate = parse_certificate(parsed.certificate);
  report.statement_ok = certificate || certificate.error().code == Errc::unsupported;
  if (certificate) report.certificate = std::move(*certificate);
  return report;
}

std::vector<std::string> CertificateReport::sentences() const {
  const std::string place = "entry " + std::to_string(index) + " of a log of " +
                            std::to_string(head.size) + " entries, " + origin;
  return {statement_ok ? "ok: the first line is an erasure certificate"
                       : "REFUSED: the first line is no erasure certificate of ours",
          hash_ok ? "ok: the log's entry commits to this certificate"
                  : "REFUSED: the log's entry does not commit to this certificate",
          proof_ok ? "ok: it is " + place : "REFUSED: it is not proved to be " + place,
          signature_sentence(*this)};
}

Result<bool> is_about(const CertificateFile& file, std::string_view normalised_address) {
  if (!file.subject_salt) {
    return fail(Errc::not_found, "this is not the person's own copy: it has no second salt");
  }
  LETHE_TRY(const Certificate certificate, parse_certificate(file.certificate));
  if (!certificate.subject_commitment) {
    return fail(Errc::not_found, "this certificate names nobody, not even in sealed form");
  }
  return *certificate.subject_commitment ==
         subject_commitment(*file.subject_salt, normalised_address);
}

}  // namespace lethe::ledger
