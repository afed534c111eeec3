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

}  // namespace lethe::app
