#include "catalogue.h"

#include <vector>

#include "embedded.h"
#include "lethe/base/assert.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

Result<std::string> parse_quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return fail(Errc::corrupt, "no quoted string");
  }
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return fail(Errc::corrupt, "escape at the end");
    out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
  }
  return out;
}

// One entry while it is read; `at` points to the string that continuation lines extend.
struct Entry {
  std::string id;
  std::string plural;
  Translation translation;
  std::string skipped;
  std::string* at = nullptr;
  bool fuzzy = false;
};

std::string* place_for(Entry& entry, std::string_view keyword) {
  if (keyword == "msgid") return &entry.id;
  if (keyword == "msgid_plural") return &entry.plural;
  if (keyword == "msgstr" || keyword == "msgstr[0]") return &entry.translation.plain;
  if (keyword == "msgstr[1]") return &entry.translation.many;
  if (keyword == "msgctxt") return &entry.skipped;
  return nullptr;
}

void keep(Catalogue& catalogue, Entry& entry) {
  if (!entry.id.empty() && !entry.fuzzy && !entry.translation.plain.empty()) {
    catalogue.insert_or_assign(std::move(entry.id), std::move(entry.translation));
  }
  entry = Entry{};
}

}  // namespace

Result<Catalogue> parse_catalogue(std::string_view po) {
  Catalogue catalogue;
  Entry entry;
  std::size_t number = 0;
  for (const std::string_view raw : split(po, '\n')) {
    ++number;
    const std::string_view line = trimmed(raw);
    if (line.starts_with("#~")) continue;
    if (line.empty()) {
      keep(catalogue, entry);
      continue;
    }
    if (line.starts_with('#')) {
      if (entry.at != nullptr) keep(catalogue, entry);
      if (line.starts_with("#,") && line.contains("fuzzy")) entry.fuzzy = true;
      continue;
    }
    const std::size_t quote = line.find('"');
    if (quote == std::string_view::npos) {
      return fail(Errc::corrupt, "catalogue line " + std::to_string(number));
    }
    if (const std::string_view keyword = trimmed(line.substr(0, quote)); !keyword.empty()) {
      if (keyword == "msgid" && entry.at != nullptr && entry.at != &entry.skipped)
        keep(catalogue, entry);
      entry.at = place_for(entry, keyword);
    }
    auto text = parse_quoted(line.substr(quote));
    if (!text || entry.at == nullptr) {
      return fail(Errc::corrupt, "catalogue line " + std::to_string(number));
    }
    *entry.at += *text;
  }
  keep(catalogue, entry);
  return catalogue;
}

const Catalogue& catalogue_of(Language language) {
  static const auto kCatalogues = [] {
    std::array<Catalogue, 3> all;
    for (const EmbeddedFile& file : embedded_catalogues()) {
      for (const Language each : {Language::de, Language::fr}) {
        if (file.name != std::string{code_of(each)} + ".po") continue;
        auto parsed = parse_catalogue(file.bytes);
        LETHE_ASSERT(parsed.has_value());
        all[static_cast<std::size_t>(each)] = *std::move(parsed);
      }
    }
    return all;
  }();
  return kCatalogues[static_cast<std::size_t>(language)];
}

std::string_view translated(Language language, std::string_view english) {
  const Catalogue& catalogue = catalogue_of(language);
  const auto at = catalogue.find(english);
  return at == catalogue.end() ? english : std::string_view{at->second.plain};
}

}  // namespace lethe::web
