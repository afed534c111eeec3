// The checks of one mail while it is prepared.
#pragma once

#include <string>
#include <string_view>

#include "lethe/app/mail_checks.h"
#include "lethe/core/mail_facts.h"
#include "lethe/mime/message.h"

namespace lethe::app {

[[nodiscard]] core::MailTrust ask_filter(App& app, const MailChecks& checks,
                                         const ports::Envelope& envelope, std::string_view content,
                                         const core::MailFacts& facts,
                                         std::string_view from_address);

// A mail that can come again waits for a scanner that is away; another one is taken with a mark.
enum class ScannerAway : std::uint8_t { wait, mark };

// Looks for viruses and takes the location out of pictures; one entry for each file, in order.
// `touched` becomes true when the raw mail may not be kept beside it.
// Errors: unavailable with the field ports::kScannerAway.
[[nodiscard]] Result<std::vector<FileMarks>> check_files(const MailChecks& checks,
                                                         std::vector<mime::Attachment>& files,
                                                         ScannerAway away, bool& touched);

// JSON of the two, for the cells.
[[nodiscard]] std::string to_json(const core::MailTrust& trust);
[[nodiscard]] std::string with_marks(std::string_view description, const FileMarks& marks);
[[nodiscard]] FileMarks marks_in(std::string_view description);
[[nodiscard]] core::MailTrust trust_in(std::string_view headers);

}  // namespace lethe::app
