// Words of a text for the keyed index, and the check of a decrypted candidate against a query.
//
// The index holds keyed digests of these words and can answer only "has the word": phrases, the
// order of words and the snippet are decided here, on the text of a candidate. Both sides fold
// alike: NFKC, case, diacritics; words by ICU's word break, so Chinese, Japanese and Thai are split
// by dictionary.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

// Part of what the index is bound to: another version means rebuild before erasing (DESIGN section
// 4).
inline constexpr std::uint32_t kTokeniserVersion = 2;
inline constexpr std::size_t kWordCharsMin =
    2;  // one Han, Kana or Hangul character is a word as well
inline constexpr std::size_t kWordCharsMax = 64;  // longer ones are cut
inline constexpr std::size_t kWordsPerDocumentMax = 10'000;
inline constexpr std::size_t kPrefixCharsMin = 3;
inline constexpr std::size_t kPrefixCharsMax = 6;

enum class WordKind : std::uint8_t { word, prefix, email, domain };

struct SearchWord {
  WordKind kind = WordKind::word;
  std::string text;  // folded
  auto operator<=>(const SearchWord&) const = default;
};

enum class SearchFieldKind : std::uint8_t { body, subject, name, address };

// A parameter object: the view lives as long as the call.
struct SearchField {
  SearchFieldKind kind = SearchFieldKind::body;
  std::string_view text;
};

// The folded form used on both sides. "Straße" -> "strasse", "Ｃａｆé" -> "cafe".
[[nodiscard]] std::string folded(std::string_view text);

// Distinct words of a document, sorted. Prefixes only of names, addresses and subjects. Addresses
// found in any field give email and domain, and their pieces as words. Fields are served in the
// order given until the bound is reached: put subject and names first.
[[nodiscard]] std::vector<SearchWord> search_words(std::span<const SearchField> document);

// One term of a query: all words in a row. A single word without quotes also matches as a prefix
// where prefixes exist.
struct QueryTerm {
  enum class Kind : std::uint8_t { word, phrase, email, domain };
  Kind kind = Kind::word;
  std::vector<std::string> words;  // folded; email and domain: one
};

struct SearchQuery {
  std::vector<QueryTerm> terms;  // all must match
  [[nodiscard]] bool empty() const noexcept { return terms.empty(); }
};

// "quoted phrases", jo@x.eu, @x.eu, plain terms. Filters ("status:open") are for the caller to take
// out first. At most 16 terms of 1,000 bytes together count. Never fails: what is no word is left
// out.
[[nodiscard]] SearchQuery parse_search_query(std::string_view text);

// What to ask the index: every group must be found, of a group any word will do. Words of one
// letter are not in the index and not asked for, so a candidate may still fail matches().
[[nodiscard]] std::vector<std::vector<SearchWord>> index_words(const SearchQuery& query);

// The check of a decrypted candidate: every term occurs in some field.
[[nodiscard]] bool matches(std::span<const SearchField> document, const SearchQuery& query);

struct Snippet {
  struct Mark {
    std::size_t begin = 0;  // byte range in `text`
    std::size_t end = 0;
  };
  std::string text;  // a passage around the first match, white space squeezed, "…" where it was cut
  std::vector<Mark> marks;
};

// Where the terms stand in `text`, in order, without overlap, at most 100 of each: for
// highlighting.
[[nodiscard]] std::vector<Snippet::Mark> find_terms(std::string_view text,
                                                    const SearchQuery& query);

// At most about `chars_max` characters. Without a match: the beginning, no marks.
[[nodiscard]] Snippet snippet_of(std::string_view text, const SearchQuery& query,
                                 std::size_t chars_max = 160);

}  // namespace lethe::core
