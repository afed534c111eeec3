#include "command_certificate.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "exit_code.h"
#include "lethe/ledger/certificate_file.h"

namespace lethe::cli {
namespace {

Result<std::string> read_bounded(const std::string& path, std::size_t bytes_max) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(Errc::invalid_argument, path + " is a directory, not a file");
  }
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(Errc::not_found, "cannot read " + path + ": " + std::strerror(errno));
  std::string content(bytes_max + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > bytes_max) return fail(Errc::too_large, path + " is too large for this");
  return content;
}

Result<ledger::CertificateReport> check(const std::string& path, const std::string& key_path) {
  std::optional<ledger::VerifierKey> key;
  if (!key_path.empty()) {
    LETHE_TRY(const std::string line, read_bounded(key_path, 4096));
    LETHE_TRY(key, ledger::VerifierKey::parse(line));
  }
  LETHE_TRY(const std::string file, read_bounded(path, ledger::kCertificateFileBytesMax));
  return ledger::verify(file, key);
}

}  // namespace

int verify_certificate(const std::string& path, const std::string& key_path) {
  const auto report = check(path, key_path);
  if (!report) {
    std::fprintf(stderr, "lethe: %s\n", report.error().detail.c_str());
    return kRefused;
  }
  for (const std::string& sentence : report->sentences()) std::printf("%s\n", sentence.c_str());
  return report->genuine() ? kDone : kRefused;
}

}  // namespace lethe::cli
