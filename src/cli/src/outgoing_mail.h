// The way out: submission, signed by DKIM when keys are configured.
#pragma once

#include <memory>
#include <vector>

#include "config.h"
#include "lethe/ports/clock.h"
#include "lethe/ports/outbound_mail.h"

namespace lethe::cli {

// One TXT record that the operator publishes.
struct DnsRecord {
  std::string name, text;
};

struct OutgoingMail {
  std::unique_ptr<ports::OutboundMail> server;  // null: mail waits until submission is configured
  std::vector<DnsRecord> dkim_records;          // empty: we do not sign
};

// `host_name` is what we say in EHLO; `clock` must outlive the result.
// Errors: not_found (a file that cannot be read), invalid_argument, both naming the key.
[[nodiscard]] Result<OutgoingMail> open_outgoing_mail(const Config& config,
                                                      const std::string& host_name,
                                                      ports::Clock& clock);

}  // namespace lethe::cli
