// Which language somebody writes in, as far as one mail shows it.
//
// Sources: RFC 3282 (Content-Language, Accept-Language), BCP 47 (tags). Answers of ours go out in
// that language, so a wrong one is worse than none: short texts, texts in several languages, lists
// of names and numbers decide nothing, nor does a header that the text contradicts (mail programs
// send the language of their menus). The detector is CLD2; for the languages that we have texts in
// some of their most frequent words must be there as well, and few of the others'. Pure, total for
// any bytes; the first 512 bytes of a text are read, which is more than CLD2 needs to be sure and
// costs 40 us.
#pragma once

#include <string>
#include <string_view>

namespace lethe::core {

inline constexpr std::size_t kLanguageTextMax = 512;
// Of a mail, before its quotations are told from what is new: that takes time with every line.
inline constexpr std::size_t kLanguageMailMax = 16 * 1024;

// ISO 639 codes in lower case, "de"; empty when it is not sure. `text` is what somebody wrote
// themselves: no quotation, no signature.
[[nodiscard]] std::string language_of_text(std::string_view text);

struct LanguageEvidence {
  std::string_view content_language;  // the headers' values; empty when there is none
  std::string_view accept_language;
  std::string_view text;
};
// What headers and text agree on, or what one of them says alone; nothing when they differ.
[[nodiscard]] std::string language_of_mail(const LanguageEvidence& evidence);

}  // namespace lethe::core
