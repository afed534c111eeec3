// What a mail is asked at the gate about its sender and its files, and what is shown of it later.
//
// The answers are sealed with the message: the results of SPF, DKIM and DMARC in its headers cell,
// what became of a file in its description. A filter that is away never keeps a mail out and never
// makes it trusted. Nor does a scanner that is away; only a mail that stays at its source until it
// is taken (Delivery::can_wait) waits there for the scanner.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/app/file_marks.h"
#include "lethe/core/mail_trust.h"
#include "lethe/core/masks.h"
#include "lethe/ports/mail_checks.h"

namespace lethe::app {

// Fixed while the process runs; the ports outlive the doors.
struct MailChecks {
  ports::MailFilter* filter = nullptr;            // null: none
  ports::VirusScanner* scanner = nullptr;         // null: none, files carry no mark
  std::vector<std::string> trusted_authserv_ids;  // whose Authentication-Results count
  std::vector<std::string> forwarders;            // domains whose SPF failure is not the sender's

  // Since the start, for metrics.
  mutable std::atomic<std::uint64_t> filter_failures{0};
  mutable std::atomic<std::uint64_t> files_not_checked{0};
  mutable std::atomic<std::uint64_t> files_quarantined{0};
};

// Errors: erased, the file's keys are gone.
[[nodiscard]] Result<FileMarks> file_marks(App& app, const ports::AttachmentRow& row);
// `source` is nobody for messages that nothing is known of.
[[nodiscard]] Result<core::MailTrust> message_trust(App& app, const ports::Reading& tx,
                                                    core::MessageId message);

// Lets agents download a quarantined file. The reason becomes an internal note of the ticket.
// Errors: invalid_argument (no reason, or longer than 500 bytes), conflict (it is not quarantined),
// not_found, erased.
[[nodiscard]] Status release_file(App& app, core::AttachmentId id, core::AgentId by,
                                  std::string_view reason);

// Asks the scanner about a quarantined file again and releases it when nothing is found any more,
// as after a false alarm. Errors: forbidden (still infected), unavailable (the scanner is away),
// unsupported (none is set up), conflict (it is not quarantined), not_found, erased.
[[nodiscard]] Status check_file_again(App& app, ports::VirusScanner* scanner, core::AttachmentId id,
                                      core::AgentId by);

// The masks an administrator chose; all off at first.
[[nodiscard]] Result<core::MaskChoice> read_masks(App& app);
[[nodiscard]] Status save_masks(App& app, const core::MaskChoice& choice);

}  // namespace lethe::app
