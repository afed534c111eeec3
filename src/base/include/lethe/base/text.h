// Small text helpers that know UTF-8 and nothing about a language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lethe {

// True when `bytes` are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_valid_utf8(std::string_view bytes) noexcept;
// `text` with each ill-formed sequence replaced by U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
// At most `bytes_max` bytes, cut between code points.
[[nodiscard]] std::string_view clipped_utf8(std::string_view text, std::size_t bytes_max) noexcept;

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;  // ASCII white space
[[nodiscard]] std::string squeezed(
    std::string_view text);  // runs of white space -> one blank, trimmed
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_ascii_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool starts_with_ignoring_ascii_case(std::string_view text,
                                                   std::string_view prefix) noexcept;
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace lethe
