#include "config.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string_view>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "lethe/core/address.h"

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
    TextKey{"submission.dkim_domain", &Config::dkim_domain},
    TextKey{"submission.dkim_selector", &Config::dkim_selector},
    TextKey{"submission.dkim_key_file", &Config::dkim_key_file},
    TextKey{"submission.dkim_second_selector", &Config::dkim_second_selector},
    TextKey{"submission.dkim_second_key_file", &Config::dkim_second_key_file},
    TextKey{"rspamd.url", &Config::rspamd_url},
    TextKey{"clamav.socket", &Config::clamav_socket},
    TextKey{"dns.resolver", &Config::dns_resolver}};

struct SecondsKey {
  std::string_view path;
  std::int64_t Config::* field;
};
constexpr std::array kSecondsKeys{
    SecondsKey{"smtp.command_seconds", &Config::smtp_command_seconds},
    SecondsKey{"smtp.transaction_seconds", &Config::smtp_transaction_seconds},
    SecondsKey{"smtp.handshake_seconds", &Config::smtp_handshake_seconds},
    SecondsKey{"http.header_seconds", &Config::http_header_seconds},
    SecondsKey{"http.body_seconds", &Config::http_body_seconds}};

std::unexpected<Error> refuse(const std::string& file, const toml::node& node,
                              const std::string& key, const std::string& why) {
  return fail(Errc::invalid_argument,
              file + " line " + std::to_string(node.source().begin.line) + ": " + key + " " + why,
              key);
}

// No setting holds a line end or another control character; a zero would cut a path short.
bool is_one_line(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<std::string> text_of(const std::string& file, const toml::node& node,
                            const std::string& key) {
  auto text = node.value_exact<std::string>();
  if (!text) return refuse(file, node, key, "is a text in quotes");
  if (!is_one_line(*text)) return refuse(file, node, key, "holds a control character");
  return *std::move(text);
}

template <class Owner>
struct Text {
  std::string_view name;
  std::string Owner::* field;
};
template <class Owner>
struct Number {
  std::string_view name;
  std::int64_t Owner::* field;
  std::int64_t least, most;
};
template <class Owner>
struct Switch {
  std::string_view name;
  bool Owner::* field;
};
using Box = RelayMailboxConfig;
constexpr std::array kBoxTexts{
    Text<Box>{"address", &Box::address}, Text<Box>{"target", &Box::target},
    Text<Box>{"url", &Box::url},         Text<Box>{"key_file", &Box::key_file},
    Text<Box>{"ca_file", &Box::ca_file}, Text<Box>{"type", &Box::type},
    Text<Box>{"project", &Box::project}, Text<Box>{"issue_type", &Box::issue_type},
    Text<Box>{"name", &Box::name}};
constexpr std::array kBoxNumbers{
    Number<Box>{"group", &Box::group, 1, std::numeric_limits<std::int64_t>::max()}};
constexpr std::array kBoxSwitches{Switch<Box>{"require_tls", &Box::require_tls},
                                  Switch<Box>{"include_sender", &Box::include_sender}};
constexpr std::array kRelayTexts{
    Text<RelayConfig>{"listen", &RelayConfig::listen},
    Text<RelayConfig>{"lmtp_listen", &RelayConfig::lmtp_listen},
    Text<RelayConfig>{"state", &RelayConfig::state},
    Text<RelayConfig>{"host_name", &RelayConfig::host_name},
    Text<RelayConfig>{"tls_certificate", &RelayConfig::tls_certificate},
    Text<RelayConfig>{"tls_key", &RelayConfig::tls_key}};
constexpr std::array kRelayNumbers{
    Number<RelayConfig>{"memory_mib", &RelayConfig::memory_mib, 40, 65536},
    Number<RelayConfig>{"workers", &RelayConfig::workers, 1, 1000}};

// Sets `name` of `owner` from one of the tables; false when none knows it.
template <class Owner, class Texts, class Numbers, class Switches>
Result<bool> set_known(Owner& owner, const std::string& file, const std::string& key,
                       std::string_view name, const toml::node& node, const Texts& texts,
                       const Numbers& numbers, const Switches& switches) {
  for (const auto& known : texts) {
    if (known.name != name) continue;
    LETHE_TRY(owner.*known.field, text_of(file, node, key));
    return true;
  }
  for (const auto& known : numbers) {
    if (known.name != name) continue;
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < known.least || *number > known.most) {
      return refuse(
          file, node, key,
          "is a number from " + std::to_string(known.least) + " to " + std::to_string(known.most));
    }
    owner.*known.field = *number;
    return true;
  }
  for (const auto& known : switches) {
    if (known.name != name) continue;
    const auto value = node.value_exact<bool>();
    if (!value) return refuse(file, node, key, "is true or false");
    owner.*known.field = *value;
    return true;
  }
  return false;
}

