// lethe.toml: the keys are part of the public face (DESIGN section 5). Unknown keys are refused, so
// that a typing error does not pass for a setting; so are values of another type.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/base/result.h"

namespace lethe::cli {

// One [[relay.mailbox]]: an address whose mail is handed on at once and not kept.
struct RelayMailboxConfig {
  std::string name;  // in metrics; empty: its number, from 1
  std::string address;
  std::string target;    // lethe, freshdesk, jira or webhook
  std::string url;       // https:// only
  std::string key_file;  // API key, "address:token" or key of the signature
  std::string ca_file;   // PEM, authorities of one's own; the certificate is always checked
  bool require_tls = false;
  std::int64_t group = 0;  // Freshdesk; 0: none
  std::string type;
  std::vector<std::string> tags;
  std::string project, issue_type;  // Jira
  bool include_sender = false;      // Jira: name and address of the sender in the issue
};

// [relay]
struct RelayConfig {
  std::string listen, lmtp_listen;       // of `lethe relay`; the server uses its own
  std::string state;                     // directory of digests and counts
  std::string host_name = "localhost";   // in the greeting
  std::string tls_certificate, tls_key;  // for senders
  std::int64_t memory_mib = 64;          // bytes of mail in flight; 452 beyond
  std::int64_t workers = 32;             // talks with targets at once
  std::string metrics;                   // of `lethe relay`: [http] metrics; empty: none
  std::vector<RelayMailboxConfig> mailboxes;
};

inline constexpr std::int64_t kCopiesDaysMax = 3650;

struct Config {
  std::string data;                         // the data directory, absolute
  std::string store_url;                    // empty: lethe.db in the data directory
  std::string keyring_path;                 // default: DIR.keyring
  std::string keyring_replica;              // a directory or tcp+tls://HOST:PORT; empty: none
  std::string keyring_pairing_file;         // the line that `lethe keyring receive` printed
  std::optional<std::int64_t> copies_days;  // absent: not declared
  std::string http_listen = "127.0.0.1:8080";
  std::string http_public_url;  // default: http://<listen>
  std::string http_metrics;     // empty: no metrics listener
  std::string smtp_listen = "127.0.0.1:2525";
  std::string smtp_certificate, smtp_key;
  std::string smtp_listen_tls;  // TLS from the first byte, port 465; empty: none
  std::string lmtp_listen;      // empty: none
  // How long a peer is waited for; also the LMTP door's.
  std::int64_t smtp_command_seconds = 300;       // a command, a piece of content
  std::int64_t smtp_transaction_seconds = 1800;  // a whole mail, and what its bytes earn
  std::int64_t smtp_handshake_seconds = 60;
  std::int64_t http_header_seconds = 15;
  std::int64_t http_body_seconds = 120;
  std::int64_t http_connections_per_peer = 256;  // not counted from 127.0.0.1 and ::1
  // Mail by HTTP, each at /inbound/<name>; empty: no such door.
  std::string postmark_secret_file, mailgun_secret_file, sendgrid_secret_file, raw_secret_file;
  std::string submission_url;  // smtp://host:587; empty: mail waits
  std::string submission_user, submission_password_file, submission_from;
  // Signing by DKIM; the second key is for a second algorithm. Empty: not signed by us.
  std::string dkim_domain;  // default: the domain of submission.from
  std::string dkim_selector, dkim_key_file, dkim_second_selector, dkim_second_key_file;
  std::string rspamd_url, dns_resolver;
  std::string clamav_socket;  // unix:/path or HOST:PORT; empty: files are not checked
  // Servers whose Authentication-Results are believed, and domains that forward mail to us.
  std::vector<std::string> smtp_trusted_authserv_ids, smtp_forwarders;
  RelayConfig relay;
};

// Defaults for a data directory, then DIR/lethe.toml or `file` when given.
// Errors: invalid_argument (names the key and the line), not_found (`file`).
[[nodiscard]] Result<Config> read_config(const std::string& data, const std::string& file);

// The configuration of `lethe relay`: a file that holds [relay], [http] metrics and nothing else.
// Errors: as above.
[[nodiscard]] Result<RelayConfig> read_relay_config(const std::string& file);

}  // namespace lethe::cli
