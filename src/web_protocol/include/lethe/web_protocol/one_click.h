// One-click unsubscribing of mail: RFC 8058.
#pragma once

#include "lethe/web_protocol/message.h"

namespace lethe::web_protocol {

// Does `request` carry the pair of section 3.1, "List-Unsubscribe=One-Click", in a form of either
// type (section 3.2)? Other fields beside it do not matter. Anything else that is posted, an empty
// body included, was not sent by a mail program for its reader: scanners and mirrors post too.
[[nodiscard]] bool asks_one_click(const Request& request);

}  // namespace lethe::web_protocol
