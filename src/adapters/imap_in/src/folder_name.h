// Names of IMAP folders, as people type them and as the protocol says them.
#pragma once

#include <string>
#include <string_view>

namespace lethe::imap_in {

// Modified UTF-7, RFC 3501 section 5.1.3: "Rückfragen" is R&APw-ckfragen and "A & B" is A &- B.
// What is written so already, as some settings pages of mail services show it, stays as it is.
[[nodiscard]] std::string folder_on_the_wire(std::string_view folder);

}  // namespace lethe::imap_in
