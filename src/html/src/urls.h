// Which addresses a shown mail may name, and which pictures only count readers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lethe::html {

enum class UrlKind : std::uint8_t { refused, http, mailto, tel, cid };

struct CleanUrl {
  UrlKind kind = UrlKind::refused;
  std::string
      text;  // without the control characters and blanks that browsers skip; empty when refused
};

// `value` with entities decoded. Only absolute URLs; "//host/x" becomes https.
[[nodiscard]] CleanUrl clean_url(std::string_view value);

// Whether the picture at `url` is known to serve counting: open-tracking paths of mail services.
[[nodiscard]] bool is_tracker(std::string_view url);

// "%41" -> "A"; bad escapes stay.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace lethe::html
