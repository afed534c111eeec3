// Percent coding of URLs (RFC 3986) and of forms (WHATWG URL, application/x-www-form-urlencoded).
#pragma once

#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::web_protocol {

// Everything but unreserved characters becomes %XX: fits a path segment and a query value.
[[nodiscard]] std::string to_percent_encoded(std::string_view text);

enum class Plus { is_plus, is_blank };
// Strict: errors invalid_argument on a broken escape, NUL or ill-formed UTF-8.
[[nodiscard]] Result<std::string> parse_percent_encoded(std::string_view text, Plus plus);

}  // namespace lethe::web_protocol
