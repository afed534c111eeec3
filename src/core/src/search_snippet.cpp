#include <algorithm>

#include "lethe/base/text.h"
#include "lethe/core/search_words.h"

namespace lethe::core {
namespace {

constexpr std::string_view kCut = "…";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// `chars` characters before `at`, moved on to the beginning of a word.
std::size_t start_before(std::string_view text, std::size_t at, std::size_t chars) {
  std::size_t start = at;
  while (start > 0 && chars > 0) {
    --start;
    if (starts_character(text[start])) --chars;
  }
  while (start > 0 && !starts_character(text[start])) --start;
  if (start == 0) return 0;
  const std::size_t blank = text.substr(0, at).find_first_of(" \n\t", start);
  return blank == std::string_view::npos ? start : blank + 1;
}

}  // namespace

Snippet snippet_of(std::string_view text, const SearchQuery& query, std::size_t chars_max) {
  const std::vector<Snippet::Mark> found = find_terms(text, query);
  const std::size_t first = found.empty() ? 0 : found.front().begin;
  std::size_t at = start_before(text, first, chars_max / 3);
  Snippet snippet;
  if (at > 0) snippet.text = kCut;
  auto mark = std::ranges::find_if(found, [&](const Snippet::Mark& m) { return m.begin >= at; });
  std::size_t chars = 0;
  bool blank = false;
  for (; at < text.size(); ++at) {
    if (is_blank(text[at])) {
      blank = !snippet.text.empty();
      continue;
    }
    if (starts_character(text[at]) && ++chars > chars_max) break;
    if (blank) {
      snippet.text += ' ';
      ++chars;
    }
    blank = false;
    if (mark != found.end() && at == mark->begin)
      snippet.marks.push_back({snippet.text.size(), snippet.text.size()});
    snippet.text += text[at];
    if (mark == found.end() || at < mark->begin) continue;
    snippet.marks.back().end = snippet.text.size();
    if (at + 1 == mark->end) ++mark;
  }
  if (at < text.size()) snippet.text += kCut;
  return snippet;
}

}  // namespace lethe::core
