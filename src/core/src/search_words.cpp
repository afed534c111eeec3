#include "lethe/core/search_words.h"

#include <algorithm>
#include <set>

#include "lethe/base/text.h"
#include "mail_text.h"
#include "search_tokens.h"

namespace lethe::core {
namespace {

constexpr std::size_t kWordsScannedMax =
    500'000;  // of one field; what comes later is found by no search
constexpr std::size_t kAddressesMax = 2'000;
constexpr std::size_t kQueryTermsMax = 16;
constexpr std::size_t kQueryBytesMax = 1'000;

bool has_prefixes(SearchFieldKind kind) { return kind != SearchFieldKind::body; }

std::string domain_of(std::string_view folded_address) {
  const std::size_t at = folded_address.find('@');
  return std::string(folded_address.substr(at + 1));
}

// Distinct words up to the bound of a document.
class Collector {
 public:
  [[nodiscard]] bool is_full() const noexcept { return words_.size() >= kWordsPerDocumentMax; }

  void add(WordKind kind, std::string text) {
    if (!is_full()) words_.insert({kind, std::move(text)});
  }

  void take(const SearchField& field) {
    for (const std::string_view address : mail_text::addresses_in(field.text, kAddressesMax)) {
      std::string text = folded(address);
      add(WordKind::domain, domain_of(text));
      add(WordKind::email, std::move(text));
    }
    for (search_tokens::Token& token : search_tokens::words_in(field.text, kWordsScannedMax)) {
      if (is_full()) return;
      if (!search_tokens::is_indexed(token.folded)) continue;
      if (has_prefixes(field.kind)) add_prefixes(token.folded);
      add(WordKind::word, std::move(token.folded));
    }
  }

  std::vector<SearchWord> finish() { return {words_.begin(), words_.end()}; }

 private:
  void add_prefixes(const std::string& word) {
    const std::size_t length = search_tokens::length_of(word);
    for (std::size_t chars = kPrefixCharsMin; chars <= kPrefixCharsMax && chars < length; ++chars)
      add(WordKind::prefix, std::string(search_tokens::first_of(word, chars)));
  }

  std::set<SearchWord> words_;
};

// --- Queries
// ----------------------------------------------------------------------------------------------

struct QuotePair {
  std::string_view open;
  std::string_view close;
};
constexpr QuotePair kQuotes[] = {{"\"", "\""}, {"„", "“"}, {"“", "”"}, {"«", "»"}, {"»", "«"}};

QueryTerm term_of_words(std::string_view text, QueryTerm::Kind kind) {
  QueryTerm term{.kind = kind, .words = {}};
  for (search_tokens::Token& token : search_tokens::words_in(text, kQueryBytesMax))
    term.words.push_back(std::move(token.folded));
  if (term.words.size() > 1) term.kind = QueryTerm::Kind::phrase;
  return term;
}

QueryTerm plain_term(std::string_view text) {
  const std::vector<std::string_view> addresses = mail_text::addresses_in(text, 1);
  if (!addresses.empty())
    return {.kind = QueryTerm::Kind::email, .words = {folded(addresses.front())}};
  if (text.size() > 1 && text.front() == '@')
    return {.kind = QueryTerm::Kind::domain, .words = {folded(text.substr(1))}};
  return term_of_words(text, QueryTerm::Kind::word);
}

// A term that the index cannot answer at all, a single letter, is left out.
bool is_useful(const QueryTerm& term) {
  if (term.words.empty()) return false;
  if (term.kind == QueryTerm::Kind::email || term.kind == QueryTerm::Kind::domain) return true;
  return std::ranges::any_of(
      term.words, [](const std::string& word) { return search_tokens::is_indexed(word); });
}

// Takes one term from the front of `rest`.
QueryTerm take_term(std::string_view& rest) {
  for (const QuotePair& quote : kQuotes) {
    if (!rest.starts_with(quote.open)) continue;
    const std::size_t begin = quote.open.size();
    const std::size_t end = rest.find(quote.close, begin);
    const std::string_view inside =
        rest.substr(begin, end == std::string_view::npos ? end : end - begin);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + quote.close.size());
    return term_of_words(inside, QueryTerm::Kind::phrase);
  }
  const std::size_t end = std::min(rest.find_first_of(" \t\r\n\""), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return plain_term(word);
}

// --- Checking a candidate
// ---------------------------------------------------------------------------------

struct FieldWords {
  SearchFieldKind kind;
  std::vector<search_tokens::Token> tokens;
  struct Address {
    std::string folded;
    Snippet::Mark place;
  };
  std::vector<Address> addresses;
};

FieldWords words_of_field(const SearchField& field) {
  FieldWords words{.kind = field.kind,
                   .tokens = search_tokens::words_in(field.text, kWordsScannedMax),
                   .addresses = {}};
  for (const std::string_view address : mail_text::addresses_in(field.text, kAddressesMax)) {
    const auto begin = static_cast<std::size_t>(address.data() - field.text.data());
    words.addresses.push_back({folded(address), {begin, begin + address.size()}});
  }
  return words;
}

bool word_matches(const std::string& word, const QueryTerm& term, SearchFieldKind kind) {
  const std::string& wanted = term.words.front();
  if (word == wanted) return true;
  const bool as_prefix = term.kind == QueryTerm::Kind::word && has_prefixes(kind);
  return as_prefix && word.starts_with(wanted) &&
         search_tokens::length_of(wanted) >= kPrefixCharsMin;
}

bool matches_at(const FieldWords& field, std::size_t at, const QueryTerm& term) {
  if (term.words.size() == 1) return word_matches(field.tokens[at].folded, term, field.kind);
  if (at + term.words.size() > field.tokens.size()) return false;
  for (std::size_t i = 0; i < term.words.size(); ++i)
    if (field.tokens[at + i].folded != term.words[i]) return false;
  return true;
}

bool address_matches(const std::string& address, const QueryTerm& term) {
  if (term.kind == QueryTerm::Kind::email) return address == term.words.front();
  return domain_of(address) == term.words.front();
}

// Where `term` stands in the field, at most `count_max` places.
std::vector<Snippet::Mark> places_of(const FieldWords& field, const QueryTerm& term,
                                     std::size_t count_max) {
  std::vector<Snippet::Mark> places;
  if (term.kind == QueryTerm::Kind::email || term.kind == QueryTerm::Kind::domain) {
    for (const FieldWords::Address& address : field.addresses)
      if (places.size() < count_max && address_matches(address.folded, term))
        places.push_back(address.place);
    return places;
  }
  for (std::size_t at = 0; at < field.tokens.size() && places.size() < count_max; ++at) {
    if (!matches_at(field, at, term)) continue;
    places.push_back({field.tokens[at].begin, field.tokens[at + term.words.size() - 1].end});
  }
  return places;
}

}  // namespace

std::vector<SearchWord> search_words(std::span<const SearchField> document) {
  Collector collector;
  for (const SearchField& field : document) collector.take(field);
  return collector.finish();
}

SearchQuery parse_search_query(std::string_view text) {
  SearchQuery query;
  std::string_view rest = clipped_utf8(text, kQueryBytesMax);
  while (query.terms.size() < kQueryTermsMax) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (rest.empty()) break;
    QueryTerm term = take_term(rest);
    if (is_useful(term)) query.terms.push_back(std::move(term));
  }
  return query;
}

