#include "lethe/core/subject.h"

#include <algorithm>
#include <iterator>

#include "lethe/base/text.h"
#include "lethe/core/search_words.h"

namespace lethe::core {
namespace {

constexpr std::size_t kNumbersMax = 5;
constexpr std::size_t kDigitsMax = 12;
constexpr std::size_t kPrefixBytesMax = 40;

// As clients write them before the colon, in lower case: answers, then forwards.
constexpr std::string_view kPrefixes[] = {"re",          "aw",
                                          "antw",        "antwort",
                                          "sv",          "vs",
                                          "res",         "rif",
                                          "r",           "ref",
                                          "odp",         "ynt",
                                          "yan",         "atb",
                                          "ats",         "at",
                                          "vá",          "va",
                                          "hl",          "bls",
                                          "bal",         "ang",
                                          "svar",        "ha",
                                          "на",          "отв",
                                          "ответ",       "отг",
                                          "відп",        "απ",
                                          "ριφ",         "σχετ",
                                          "回复",        "回覆",
                                          "答复",        "答覆",
                                          "返信",        "회신",
                                          "답장",        "השב",
                                          "תגובה",       "رد",
                                          "ตอบ",         "trả lời",
                                          "fw",          "fwd",
                                          "wg",          "weiterleitung",
                                          "tr",          "trans",
                                          "rv",          "enc",
                                          "i",           "vb",
                                          "doorst",      "vl",
                                          "vid",         "vidarebefordrat",
                                          "videresendt", "pd",
                                          "ilt",         "fs",
                                          "fww",         "továbbítás",
                                          "prosl",       "pred",
                                          "ro",          "trs",
                                          "пер",         "пересл",
                                          "преп",        "πρθ",
                                          "转发",        "轉寄",
                                          "轉發",        "転送",
                                          "전달",        "הועבר",
                                          "إعادة توجيه", "terusan",
                                          "chuyển tiếp"};

// Folded once: every subject line is held against all of them.
const std::vector<std::string>& folded_prefixes() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> each;
    for (const std::string_view prefix : kPrefixes) each.push_back(folded(prefix));
    return each;
  }();
  return all;
}

bool is_prefix(std::string_view word) {
  const std::string lower = folded(trimmed(word));
  return !lower.empty() && std::ranges::find(folded_prefixes(), lower) != folded_prefixes().end();
}

// "Re[2]", "Re(2)", "Re^2", "Re2": without the count.
std::string_view without_count(std::string_view word) {
  std::string_view rest = word;
  while (!rest.empty() && std::string_view{"0123456789[]()^* "}.contains(rest.back())) {
    rest.remove_suffix(1);
  }
  return rest.empty() ? word : rest;
}

// Behind the colon of the first word, plain or full width; npos when there is none near.
std::size_t behind_colon(std::string_view line, std::size_t& word_end) {
  constexpr std::string_view kWide = "\xEF\xBC\x9A";
  const std::size_t plain = line.find(':');
  const std::size_t wide = line.find(kWide);
  word_end = std::min(plain, wide);
  if (word_end == std::string_view::npos || word_end > kPrefixBytesMax) {
    return std::string_view::npos;
  }
  return word_end + (plain < wide ? 1 : kWide.size());
}

// Takes one prefix or tag off the front; false when there is none.
bool strip_one(std::string_view& line) {
  line = trimmed(line);
  if (line.starts_with('[')) {
    const auto end = line.find(']');
    if (end == std::string_view::npos) return false;
    line.remove_prefix(end + 1);
    return true;
  }
  std::size_t word_end = 0;
  const std::size_t after = behind_colon(line, word_end);
  if (after == std::string_view::npos) return false;
  if (!is_prefix(without_count(line.substr(0, word_end)))) return false;
  line.remove_prefix(after);
  return true;
}

}  // namespace

std::string bare_subject(std::string_view subject) {
  while (strip_one(subject)) {
  }
  return folded(squeezed(subject));
}

bool says_something_else(std::string_view subject, std::string_view other) {
  const std::string one = bare_subject(subject);
  const std::string two = bare_subject(other);
  if (one.empty() || two.empty()) return false;
  return !one.contains(two) && !two.contains(one);
}

std::vector<std::int64_t> numbers_in_subject(std::string_view subject) {
  std::vector<std::int64_t> numbers;
  for (auto at = subject.find("[#"); at != std::string_view::npos && numbers.size() < kNumbersMax;
       at = subject.find("[#", at + 2)) {
    std::size_t end = at + 2;
    std::int64_t number = 0;
    while (end < subject.size() && end < at + 2 + kDigitsMax && subject[end] >= '0' &&
           subject[end] <= '9') {
      number = number * 10 + (subject[end] - '0');
      ++end;
    }
    if (number > 0 && end < subject.size() && subject[end] == ']') numbers.push_back(number);
  }
  return numbers;
}

}  // namespace lethe::core