Status set_texts(std::vector<std::string>& texts, const std::string& file, const std::string& key,
                 const toml::node& node) {
  const toml::array* list = node.as_array();
  if (list == nullptr) return refuse(file, node, key, "is a list of texts");
  for (const toml::node& item : *list) {
    auto text = item.value_exact<std::string>();
    if (!text) return refuse(file, node, key, "is a list of texts");
    if (!is_one_line(*text)) return refuse(file, node, key, "holds a control character");
    texts.push_back(*std::move(text));
  }
  return {};
}

Status add_mailbox(RelayConfig& relay, const std::string& file, const toml::table& table) {
  Box box;
  for (const auto& [name, node] : table) {
    const std::string key = "relay.mailbox." + std::string{name.str()};
    if (name.str() == "tags") {
      LETHE_CHECK(set_texts(box.tags, file, key, node));
      continue;
    }
    LETHE_TRY(const bool is_known,
              set_known(box, file, key, name.str(), node, kBoxTexts, kBoxNumbers, kBoxSwitches));
    if (!is_known) return refuse(file, node, key, "is not a setting of Lethe");
  }
  for (const auto& [name, field] : {kBoxTexts[0], kBoxTexts[1], kBoxTexts[2], kBoxTexts[3]}) {
    const std::string key = "relay.mailbox." + std::string{name};
    if ((box.*field).empty()) return refuse(file, table, key, "is missing");
  }
  relay.mailboxes.push_back(std::move(box));
  return {};
}

Status set_relay_key(RelayConfig& relay, const std::string& file, const std::string& key,
                     const toml::node& node) {
  const std::string_view name = std::string_view{key}.substr(std::string_view{"relay."}.size());
  if (name == "mailbox") {
    const toml::array* list = node.as_array();
    if (list == nullptr) return refuse(file, node, key, "is written [[relay.mailbox]]");
    for (const toml::node& item : *list) {
      const toml::table* table = item.as_table();
      if (table == nullptr) return refuse(file, node, key, "is written [[relay.mailbox]]");
      LETHE_CHECK(add_mailbox(relay, file, *table));
    }
    return {};
  }
  constexpr std::array<Switch<RelayConfig>, 0> kNone{};
  LETHE_TRY(const bool is_known,
            set_known(relay, file, key, name, node, kRelayTexts, kRelayNumbers, kNone));
  if (!is_known) return refuse(file, node, key, "is not a setting of Lethe");
  return {};
}

bool is_web_address(std::string_view text) {
  const auto host = [&](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size() && text[scheme.size()] != '/';
  };
  return host("http://") || host("https://");
}

// What others are told, and would only be missed in their first mail. Empty: not set.
Status check_text(const std::string& file, const toml::node& node, const std::string& key,
                  const std::string& text) {
  if (text.empty()) return {};
  if (key == "http.public_url" && !is_web_address(text)) {
    return refuse(file, node, key, "begins with http:// or https:// and a host");
  }
  if (key == "submission.from" && !core::EmailAddress::parse(text)) {
    return refuse(file, node, key, "is a mail address like support@example.org");
  }
  return {};
}

constexpr std::array kConfigNumbers{
    Number<Config>{"http.connections_per_peer", &Config::http_connections_per_peer, 1, 1'000'000}};

Status set_key(Config& config, const std::string& file, const std::string& key,
               const toml::node& node) {
  if (key == "keyring.copies_days") {
    const auto days = node.value_exact<std::int64_t>();
    if (!days || *days < 0 || *days > kCopiesDaysMax)
      return refuse(file, node, key, "is 0 to 3650 days");
    config.copies_days = *days;
    return {};
  }
  if (key == "smtp.trusted_authserv_id")
    return set_texts(config.smtp_trusted_authserv_ids, file, key, node);
  if (key == "smtp.forwarders") return set_texts(config.smtp_forwarders, file, key, node);
  if (key.starts_with("relay.")) return set_relay_key(config.relay, file, key, node);
  constexpr std::array<Text<Config>, 0> kNoTexts{};
  constexpr std::array<Switch<Config>, 0> kNoSwitches{};
  LETHE_TRY(const bool is_number,
            set_known(config, file, key, key, node, kNoTexts, kConfigNumbers, kNoSwitches));
  if (is_number) return {};
  for (const SecondsKey& known : kSecondsKeys) {
    if (known.path != key) continue;
    const auto seconds = node.value_exact<std::int64_t>();
    if (!seconds || *seconds < 1 || *seconds > 86400) {
      return refuse(file, node, key, "is 1 to 86400 seconds");
    }
    config.*known.field = *seconds;
    return {};
  }
  for (const TextKey& known : kTextKeys) {
    if (known.path != key) continue;
    LETHE_TRY(config.*known.field, text_of(file, node, key));
    return check_text(file, node, key, config.*known.field);
  }
  return refuse(file, node, key, "is not a setting of Lethe");
}

