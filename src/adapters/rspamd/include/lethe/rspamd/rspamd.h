// rspamd over HTTP: POST /checkv2 with the mail, answered in JSON.
//
// Said of the mail: From, Rcpt (several), Ip, Helo (both not of LMTP, whose peer is no sender) and
// Queue-Id as headers, the mail itself as body. A filter on this host or in the same network is
// meant: http:// is allowed, https:// is checked against the system's authorities. No redirect is
// followed and no proxy of the environment is used.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/ports/mail_checks.h"

namespace lethe::rspamd {

struct Settings {
  std::string url;                                               // "http://127.0.0.1:11333"
  std::chrono::milliseconds patience = std::chrono::seconds{5};  // connecting included
};

// Errors: invalid_argument (not an http:// or https:// URL).
[[nodiscard]] Result<std::unique_ptr<ports::MailFilter>> open_filter(Settings settings);

// What is said and what the answer means, without a socket.

// "Name: value" lines; control characters become blanks, so that no value adds a header.
[[nodiscard]] std::vector<std::string> request_headers(const ports::Envelope& envelope,
                                                       std::string_view queue_id);

inline constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 20;
// With `is_forwarded` what failing SPF and DMARC added to the score does not count.
// Errors: unavailable (no answer of /checkv2).
[[nodiscard]] Result<core::MailTrust> read_answer(std::string_view json,
                                                  std::string_view from_domain, bool is_forwarded);

}  // namespace lethe::rspamd
