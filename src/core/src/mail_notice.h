// Failure notices in plain words: who was not reached, and what the server said about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/mail_bounce.h"

namespace lethe::core::mail_notice {

// A notice cut into what the system wrote and the mail it returns.
struct Notice {
  std::string_view words;     // up to the returned mail
  std::string_view original;  // its header and body, empty when not returned here
};
[[nodiscard]] Notice cut(std::string_view text);

// Whether the words are those of a mail system about a failed or delayed delivery.
[[nodiscard]] bool speaks_of_failure(std::string_view words);
[[nodiscard]] bool is_failure_subject(std::string_view subject);

// Whether the words hold the answer of a mail server: "550 ...", "5.1.1".
[[nodiscard]] bool quotes_a_server(std::string_view words);

// Whether a line names a recipient as a field, or holds nothing but an address.
[[nodiscard]] bool has_recipient_line(std::string_view words);

// The recipients named in the words, each with the passage about it as diagnostic. Empty when none
// is named.
[[nodiscard]] std::vector<RecipientReport> recipients_in(std::string_view words);

// Notices of web services as JSON ("notificationType":"Bounce"). Empty type when it is none.
struct ServiceNotice {
  std::string type;  // "Bounce", "Complaint", "Delivery"
  std::vector<RecipientReport> recipients;
};
[[nodiscard]] ServiceNotice read_service_notice(std::string_view text);

}  // namespace lethe::core::mail_notice
