// A full disk, told from other trouble that passes by itself.
#pragma once

#include <string_view>

namespace lethe {

// Error::field of an `unavailable` whose reason it is: SMTP says 452 to it (RFC 5321
// section 4.2.2).
inline constexpr std::string_view kDiskFull = "disk";

}  // namespace lethe