std::vector<std::vector<SearchWord>> index_words(const SearchQuery& query) {
  std::vector<std::vector<SearchWord>> groups;
  for (const QueryTerm& term : query.terms) {
    if (term.kind == QueryTerm::Kind::email) {
      groups.push_back({{WordKind::email, term.words.front()}});
    } else if (term.kind == QueryTerm::Kind::domain) {
      groups.push_back({{WordKind::domain, term.words.front()}});
    } else if (term.kind == QueryTerm::Kind::word) {
      const std::string& word = term.words.front();
      groups.push_back({{WordKind::word, word}});
      if (search_tokens::length_of(word) >= kPrefixCharsMin)
        groups.back().push_back(
            {WordKind::prefix, std::string(search_tokens::first_of(word, kPrefixCharsMax))});
    } else {
      for (const std::string& word : term.words)
        if (search_tokens::is_indexed(word)) groups.push_back({{WordKind::word, word}});
    }
  }
  return groups;
}

bool matches(std::span<const SearchField> document, const SearchQuery& query) {
  std::vector<FieldWords> fields;
  for (const SearchField& field : document) fields.push_back(words_of_field(field));
  return std::ranges::all_of(query.terms, [&](const QueryTerm& term) {
    return std::ranges::any_of(
        fields, [&](const FieldWords& field) { return !places_of(field, term, 1).empty(); });
  });
}

std::vector<Snippet::Mark> find_terms(std::string_view text, const SearchQuery& query) {
  constexpr std::size_t kMarksMax = 100;
  const FieldWords field = words_of_field({SearchFieldKind::subject, text});
  std::vector<Snippet::Mark> marks;
  for (const QueryTerm& term : query.terms) {
    const std::vector<Snippet::Mark> places = places_of(field, term, kMarksMax);
    marks.insert(marks.end(), places.begin(), places.end());
  }
  std::ranges::sort(marks, {}, &Snippet::Mark::begin);
  std::vector<Snippet::Mark> apart;
  for (const Snippet::Mark& mark : marks)
    if (apart.empty() || mark.begin >= apart.back().end) apart.push_back(mark);
  return apart;
}

}  // namespace lethe::core
