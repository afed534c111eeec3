// lethe relay: mail in, ticket in the chosen system out, nothing kept.
#pragma once

#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

// Runs until SIGTERM or SIGINT. Errors: not_found and invalid_argument (the
// configuration), busy (another relay has the state), unavailable (the limit on
// locked memory, an address in use, the disk).
[[nodiscard]] Status relay(const std::string& config_file);

// Prints the reply address of a Freshdesk ticket for its requester.
[[nodiscard]] Status print_reply_address(const std::string& config_file, std::int64_t ticket,
                                         const std::string& requester);

}  // namespace lethe::cli
