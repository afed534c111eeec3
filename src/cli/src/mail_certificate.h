// The certificate that senders are shown at the SMTP door.
#pragma once

#include <string>
#include <vector>

#include "lethe/base/time.h"
#include "lethe/core/mail_setup.h"

namespace lethe::cli {

// Reads both PEM files; `names` are the hosts that mail goes to, any of which may stand in the
// certificate; empty: none is known. Needs no running server.
[[nodiscard]] core::Findings look_at_certificate(const std::string& certificate_file,
                                                 const std::string& key_file,
                                                 const std::vector<std::string>& names,
                                                 Instant now);

}  // namespace lethe::cli
