// The relay's targets over HTTPS, with libcurl.
//
// TLS 1.2 or later with the certificate checked against the host's name and
// the system's authorities or `ca_file`, always; http:// is refused, towards
// this machine too. HTTP/1.1, no redirect is followed, no proxy of the
// environment is used, nothing is logged. Each thread keeps its connections.
//
// Memory: of an exchange the request and at most 1 MiB of answer; libcurl's
// and OpenSSL's buffers of it are released, and so wiped by the executable,
// before deliver() returns.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lethe/ports/relay.h"
#include "lethe/relay_protocol/targets.h"

namespace lethe::relay_out {

// Postfix gives up on a proxy filter after 100 s (smtpd_proxy_timeout).
struct Deadlines {
  std::chrono::milliseconds connect = std::chrono::seconds{15};  // TLS included
  std::chrono::milliseconds whole = std::chrono::seconds{80};    // of one mail, all exchanges
};

struct Settings {
  relay_protocol::TargetSettings target;
  std::string ca_file;  // PEM; empty: the system's authorities
  Deadlines deadlines = {};
};

// Errors: invalid_argument (a URL that is not https://, holds credentials, a
// query or a fragment; no key; what the kind of target needs is missing).
[[nodiscard]] Result<std::unique_ptr<ports::RelayTarget>> open_target(Settings settings);

}  // namespace lethe::relay_out
