// Content negotiation: which of our answers the client would rather have (RFC 9110 section 12.5).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace lethe::web_protocol {

// The best of `offers` ("text/html") for an Accept header; the first offer when the header is
// empty, nothing when none is acceptable. Ties go to the earlier offer.
[[nodiscard]] std::optional<std::string_view> best_media_type(
    std::string_view accept, const std::vector<std::string_view>& offers);

// The best of `offers` ("en", "de") for an Accept-Language header, by primary tag; the first offer
// when nothing fits, because a page in some language is better than none.
[[nodiscard]] std::string_view best_language(std::string_view accept_language,
                                             const std::vector<std::string_view>& offers);

// True when Accept-Encoding takes `coding` ("br", "gzip") with a weight above zero.
[[nodiscard]] bool accepts_encoding(std::string_view accept_encoding, std::string_view coding);

}  // namespace lethe::web_protocol
