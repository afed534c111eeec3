#include "lethe/core/mail_language.h"

#include <cld2/public/compact_lang_det.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr int kTextBytesMin = 40;  // of letters; a sentence or two
constexpr int kShareMin = 90;      // of the text, in the language decided on
constexpr int kFrequentMin = 3;

struct Finding {
  std::string language;  // empty when unsure
  int bytes = 0;         // of letters
};

bool is_code(std::string_view code) {
  const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'a' && c <= 'z'; });
  return letters && (code.size() == 2 || code.size() == 3);
}

// Codes that were replaced, and regions and scripts cut off: "iw", "zh-Hant".
std::string plain_code(std::string_view code) {
  const std::string language = ascii_lower(code.substr(0, code.find('-')));
  if (language == "iw") return "he";
  if (language == "in") return "id";
  if (language == "jw") return "jv";
  if (language == "nb" || language == "nn") return "no";
  static constexpr std::array<std::string_view, 6> kNone{"un", "und", "mul", "zxx", "mis", "xx"};
  const bool none = std::ranges::find(kNone, language) != kNone.end();
  return is_code(language) && !none ? language : std::string{};
}

// CLD2 looks a few bytes beyond the end of what it is given.
constexpr std::size_t kPadding = 32;

Finding detect(std::string_view text) {
  std::string padded{text};
  padded.append(kPadding, '\0');
  std::array<CLD2::Language, 3> languages{};
  std::array<int, 3> shares{};
  std::array<double, 3> scores{};
  Finding finding;
  bool reliable = false;
  int valid_bytes = 0;
  const CLD2::Language best = CLD2::ExtDetectLanguageSummaryCheckUTF8(
      padded.data(), static_cast<int>(text.size()), true, nullptr, 0, languages.data(),
      shares.data(), scores.data(), nullptr, &finding.bytes, &reliable, &valid_bytes);
  if (reliable && shares[0] >= kShareMin) finding.language = plain_code(CLD2::LanguageCode(best));
  return finding;
}

// ---- Words that hardly a sentence does without ----

constexpr std::string_view kEnglish[] = {
    "the",  "and",  "you",  "your",   "not",  "is",    "are",   "was",  "have", "has",  "for",
    "with", "this", "that", "please", "can",  "could", "would", "my",   "we",   "it",   "to",
    "of",   "in",   "on",   "do",     "does", "from",  "where", "when", "what", "thank"};
constexpr std::string_view kGerman[] = {
    "der",  "die",  "das", "und",  "ich",   "ist",    "nicht", "sie",   "ihr",  "ihre",
    "mit",  "für",  "ein", "eine", "einen", "es",     "wir",   "haben", "habe", "auf",
    "zu",   "den",  "dem", "im",   "bitte", "können", "kann",  "wo",    "wie",  "wann",
    "noch", "auch", "mir", "mein", "meine", "bei",    "von"};
constexpr std::string_view kFrench[] = {
    "le",   "la",   "les", "et",    "je",  "vous",  "est", "pas", "une",    "un",    "des",
    "pour", "avec", "mon", "ma",    "mes", "votre", "vos", "que", "qui",    "dans",  "sur",
    "nous", "ne",   "ce",  "cette", "il",  "elle",  "au",  "du",  "pouvez", "merci", "où"};

// Of the languages that we have texts in.
struct FrequentWords {
  std::string_view language;
  std::span<const std::string_view> words;
};
constexpr std::array<FrequentWords, 3> kFrequent{
    {{"en", kEnglish}, {"de", kGerman}, {"fr", kFrench}}};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

std::set<std::string_view> words_of(std::string_view lower) {
  std::set<std::string_view> words;
  for (std::size_t at = 0; at < lower.size(); ++at) {
    const std::size_t begin = at;
    while (at < lower.size() && is_letter(lower[at])) ++at;
    words.insert(lower.substr(begin, at - begin));
  }
  return words;
}

// True unless words that a text of `language` has are missing, or another language's are many: a
// mail with the messages of a program in it, or in two languages.
bool words_agree(std::string_view text, std::string_view language) {
  const std::string lower = ascii_lower(text);
  const auto words = words_of(lower);
  const auto count = [&](const FrequentWords& frequent) {
    return std::ranges::count_if(frequent.words,
                                 [&](std::string_view word) { return words.contains(word); });
  };
  const auto own = std::ranges::find(kFrequent, language, &FrequentWords::language);
  if (own == kFrequent.end()) return true;
  const auto hits = count(*own);
  return hits >= kFrequentMin && std::ranges::none_of(kFrequent, [&](const FrequentWords& each) {
           const auto others = each.language == language ? 0 : count(each);
           return others >= kFrequentMin && others * 2 >= hits;
         });
}

// "de-AT, de;q=0.8": the first tag.
std::string first_tag(std::string_view value) {
  return plain_code(trimmed(value.substr(0, value.find_first_of(",;("))));
}

// A mail that says it is in several languages is for readers of each.
std::string language_of_headers(const LanguageEvidence& evidence) {
  if (evidence.content_language.empty()) return first_tag(evidence.accept_language);
  if (evidence.content_language.contains(',')) return {};
  return first_tag(evidence.content_language);
}

}  // namespace

std::string language_of_text(std::string_view text) {
  const std::string valid = to_valid_utf8(clipped_utf8(text, kLanguageTextMax));
  Finding whole = detect(valid);
  if (whole.language.empty() || whole.bytes < kTextBytesMin) return {};
  return words_agree(valid, whole.language) ? std::move(whole.language) : std::string{};
}

std::string language_of_mail(const LanguageEvidence& evidence) {
  std::string said = language_of_headers(evidence);
  std::string written = language_of_text(evidence.text);
  if (said.empty()) return written;
  return written.empty() || written == said ? said : std::string{};
}

}  // namespace lethe::core
