// The baseline of the mail benches: Postfix hands on by LMTP to a trivial sink.
#pragma once

#include <cstdint>
#include <optional>

#include "smtp_load.h"

namespace lethe::bench {

// Mails per second from the first connection until the last mail arrived at a sink in this program;
// Debian's Postfix with a queue of its own, warmed up. `make`'s recipient is in desk.example.
// Nothing where Postfix cannot run (see postfix.h). Gives up when it loses mails.
[[nodiscard]] std::optional<double> postfix_mails_per_second(const MailMaker& make,
                                                             std::int64_t mails);

}  // namespace lethe::bench
