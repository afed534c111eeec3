// The addresses that mails carry, where carriers were freer than the standards.
#pragma once

#include <string_view>

#include "lethe/core/address.h"

namespace lethe::core {

// As EmailAddress::parse(), and dots in odd places ("ann..b.@carrier.example", RFC 5322 allows them
// in quotes only) are read as if the quotes stood there, which is how such an address is answered.
// Errors: those of parse().
[[nodiscard]] Result<EmailAddress> parse_mailed_address(std::string_view text);

}  // namespace lethe::core
