// `*.lethe-certificate`: a certificate that proves itself, offline.
//
//   line 1   the exact certificate bytes
//   line 2   base64 of the salt; in the person's own copy a blank and base64 of the
//            subject salt follow
//   line 3.. tlog-proof whose `extra` is the ledger entry
// Text, so that a shell script with openssl can check it (docs/certificates.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/ledger/certificate.h"
#include "lethe/ledger/proof.h"

namespace lethe::ledger {

inline constexpr std::size_t kCertificateFileBytesMax = std::size_t{256} * 1024;

struct CertificateFile {
  std::string certificate;  // exact bytes
  Salt salt{};
  std::optional<Salt> subject_salt;
  Proof proof;
};

[[nodiscard]] std::string compose(const CertificateFile& file);
// Checks the form only. Errors: invalid_argument with a sentence, too_large.
[[nodiscard]] Result<CertificateFile> parse_certificate_file(std::string_view text);

enum class Authenticity { good, bad, not_checked };

// What `lethe certificate verify` prints. Every check is made, none stops the others.
struct CertificateReport {
  bool statement_ok = false;  // a certificate of this version, or of a later one
  bool hash_ok = false;       // the entry commits to these certificate bytes
  bool proof_ok = false;      // the entry is in the tree of the checkpoint
  Authenticity authenticity = Authenticity::not_checked;
  std::string origin;
  std::string
      signed_by;  // "<origin>+<key id>", of the key if one was given, else as the file claims
  std::string fingerprint;  // SHA-256 of the given key; empty without one
  std::uint64_t index = 0;
  TreeHead head;
  std::optional<Instant> logged_in_hour;
  std::optional<Certificate> certificate;  // nothing when made by a later version

  // Everything checked and right; without a key nothing is genuine.
  [[nodiscard]] bool genuine() const noexcept {
    return statement_ok && hash_ok && proof_ok && authenticity == Authenticity::good;
  }
  // One plain sentence per check, for people.
  [[nodiscard]] std::vector<std::string> sentences() const;
};

// Errors: those of parse_certificate_file; a file in good form always gets a report.
[[nodiscard]] Result<CertificateReport> verify(std::string_view file,
                                               const std::optional<VerifierKey>& key);

// Is this certificate about `normalised_address`? Needs the person's own copy.
// Errors: not_found (no subject salt in the file, or no commitment in the certificate).
[[nodiscard]] Result<bool> is_about(const CertificateFile& file,
                                    std::string_view normalised_address);

}  // namespace lethe::ledger