// A table in the file holds settings; one that is none's place is as wrong as an unknown setting.
bool is_section(std::string_view key) {
  const std::string inside = std::string{key} + ".";
  return key == "relay" || std::ranges::any_of(kTextKeys, [&](const TextKey& known) {
           return known.path.starts_with(inside);
         });
}

Status set_all(Config& config, const std::string& file, const toml::table& table,
               const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string{name.str()};
    const toml::table* inner = node.as_table();
    if (inner != nullptr && is_section(key)) {
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

Result<toml::table> parse_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return fail(Errc::invalid_argument, path + " is a directory, not a file of settings");
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return fail(Errc::unavailable, "cannot read " + path + ": " + std::strerror(errno));
  }
  toml::parse_result parsed = toml::parse_file(path);
  if (parsed) return std::move(parsed).table();
  return fail(Errc::invalid_argument, path + " line " +
                                          std::to_string(parsed.error().source().begin.line) +
                                          ": " + std::string{parsed.error().description()});
}

// Of `lethe relay`, which has no pages.
Status refuse_all_but_metrics(const std::string& file, const toml::table& http) {
  for (const auto& [name, node] : http) {
    if (name.str() != "metrics")
      return refuse(file, node, "http." + std::string{name.str()}, "does not belong here");
  }
  return {};
}

bool is_same_place(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return false;
  std::error_code error;
  if (fs::equivalent(a, b, error) && !error) return true;
  return without_slash(fs::absolute(a, error).lexically_normal().string()) ==
         without_slash(fs::absolute(b, error).lexically_normal().string());
}

// Settings that say nothing one by one.
Status check_together(const std::string& file, const Config& config) {
  const auto bad = [&](std::string_view why) {
    return fail(Errc::invalid_argument, file + ": " + std::string{why});
  };
  if (config.smtp_certificate.empty() != config.smtp_key.empty()) {
    return bad("smtp.tls_certificate and smtp.tls_key are set together");
  }
  if (is_same_place(config.keyring_replica, config.keyring_path)) {
    return bad("keyring.replica is the keyring itself; name a directory on another disk or host");
  }
  if (config.dkim_selector.empty() != config.dkim_key_file.empty()) {
    return bad("submission.dkim_selector and submission.dkim_key_file are set together");
  }
  if (config.dkim_second_selector.empty() != config.dkim_second_key_file.empty()) {
    return bad(
        "submission.dkim_second_selector and submission.dkim_second_key_file are set together");
  }
  if (!config.smtp_listen_tls.empty() && config.smtp_certificate.empty()) {
    return bad("smtp.listen_tls needs smtp.tls_certificate");
  }
  return {};
}

}  // namespace

Result<RelayConfig> read_relay_config(const std::string& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    return fail(Errc::not_found, "there is no configuration file " + file);
  }
  LETHE_TRY(const toml::table table, parse_file(file));
  Config config;
  for (const auto& [name, node] : table) {
    const std::string key{name.str()};
    const toml::table* inner = node.as_table();
    if (inner == nullptr || (key != "relay" && key != "http")) {
      return refuse(file, node, key, "does not belong here");
    }
    if (key == "http") LETHE_CHECK(refuse_all_but_metrics(file, *inner));
    LETHE_CHECK(set_all(config, file, *inner, key + "."));
  }
  config.relay.metrics = std::move(config.http_metrics);
  if (config.relay.state.empty()) {
    return fail(Errc::invalid_argument, file + ": relay.state is missing", "relay.state");
  }
  config.relay.state = without_slash(fs::absolute(config.relay.state, error).string());
  return std::move(config.relay);
}

Result<Config> read_config(const std::string& data, const std::string& file) {
  std::error_code error;
  Config config;
  config.data = without_slash(fs::absolute(data, error).lexically_normal().string());
  config.keyring_path = config.data + ".keyring";
  const std::string path = file.empty() ? config.data + "/lethe.toml" : file;
  if (!fs::exists(path, error)) {
    if (!file.empty()) return fail(Errc::not_found, "there is no configuration file " + file);
  } else {
    LETHE_TRY(const toml::table table, parse_file(path));
    LETHE_CHECK(set_all(config, path, table, ""));
    if (config.keyring_path.empty()) config.keyring_path = config.data + ".keyring";
    LETHE_CHECK(check_together(path, config));
  }
  if (config.relay.state.empty()) config.relay.state = config.data + "/relay";
  if (config.http_public_url.empty()) config.http_public_url = "http://" + config.http_listen;
  config.http_public_url = without_slash(config.http_public_url);
  return config;
}

}  // namespace lethe::cli
