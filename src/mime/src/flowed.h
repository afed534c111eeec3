// format=flowed (RFC 3676): soft line breaks joined, quotes and signature kept.
#pragma once

#include <string>
#include <string_view>

namespace lethe::mime {

enum class DelSp { no, yes };

// `text` has LF line ends.
[[nodiscard]] std::string unflowed(std::string_view text, DelSp delsp);

}  // namespace lethe::mime
