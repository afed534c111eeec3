// Everything held about one person, for them to take along (GDPR art. 15, 20).
//
// One JSON document, streamed: profile, addresses, tickets with the messages
// they wrote or were sent, files as base64 with their SHA-256, what erasures
// were ordered, what holds keep. Words of third persons are left out and said
// to be (art. 15(4)). export_schema.h says of every personal column of the
// schema where it stands in the document, or why it does not.
#pragma once

#include <functional>
#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

using ExportSink = std::function<Status(std::string_view piece)>;

// At most one file is in memory at a time. Errors: not_found, erased, those of `sink`.
[[nodiscard]] Status export_person(App& app, core::PersonId person, const ExportSink& sink);

// What is held, in numbers: for the page that asks before exporting or erasing, and the API.
// Counted as preview_erasure() and the certificate count it.
struct Holdings {
  std::int64_t tickets = 0;         // they opened
  std::int64_t shared_tickets = 0;  // of others
  std::int64_t messages = 0;        // what people wrote; events of a ticket are none
  std::int64_t attachments = 0;
  std::int64_t attachment_bytes = 0;
  std::int64_t raw_copies = 0;
  std::int64_t addresses = 0;
  std::int64_t mails_sent = 0;  // in mailboxes we do not hold
  std::int64_t holds = 0;
  std::int64_t erasures = 0;
  std::optional<Instant> next_review_at;
};
// Errors: not_found.
[[nodiscard]] Result<Holdings> holdings_of(App& app, const ports::Reading& tx,
                                           core::PersonId person);

}  // namespace lethe::app
