#include "config.h"

#include <array>
#include <filesystem>
#include <string_view>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

struct TextKey {
  std::string_view path;
  std::string Config::* field;
};
constexpr std::array kTextKeys{
    TextKey{"store.url", &Config::store_url},
    TextKey{"keyring.path", &Config::keyring_path},
    TextKey{"keyring.replica", &Config::keyring_replica},
    TextKey{"keyring.replica_pairing_file", &Config::keyring_pairing_file},
    TextKey{"http.listen", &Config::http_listen},
    TextKey{"http.public_url", &Config::http_public_url},
    TextKey{"http.metrics", &Config::http_metrics},
    TextKey{"smtp.listen", &Config::smtp_listen},
    TextKey{"smtp.tls_certificate", &Config::smtp_certificate},
    TextKey{"smtp.tls_key", &Config::smtp_key},
    TextKey{"smtp.listen_tls", &Config::smtp_listen_tls},
    TextKey{"lmtp.listen", &Config::lmtp_listen},
    TextKey{"inbound.postmark.secret_file", &Config::postmark_secret_file},
    TextKey{"inbound.mailgun.secret_file", &Config::mailgun_secret_file},
    TextKey{"inbound.sendgrid.secret_file", &Config::sendgrid_secret_file},
    TextKey{"inbound.raw.secret_file", &Config::raw_secret_file},
    TextKey{"submission.url", &Config::submission_url},
    TextKey{"submission.user", &Config::submission_user},
    TextKey{"submission.password_file", &Config::submission_password_file},
    TextKey{"submission.from", &Config::submission_from},
    TextKey{"rspamd.url", &Config::rspamd_url},
    TextKey{"dns.resolver", &Config::dns_resolver}};

std::unexpected<Error> refuse(const std::string& file, const toml::node& node,
                              const std::string& key, const std::string& why) {
  return fail(Errc::invalid_argument,
              file + " line " + std::to_string(node.source().begin.line) + ": " + key + " " + why,
              key);
}

Status set_key(Config& config, const std::string& file, const std::string& key,
               const toml::node& node) {
  if (key == "keyring.copies_days") {
    const auto days = node.value<std::int64_t>();
    if (!days || *days < 0 || *days > 3650) return refuse(file, node, key, "is 0 to 3650 days");
    config.copies_days = *days;
    return {};
  }
  for (const TextKey& known : kTextKeys) {
    if (known.path != key) continue;
    const auto text = node.value<std::string>();
    if (!text) return refuse(file, node, key, "is a text in quotes");
    config.*known.field = *text;
    return {};
  }
  return refuse(file, node, key, "is not a setting of Lethe");
}

Status set_all(Config& config, const std::string& file, const toml::table& table,
               const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string{name.str()};
    if (const toml::table* inner = node.as_table()) {
      LETHE_CHECK(set_all(config, file, *inner, key + "."));
      continue;
    }
    LETHE_CHECK(set_key(config, file, key, node));
  }
  return {};
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

Result<Config> read_config(const std::string& data, const std::string& file) {
  std::error_code error;
  Config config;
  config.data = without_slash(fs::absolute(data, error).lexically_normal().string());
  config.keyring_path = config.data + ".keyring";
  const std::string path = file.empty() ? config.data + "/lethe.toml" : file;
  if (!fs::exists(path, error)) {
    if (!file.empty()) return fail(Errc::not_found, "there is no configuration file " + file);
  } else {
    const toml::parse_result parsed = toml::parse_file(path);
    if (!parsed) {
      return fail(Errc::invalid_argument, path + " line " +
                                              std::to_string(parsed.error().source().begin.line) +
                                              ": " + std::string{parsed.error().description()});
    }
    LETHE_CHECK(set_all(config, path, parsed.table(), ""));
  }
  if (config.http_public_url.empty()) config.http_public_url = "http://" + config.http_listen;
  config.http_public_url = without_slash(config.http_public_url);
  return config;
}

}  // namespace lethe::cli
