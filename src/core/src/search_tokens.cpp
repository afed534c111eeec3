#include "search_tokens.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>

#include "lethe/base/text.h"
#include "lethe/core/search_words.h"

namespace lethe::core {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Marks that people leave out when they type: accents, Hebrew points, Arabic vowel signs. Vowel
// signs of Indic scripts and Thai are letters to their readers and stay.
bool is_optional_mark(UChar32 c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05C7) ||
         (c >= 0x064B && c <= 0x065F) || c == 0x0670 || c == 0x0640;
}

// Letters with a stroke or ligature, which no normalisation form takes apart.
const char* plain_letters(UChar32 c) {
  switch (c) {
    case 0x00E6:
      return "ae";
    case 0x00F8:
      return "o";
    case 0x00F0:
    case 0x0111:
      return "d";
    case 0x00FE:
      return "th";
    case 0x0131:
      return "i";
    case 0x0142:
      return "l";
    case 0x0153:
      return "oe";
    case 0x0127:
      return "h";
    case 0x014B:
      return "n";
    default:
      return nullptr;
  }
}

const icu::Normalizer2* normalizer(const char* form, UNormalization2Mode mode) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* found = icu::Normalizer2::getInstance(nullptr, form, mode, error);
  return U_SUCCESS(error) != 0 ? found : nullptr;
}

icu::UnicodeString normalized(const icu::UnicodeString& text, const char* form,
                              UNormalization2Mode mode) {
  const icu::Normalizer2* how = normalizer(form, mode);
  if (how == nullptr) return text;
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString out = how->normalize(text, error);
  return U_SUCCESS(error) != 0 ? out : text;
}

icu::UnicodeString without_marks(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (is_optional_mark(c)) continue;
    if (const char* plain = plain_letters(c); plain != nullptr)
      out.append(icu::UnicodeString::fromUTF8(plain));
    else
      out.append(c);
  }
  return out;
}

}  // namespace

std::string folded(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  constexpr std::size_t kBytesMax = 16 * 1024 * 1024;  // ICU counts in 32 bits
  const std::string_view taken = clipped_utf8(text, kBytesMax);
  const auto source = icu::UnicodeString::fromUTF8(
      icu::StringPiece(taken.data(), static_cast<std::int32_t>(taken.size())));
  icu::UnicodeString apart =
      normalized(normalized(source, "nfkc_cf", UNORM2_COMPOSE), "nfc", UNORM2_DECOMPOSE);
  std::string out;
  normalized(without_marks(apart), "nfc", UNORM2_COMPOSE).toUTF8String(out);
  return out;
}

namespace search_tokens {
namespace {

struct CloseBreaker {
  void operator()(UBreakIterator* it) const noexcept { ubrk_close(it); }
};
struct CloseText {
  void operator()(UText* text) const noexcept { utext_close(text); }
};

// Scripts that are written without blanks between words.
bool runs_on(UChar32 c) {
  if (c < 0x0E00) return false;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(c, &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return c == 0x30FC;  // the long vowel mark belongs to both kana
  }
}

bool is_word_character(UChar32 c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return u_isalnum(c) != 0 || (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_LM_MASK)) != 0 ||
         c == 0x200C || c == 0x200D;
}

UChar32 next_character(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) {
    ++at;
    return first;
  }
  UChar32 c = 0;
  auto i = static_cast<std::int64_t>(at);
  U8_NEXT(text.data(), i, static_cast<std::int64_t>(text.size()), c);
  at = static_cast<std::size_t>(i);
  return c;
}

class Cutter {
 public:
  Cutter(std::string_view text, std::size_t count_max) : text_(text), count_max_(count_max) {}

  std::vector<Token> run() {
    std::size_t at = 0;
    while (at < text_.size() && tokens_.size() < count_max_) {
      std::size_t begin = at;
      if (!is_word_character(next_character(text_, at))) continue;
      at = begin;
      take_run(at);
    }
    return std::move(tokens_);
  }

 private:
  // One run of word characters from `at` on.
  void take_run(std::size_t& at) {
    const std::size_t begin = at;
    bool unspaced = false;
    while (at < text_.size()) {
      std::size_t next = at;
      const UChar32 c = next_character(text_, next);
      if (!is_word_character(c)) break;
      unspaced |= runs_on(c);
      at = next;
    }
    if (unspaced)
      cut_by_dictionary(begin, at);
    else
      add(begin, at);
  }

  void cut_by_dictionary(std::size_t begin, std::size_t end) {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UText, CloseText> run(utext_openUTF8(
        nullptr, text_.data() + begin, static_cast<std::int64_t>(end - begin), &error));
    if (breaker_ == nullptr) breaker_.reset(ubrk_open(UBRK_WORD, "", nullptr, 0, &error));
    if (U_FAILURE(error) != 0) return add(begin, end);
    ubrk_setUText(breaker_.get(), run.get(), &error);
    if (U_FAILURE(error) != 0) return add(begin, end);
    std::int32_t from = ubrk_first(breaker_.get());
    for (std::int32_t to = ubrk_next(breaker_.get()); to != UBRK_DONE;
         to = ubrk_next(breaker_.get())) {
      add(begin + static_cast<std::size_t>(from), begin + static_cast<std::size_t>(to));
      from = to;
    }
  }

  void add(std::size_t begin, std::size_t end) {
    if (tokens_.size() >= count_max_) return;
    std::string word = folded(first_of(text_.substr(begin, end - begin), kWordCharsMax));
    if (!word.empty()) tokens_.push_back({std::move(word), begin, end});
  }

  std::string_view text_;
  std::size_t count_max_;
  std::vector<Token> tokens_;
  std::unique_ptr<UBreakIterator, CloseBreaker> breaker_;
};

}  // namespace

std::vector<Token> words_in(std::string_view text, std::size_t count_max) {
  return Cutter(text, count_max).run();
}

bool is_indexed(std::string_view folded_word) {
  if (folded_word.empty()) return false;
  std::size_t at = 0;
  const UChar32 first = next_character(folded_word, at);
  if (at < folded_word.size()) return true;
  return runs_on(first) || (first >= 0xAC00 && first <= 0xD7A3);
}

std::size_t length_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view first_of(std::string_view text, std::size_t chars) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool starts_character = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (starts_character && chars-- == 0) break;
    ++at;
  }
  return text.substr(0, at);
}

}  // namespace search_tokens
}  // namespace lethe::core
