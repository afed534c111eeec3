#include "mail_certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace lethe::cli {
namespace {

using core::Findings;
using core::Grade;

constexpr Days kRenewBefore{14};

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

// No passphrase is asked for: the server could not answer either.
int no_passphrase(char*, int, int, void*) { return -1; }

Certificate read_certificate(const std::string& path) {
  const File file{std::fopen(path.c_str(), "re")};
  if (!file) return nullptr;
  return Certificate{PEM_read_X509(file.get(), nullptr, no_passphrase, nullptr)};
}

Key read_key(const std::string& path) {
  const File file{std::fopen(path.c_str(), "re")};
  if (!file) return nullptr;
  return Key{PEM_read_PrivateKey(file.get(), nullptr, no_passphrase, nullptr)};
}

bool is_before(const ASN1_TIME* time, Instant at) {
  std::time_t seconds = static_cast<std::time_t>(unix_seconds(at));
  return X509_cmp_time(time, &seconds) < 0;
}

core::Finding look_at_validity(const X509* certificate, Instant now) {
  if (!is_before(X509_get0_notBefore(certificate), now)) {
    return {Grade::error, "tls: the certificate is not valid yet; look at the clock"};
  }
  if (is_before(X509_get0_notAfter(certificate), now)) {
    return {Grade::error, "tls: the certificate has expired; renew smtp.tls_certificate"};
  }
  if (is_before(X509_get0_notAfter(certificate), now + kRenewBefore)) {
    return {Grade::warning, "tls: the certificate ends within 14 days; renew smtp.tls_certificate"};
  }
  return {Grade::ok, "tls: the certificate is valid"};
}

core::Finding look_at_names(X509* certificate, const std::vector<std::string>& names) {
  const auto stands_in_it = [&](const std::string& name) {
    return X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
  };
  const auto found = std::ranges::find_if(names, stands_in_it);
  if (found != names.end()) return {Grade::ok, "tls: the certificate is for " + *found};
  return {Grade::warning,
          "tls: the certificate is for none of the hosts that mail goes to; get one "
          "for " +
              names.front() + ", unless that host is a server in front of this one"};
}

}  // namespace

Findings look_at_certificate(const std::string& certificate_file, const std::string& key_file,
                             const std::vector<std::string>& names, Instant now) {
  if (certificate_file.empty()) {
    return {{Grade::warning,
             "tls: senders cannot encrypt; set smtp.tls_certificate and smtp.tls_key, unless a "
             "server in front of this one does it"}};
  }
  const Certificate certificate = read_certificate(certificate_file);
  if (!certificate) {
    return {{Grade::error, "tls: smtp.tls_certificate cannot be read, or is no certificate (PEM)"}};
  }
  const Key key = read_key(key_file);
  if (!key) return {{Grade::error, "tls: smtp.tls_key cannot be read, or is no key (PEM)"}};
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return {{Grade::error, "tls: smtp.tls_key does not belong to smtp.tls_certificate"}};
  }
  Findings findings{look_at_validity(certificate.get(), now)};
  if (!names.empty()) findings.push_back(look_at_names(certificate.get(), names));
  return findings;
}

}  // namespace lethe::cli
