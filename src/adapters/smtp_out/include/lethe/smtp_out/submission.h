// Outbound mail by submission to one mail server (RFC 6409), with libcurl.
//
// The certificate is always checked, against the host's name and the system's
// authorities or `authorities_file`. Nothing falls back to clear text. Proxies
// of the environment are not used: no third party until the administrator
// names one.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "lethe/base/secret.h"
#include "lethe/ports/outbound_mail.h"

namespace lethe::smtp_out {

enum class Encryption {
  required,  // STARTTLS, or nothing is sent; smtps:// is encrypted from the start
  none       // in clear
};

struct Deadlines {
  std::chrono::milliseconds connect = std::chrono::seconds{30};  // TLS and sign-in included
  std::chrono::seconds response = std::chrono::minutes{10};      // of each reply; RFC 5321: 10 min
  std::chrono::milliseconds whole = std::chrono::minutes{30};    // of one send
};

struct Settings {
  std::string url;   // "smtp://mail.example.org:587" or "smtps://mail.example.org"
  std::string user;  // empty: no sign-in
  Secret password;
  std::string host_name;  // of ours, for EHLO
  // Unless set: none towards this machine (localhost, 127.0.0.0/8, ::1), where
  // a local mail server has no certificate worth checking; else required.
  std::optional<Encryption> encryption;
  std::string authorities_file;  // PEM; empty: the system's
  Deadlines deadlines = {};
};

// Errors: invalid_argument (a URL that is none of the two forms, a host name
// that is no domain, a user without a password).
[[nodiscard]] Result<std::unique_ptr<ports::OutboundMail>> open_submission(Settings settings);

}  // namespace lethe::smtp_out
