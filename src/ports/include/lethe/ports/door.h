// The ways by which mail comes in.
#pragma once

#include <cstdint>

namespace lethe::ports {

// Stored as numbers: append, never change.
enum class Door : std::uint8_t { unknown = 0, smtp = 1, lmtp = 2, imap = 3, webhook = 4 };

}  // namespace lethe::ports
