// The server's TLS settings: 1.2 and later, RFC 8314 and BSI TR-02102-2.
#pragma once

#include "asio.h"
#include "lethe/smtp_in/server.h"

namespace lethe::smtp_in {

// Errors: invalid_argument, with the file's path and OpenSSL's reason.
[[nodiscard]] Result<TlsContext> load_tls(const TlsFiles& files);

}  // namespace lethe::smtp_in
