// The names of character sets: what mails say, what ICU calls it.
#pragma once

#include <string>
#include <string_view>

namespace lethe::mime {

// How a label's bytes are told apart from UTF-8 that was mislabelled.
enum class CharsetFamily { utf8, single_byte, multi_byte, thai, other };

struct Charset {
  std::string icu_name;           // empty: unknown label
  std::string icu_name_extended;  // tried when the first refuses; empty when none
  CharsetFamily family = CharsetFamily::other;
  bool iso_2022_jp = false;
};

// Letter case, quotes, blanks and glued parameters in `label` are ignored. The
// aliases are the WHATWG's (encoding.spec.whatwg.org): iso-8859-1 is read as
// windows-1252, gb2312 as gb18030, and so on.
[[nodiscard]] Charset charset_of(std::string_view label);

}  // namespace lethe::mime
