// Redaction: a passage or a file of a message goes, the rest stays.
//
// Every cell of the touched content keys is sealed again under new keys, the
// redacted ones shortened; then the old keys are destroyed, with those of the
// raw copies of the ticket, and a certificate says so. An older backup cannot
// bring the passage back: its cells are under the destroyed key.
//
// Crash-safe like an erasure: from the moment the new cells are durable,
// run_due_erasures() finishes the rest.
#pragma once

#include <optional>
#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

// Stands in the place of what was there.
inline constexpr std::string_view kRedactionMark = "\u2588\u2588\u2588";

// Every occurrence of `passage` (1..10,000 bytes, as shown) in the message, in the ticket's subject
// and in quotations of it in other messages of the ticket. The message's HTML is dropped: it
// repeats the text in ways that cannot all be found. No retention clock moves.
// Errors: not_found (no such passage), erased, conflict (a hold), invalid_argument (field text).
[[nodiscard]] Result<core::ErasureId> redact_text(App& app, core::MessageId message,
                                                  std::string_view passage,
                                                  std::optional<core::AgentId> by);
// Errors: not_found, erased, conflict (a hold).
[[nodiscard]] Result<core::ErasureId> redact_attachment(App& app, core::AttachmentId attachment,
                                                        std::optional<core::AgentId> by);

}  // namespace lethe::app
