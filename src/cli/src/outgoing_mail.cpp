#include "outgoing_mail.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "lethe/core/address.h"
#include "lethe/dkim/signing.h"
#include "lethe/smtp_out/submission.h"
#include "password_file.h"

namespace lethe::cli {
namespace {

// A whole file; `key` names it in the refusal.
Result<Secret> read_secret(const std::string& path, const std::string& key) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  if (!file || text.empty()) return fail(Errc::not_found, key + ": cannot read " + path);
  Secret secret{std::string_view{text}};
  wipe(text);
  return secret;
}

Result<Secret> read_password(const std::string& path) {
  if (path.empty()) return Secret{};
  auto password = read_password_file(path);
  if (!password) return fail(Errc::not_found, "submission.password_file: cannot read " + path);
  return password;
}

struct KeyPlace {
  std::string selector, file, name;  // name: of the configuration key
};

Result<dkim::SigningKey> read_key(const KeyPlace& place, const std::string& domain) {
  LETHE_TRY(const Secret pem, read_secret(place.file, place.name));
  auto key = dkim::SigningKey::read(pem, domain, place.selector);
  if (!key) return fail(key.error().code, place.name + ": " + key.error().detail);
  return key;
}

Result<std::vector<dkim::SigningKey>> read_keys(const Config& config) {
  const std::string& from = config.submission_from;
  const std::string written = config.dkim_domain.empty()
                                  ? from.substr(std::min(from.find('@'), from.size() - 1) + 1)
                                  : config.dkim_domain;
  // d= is an A-label (RFC 6376 section 3.5), as the domain of From is on the wire.
  const std::string domain = core::normalised_domain(written).value_or(written);
  std::vector<dkim::SigningKey> keys;
  for (const KeyPlace& place :
       {KeyPlace{config.dkim_selector, config.dkim_key_file, "submission.dkim_key_file"},
        KeyPlace{config.dkim_second_selector, config.dkim_second_key_file,
                 "submission.dkim_second_key_file"}}) {
    if (place.file.empty()) continue;
    LETHE_TRY(auto key, read_key(place, domain));
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

Result<OutgoingMail> open_outgoing_mail(const Config& config, const std::string& host_name,
                                        ports::Clock& clock) {
  OutgoingMail mail;
  if (config.submission_url.empty()) return mail;
  LETHE_TRY(Secret password, read_password(config.submission_password_file));
  LETHE_TRY(mail.server, smtp_out::open_submission({.url = config.submission_url,
                                                    .user = config.submission_user,
                                                    .password = std::move(password),
                                                    .host_name = host_name}));
  if (config.dkim_key_file.empty() && config.dkim_second_key_file.empty()) return mail;
  LETHE_TRY(auto keys, read_keys(config));
  for (const dkim::SigningKey& key : keys) {
    mail.dkim_records.push_back({key.record_name(), key.record_text()});
  }
  mail.server = dkim::open_signing(std::move(mail.server), std::move(keys), clock);
  return mail;
}

}  // namespace lethe::cli
