// Text encodings of bytes: hex, base64 (RFC 4648 sections 4 and 5), base32.
#pragma once

#include <string>
#include <string_view>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe {

// Lower case. parse_hex accepts both cases; errors: invalid_argument.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] Result<Bytes> parse_hex(std::string_view text);

// Standard alphabet with padding.
[[nodiscard]] std::string to_base64(ByteView bytes);
// Strict: padding required, no white space. Errors: invalid_argument.
[[nodiscard]] Result<Bytes> parse_base64(std::string_view text);

// URL-safe alphabet without padding, for links and cookies.
[[nodiscard]] std::string to_base64url(ByteView bytes);
[[nodiscard]] Result<Bytes> parse_base64url(std::string_view text);

// Lower-case RFC 4648 base32 without padding: survives MTAs that lower-case
// local parts (signed reply addresses). parse_base32 folds case.
[[nodiscard]] std::string to_base32(ByteView bytes);
[[nodiscard]] Result<Bytes> parse_base32(std::string_view text);

}  // namespace lethe
