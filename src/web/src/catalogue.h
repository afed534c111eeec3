// gettext catalogues (.po), read from the binary.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/web/language.h"

namespace lethe::web {

struct Translation {
  std::string plain;  // msgstr, or msgstr[0]
  std::string many;   // msgstr[1]; empty without plural
};
// By msgid, exactly.
using Catalogue = std::map<std::string, Translation, std::less<>>;

// Reads msgid, msgid_plural, msgstr, msgstr[0..1] with string escapes; comments, contexts and the
// header are skipped, fuzzy and obsolete entries left out. Errors: corrupt with the line.
[[nodiscard]] Result<Catalogue> parse_catalogue(std::string_view po);

// The catalogue built in for `language`; empty for English.
[[nodiscard]] const Catalogue& catalogue_of(Language language);

// The translation of `english`, or `english` itself.
[[nodiscard]] std::string_view translated(Language language, std::string_view english);

}  // namespace lethe::web
