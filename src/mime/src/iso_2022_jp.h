// Japanese mail: ISO-2022-JP as it is sent, with Microsoft's additions.
//
// Source: RFC 1468, RFC 1554 (-2), and what Outlook puts into it: NEC row 13,
// IBM extensions and half-width kana. ICU's converter refuses those, so the
// escapes are followed here and each run is handed on in a set ICU does know.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lethe::mime {

struct Iso2022Jp {
  std::string text;        // UTF-8
  std::size_t errors = 0;  // each one U+FFFD in `text`
};

[[nodiscard]] Iso2022Jp decode_iso_2022_jp(std::string_view bytes);

// `bytes` in the set ICU calls `icu_name`, nullopt when it refuses any.
// (Implemented beside the other ICU calls.)
struct Run {
  std::string text;
  bool ok = false;
};
[[nodiscard]] Run decode_run(std::string_view bytes, const char* icu_name);

}  // namespace lethe::mime
