// Whether a Postfix lets mail be smuggled (CVE-2023-51764): what its main.cf sets, and what its
// version does where nothing is set.
//
// Sources: postconf(5), https://www.postfix.org/smtp-smuggling.html. smtpd_forbid_bare_newline is
// there since 3.9, 3.8.4, 3.7.9, 3.6.13 and 3.5.23 (yes, no), and "normalize" since 3.9, 3.8.5,
// 3.7.10, 3.6.14 and 3.5.24; its default is "normalize" since 3.9, and "no" before.
// smtpd_forbid_unauth_pipelining is there since 3.9, 3.8.1, 3.7.6, 3.6.10 and 3.5.20; its default
// is "yes" since 3.9. A Postfix ignores what it does not know.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "lethe/core/mail_setup.h"
#include "lethe/core/postfix_settings.h"

namespace lethe::core {

using PostfixVersion = std::array<int, 3>;  // {3, 7, 11}

// "3.7.11", "3.9"; of a snapshot ("3.10-20240612") or a candidate ("3.9.0-RC1") the numbers before
// the hyphen. Nothing when it is no version; numbers have at most four digits.
[[nodiscard]] std::optional<PostfixVersion> parse_postfix_version(std::string_view text);

// Without a version, what depends on it is said as such, and judged by the older ones.
[[nodiscard]] Findings judge_smuggling(const PostfixSettings& settings,
                                       std::optional<PostfixVersion> version);

}  // namespace lethe::core
