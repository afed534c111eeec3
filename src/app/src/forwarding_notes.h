#pragma once

#include <string_view>

#include "lethe/core/ids.h"
#include "lethe/mime/message.h"
#include "lethe/ports/store.h"

namespace lethe::app {

// When `mail` is a forwarder's mail of confirmation, the mailbox's page shows it from now on.
[[nodiscard]] Status note_confirmation(ports::Writing& tx, const mime::Message& mail,
                                       std::string_view text, std::int64_t mailbox,
                                       core::MessageId message);

// Is this mailbox set up as one that another service forwards to: a test mail was sent on its way,
// or what is fetched for it is said to be forwarded?
[[nodiscard]] Result<bool> is_forwarded_to(const ports::Reading& tx, std::int64_t mailbox);

}  // namespace lethe::app
