// Which part of a domain its owner registered, by the Public Suffix List as libpsl has it.
//
// The list is the newer one of the system's (Debian's package publicsuffix) and that which libpsl
// was built with. Private suffixes count: somebody.github.io is somebody's own.
#pragma once

#include <string>
#include <string_view>

namespace lethe::public_suffixes {

// The organisational domain of RFC 7489 section 3.2: the public suffix and one label more, lower
// case, in the form (A-labels or UTF-8) that `domain` has. The domain itself when it is a public
// suffix or has one label. A dot at the end is dropped.
[[nodiscard]] std::string organisation_of(std::string_view domain);

}  // namespace lethe::public_suffixes
