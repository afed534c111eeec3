#include "pairing.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <fstream>
#include <optional>

#include "files.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/keyring_files/system_random.h"

namespace lethe::keyring_files {
namespace {

constexpr std::string_view kWord = "lethe-pairing-1";
// Pinned, not judged by date: it ends when the operator pairs anew.
constexpr long kCertificateSeconds = 3600L * 24 * 365 * 50;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Error openssl_failed() { return {Errc::internal, "OpenSSL makes no certificate", {}}; }

Status save(const std::string& path, BIO* text) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(text, &data);
  LETHE_CHECK(make_private_file(path));
  return overwrite(path, as_bytes({data, static_cast<std::size_t>(size)}));
}

Result<Certificate> self_signed(EVP_PKEY* key) {
  Certificate certificate{X509_new(), X509_free};
  X509* const x = certificate.get();
  if (x == nullptr || X509_set_version(x, X509_VERSION_3) != 1) {
    return std::unexpected(openssl_failed());
  }
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600L * 24);
  X509_gmtime_adj(X509_getm_notAfter(x), kCertificateSeconds);
  X509_NAME* const name = X509_get_subject_name(x);
  const auto* const said = reinterpret_cast<const unsigned char*>("Lethe keyring receiver");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, said, -1, -1, 0);
  const bool made = X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 &&
                    X509_sign(x, key, nullptr) != 0;
  if (!made) return std::unexpected(openssl_failed());
  return certificate;
}

Result<Fingerprint> fingerprint_of(X509* certificate) {
  Fingerprint fingerprint{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), fingerprint.data(), &size) != 1) {
    return std::unexpected(openssl_failed());
  }
  return fingerprint;
}

Result<Fingerprint> make_certificate(const Identity& at) {
  const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free};
  if (!key) return std::unexpected(openssl_failed());
  LETHE_TRY(const Certificate certificate, self_signed(key.get()));
  const Memory key_text{BIO_new(BIO_s_mem()), BIO_free};
  const Memory certificate_text{BIO_new(BIO_s_mem()), BIO_free};
  if (PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1) {
    return std::unexpected(openssl_failed());
  }
  LETHE_CHECK(save(at.key, key_text.get()));
  LETHE_CHECK(save(at.certificate, certificate_text.get()));
  return fingerprint_of(certificate.get());
}

bool from_hex(std::string_view hex, std::array<std::uint8_t, 32>& into) {
  if (hex.size() != 2 * into.size()) return false;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  for (std::size_t i = 0; i < into.size(); ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    into[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace

Fingerprint hash_of(const PairingSecret& secret) {
  Fingerprint hash{};
  EVP_Q_digest(nullptr, "SHA256", nullptr, secret.data(), secret.size(), hash.data(), nullptr);
  return hash;
}

std::string pairing_line(const Pairing& pairing) {
  return std::string{kWord} + " " + to_hex(pairing.receiver) + " " + to_hex(pairing.secret);
}

Result<Pairing> parse_pairing(std::string_view line) {
  Pairing pairing;
  line = trimmed(line);
  const std::size_t first = kWord.size() + 1;
  const std::size_t second = first + 2 * pairing.receiver.size() + 1;
  const bool right = line.starts_with(kWord) && line.size() > second &&
                     from_hex(line.substr(first, second - first - 1), pairing.receiver) &&
                     from_hex(line.substr(second), pairing.secret);
  if (!right) {
    return fail(Errc::invalid_argument,
                "that is not the line which lethe keyring receive printed on its first start");
  }
  return pairing;
}

Result<Pairing> read_pairing(const std::string& path) {
  struct stat found{};
  if (path.empty() || ::stat(path.c_str(), &found) != 0) {
    return fail(Errc::not_found,
                "keyring.replica_pairing_file must name the file with the line which lethe keyring "
                "receive printed on its first start");
  }
  if ((found.st_mode & 077) != 0) {
    return fail(Errc::forbidden, path + " can be read by other users; run: chmod 0600 " + path);
  }
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return parse_pairing(line);
}

Result<Identity> open_identity(const std::string& directory) {
  Identity identity{.certificate = directory + "/receive.crt",
                    .key = directory + "/receive.key",
                    .secret_hash = {},
                    .fresh = std::nullopt};
  const std::string peer = directory + "/receive.peer";
  const bool there = exists(identity.certificate) && exists(identity.key);
  // Last written, so that a first start cut short is made up for by the next.
  if (there && read_exactly(peer, identity.secret_hash)) return identity;

  Pairing pairing;
  LETHE_TRY(pairing.receiver, make_certificate(identity));
  SystemRandom{}.fill(pairing.secret);
  identity.secret_hash = hash_of(pairing.secret);
  LETHE_CHECK(make_private_file(peer));
  LETHE_CHECK(overwrite(peer, identity.secret_hash));
  LETHE_CHECK(sync_directory(directory));
  identity.fresh = pairing;
  return identity;
}

}  // namespace lethe::keyring_files
