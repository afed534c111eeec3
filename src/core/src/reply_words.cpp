#include "reply_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "lethe/base/text.h"
#include "mail_text.h"
#include "reply_phrases.h"

namespace lethe::core::reply_lines {

using mail_text::comparable;
using namespace reply_phrases;

namespace {

constexpr std::size_t kDeviceBytesMax = 160;

// Marks that show nothing: directions of writing, zero-width blanks, byte order marks. Mails in
// Arabic and Hebrew begin most of their lines with one.
constexpr auto kInvisible = std::to_array<std::string_view>(
    {"\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
     "\u202E", "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF", "\u00A0", "\u202F"});

}  // namespace

// `line` without blanks, no-break blanks and invisible marks at both ends.
std::string_view visible(std::string_view line) {
  const auto is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  for (std::size_t before = line.size() + 1; line.size() < before;) {
    before = line.size();
    line = trimmed(line);
    if (line.empty() || !(is_wide(line.front()) || is_wide(line.back()))) break;
    for (const std::string_view mark : kInvisible) {
      if (line.starts_with(mark)) line.remove_prefix(mark.size());
      if (line.ends_with(mark)) line.remove_suffix(mark.size());
    }
  }
  return line;
}

namespace {

std::string_view without_frame(std::string_view line) {
  constexpr std::string_view kFrame = "*_<>([ \t\r\n)]\xC2\xA0";
  const std::size_t first = line.find_first_not_of(kFrame);
  if (first == std::string_view::npos) return {};
  const std::size_t last = line.find_last_not_of("*_ \t\r\n");
  return line.substr(first, last - first + 1);
}

// "—", "–––––", "────": nothing but one of the dashes and box lines beyond ASCII.
bool is_drawn_line(std::string_view line) {
  static constexpr auto kDashes =
      std::to_array<std::string_view>({"—", "–", "―", "─", "━", "═", "⸻", "＿", "－"});
  for (const std::string_view dash : kDashes) {
    if (!line.starts_with(dash)) continue;
    while (line.starts_with(dash)) line.remove_prefix(dash.size());
    return line.empty();
  }
  return false;
}

}  // namespace

bool is_delimiter(std::string_view line) {
  line = trimmed(line);
  if (line == "ᐧ" || is_drawn_line(line)) return true;
  if (line.size() < 2) return false;
  constexpr std::string_view kRules = "-_=*#~+";
  if (line.find_first_not_of("-_=*#~+ ") != std::string_view::npos) return false;
  return kRules.find(line.front()) != std::string_view::npos && line.size() <= 120;
}

// "> x", "Jo> x", "| x" is left to the caller.
bool is_quote(std::string_view line) {
  line = trimmed(line);
  const std::size_t mark = line.find('>');
  if (mark == std::string_view::npos || mark > 20) return false;
  if (mark == 0) return true;
  return std::ranges::all_of(line.substr(0, mark), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

namespace {

// "gesendet" of "*Gesendet:* Montag", comparable; empty when nothing stands before a colon.
std::string field_name_of(std::string_view line) {
  const std::string_view bare = without_frame(line);
  const std::size_t colon = std::min(bare.find(':'), bare.find("："));
  if (colon == std::string_view::npos || colon == 0 || colon > 40) return {};
  std::string name = comparable(bare.substr(0, colon));
  while (name.ends_with('*') || name.ends_with('_') || name.ends_with(' ')) name.pop_back();
  return std::string(visible(name));
}

bool is_one_of(std::string_view fields, std::string_view name) {
  while (!fields.empty()) {
    const std::size_t end = std::min(fields.find('|'), fields.size());
    if (fields.substr(0, end) == name) return true;
    fields.remove_prefix(std::min(end + 1, fields.size()));
  }
  return false;
}

}  // namespace

bool is_header(std::string_view line) {
  const std::string name = field_name_of(line);
  return !name.empty() && is_one_of(kFields, name);
}

bool tells_of_mail(std::string_view line) {
  if (line.contains('@')) return true;
  const std::string name = field_name_of(line);
  return !name.empty() &&
         (is_one_of(kSentFields, name) || (is_one_of(kFields, name) && has_clock_time(line)));
}

namespace {

// "Sent from my desk, which is easier than my phone.": devices and programs are written with a
// capital or a number, and the few that are not ("my mobile device") take few words.
bool is_sentence_about_sending(std::string_view line, std::string_view words) {
  constexpr std::string_view kStart = "sent from my ";
  if (!words.starts_with(kStart)) return false;
  const bool has_name = std::ranges::any_of(line.substr(1), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) > 0x7F;
  });
  return !has_name && std::ranges::count(words.substr(kStart.size()), ' ') >= 6;
}

// "Get Outlook for Android <https://...>" in any order of words; a sentence about the program has
// more words, or ends like one.
bool is_offer(std::string_view words) {
  const std::string_view said = trimmed(words.substr(0, words.find("http")));
  if (!said.contains("outlook") || (!said.contains("android") && !said.contains("ios")))
    return false;
  return std::ranges::count(said, ' ') <= 8 && !said.ends_with('.') && !said.ends_with('?') &&
         !said.ends_with('!') && kGet.is_in(words);
}

}  // namespace

bool is_device_signature(std::string_view line) {
  const std::string_view bare = without_frame(line);
  if (bare.empty() || bare.size() > kDeviceBytesMax) return false;
  const std::string words = comparable(bare);
  if (is_sentence_about_sending(bare, words)) return false;
  return kDeviceStarts.is_start_of(words) || kDeviceAnywhere.is_in(words) || is_offer(words);
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// Digits of Arabic and Persian dates count as well.
bool has_digit(std::string_view text) {
  if (std::ranges::any_of(text, is_digit)) return true;
  for (std::size_t at = text.find_first_of("\xD9\xDB"); at != std::string_view::npos;
       at = text.find_first_of("\xD9\xDB", at + 1)) {
    const unsigned next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    if (text[at] == '\xD9' ? next >= 0xA0 && next <= 0xA9 : next >= 0xB0 && next <= 0xB9)
      return true;
  }
  return false;
}

// "9:41", "18.30"
bool has_clock_time(std::string_view text) {
  for (std::size_t i = 1; i + 2 < text.size(); ++i) {
    const bool between = text[i] == ':' || text[i] == '.';
    if (between && is_digit(text[i - 1]) && is_digit(text[i + 1]) && is_digit(text[i + 2]))
      if (i + 3 == text.size() || !is_digit(text[i + 3])) return true;
  }
  return false;
}

// "2025", not as a part of something longer
bool has_year(std::string_view text) {
  for (std::size_t at = text.find("20"); at != std::string_view::npos; at = text.find("20", at + 1))
    if (at + 4 <= text.size() && is_digit(text[at + 2]) && is_digit(text[at + 3]) &&
        (at == 0 || !is_digit(text[at - 1])) && (at + 4 == text.size() || !is_digit(text[at + 4])))
      return true;
  return false;
}

bool has_date(std::string_view text) {
  if (has_year(text)) return true;
  char separator = '\0';  // of the last two numbers
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (is_digit(text[i])) continue;
    const bool joins =
        std::string_view("./-").contains(text[i]) && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (joins && separator == text[i]) return true;
    separator = joins ? text[i] : '\0';
  }
  return false;
}

bool is_bare_number(std::string_view words) {
  constexpr std::size_t kBytesMax = 24;
  return words.size() <= kBytesMax && has_digit(words) && !words.contains(' ') &&
         !has_clock_time(words) && !has_year(words);
}

namespace {

// Programs name a time or a year; a person who tells what somebody wrote on the 3rd does not.
bool has_full_date(std::string_view text) {
  const bool in_order = kOn.is_start_of(text) || is_digit(text.front());
  if (!in_order) return false;
  return has_clock_time(text) || has_year(text) || std::ranges::none_of(text, is_digit);
}

}  // namespace

// "-----Original Message-----", "*-------- ... --------*", "Begin forwarded message:"
bool is_original_rule(std::string_view line) {
  std::string_view bare = trimmed(line);
  while (bare.starts_with('*') || bare.starts_with('_')) bare.remove_prefix(1);
  const std::string words = comparable(bare.substr(0, 200));
  if (kOriginalWithoutRule.is_start_of(words)) return true;
  const bool ruled = bare.starts_with("--") || bare.starts_with("==") || bare.starts_with("__") ||
                     bare.starts_with("——");
  if (!ruled) return false;
  const bool ruled_below = words.ends_with("--");
  return kOriginal.is_in(words) || (kWrote.is_in(words) && (has_digit(words) || ruled_below));
}

namespace {

// "2016-03-03 17:21 GMT+01:00 Some One", "2013/7/20 Jo <jo@x.eu>"
bool is_dated_name(std::string_view words) {
  if (words.size() < 12 || words.size() > 200) return false;
  const bool year = words.starts_with("20") && words[2] >= '0' && words[2] <= '9' &&
                    words[3] >= '0' && words[3] <= '9';
  const bool date = year && (words[4] == '-' || words[4] == '/' || words[4] == '.') &&
                    words[5] >= '0' && words[5] <= '9';
  return date && (words.find(" gmt") != std::string_view::npos ||
                  words.find('@') != std::string_view::npos);
}

// "30.09.2025, 18.30, "Jo" <jo@x.eu>:" of programs that leave out the verb.
bool is_dated_address(std::string_view words) {
  const std::size_t at = words.rfind('@');
  if (at == std::string_view::npos || words.size() > 250 || !words.ends_with(">:")) return false;
  const std::string_view date = words.substr(0, std::min(words.find('<'), at));
  return has_clock_time(date) && has_year(date);
}

}  // namespace

// A sender and a full time in any language: "Missatge de Jo <jo@x.eu> del dia 3 nov. 2025 a les
// 9:41:". Counts before a colon, or right above a quote.
bool names_sender_and_time(std::string_view words) {
  return words.size() <= 250 && words.contains('@') && has_clock_time(words) &&
         (has_year(words) || kOn.is_start_of(words) || is_digit(words.front()));
}

namespace {

// "On Wed, 14 Nov 2025 08:14:43 -0200 Jo <jo@x.eu> wrote" of programs that leave out the colon.
bool ends_with_writing(std::string_view words) {
  const std::size_t address = words.rfind('>');
  if (address == std::string_view::npos || words.find('@') > address || words.size() > 250)
    return false;
  const std::string_view verb = words.substr(address + 1);
  return verb.size() <= 24 && kWrote.is_in(verb) && kOn.is_start_of(words) &&
         has_clock_time(words.substr(0, address));
}

}  // namespace

// `words`: one to five lines joined, comparable.
bool is_intro(std::string_view words) {
  while (words.starts_with('*') || words.starts_with('_') || words.starts_with('"'))
    words.remove_prefix(1);
  while (words.ends_with('*') || words.ends_with('_') || words.ends_with(' '))
    words.remove_suffix(1);
  const bool colon = words.ends_with(':') || words.ends_with("：") || words.ends_with(">:") ||
                     words.ends_with(": >");
  if (is_dated_name(words) &&
      (colon || words.ends_with('>') || words.find(" gmt") != std::string_view::npos))
    return true;
  if (is_dated_address(words) || ends_with_writing(words)) return true;
  if (colon && words.ends_with(':') && names_sender_and_time(words)) return true;
  if (!colon || !kWrote.is_in(words)) return false;
  const bool address = words.find('@') != std::string_view::npos;
  const bool dated =
      has_digit(words) && (has_full_date(words) || words.find(':') + 1 < words.size());
  return address || dated;
}

// Weaker than is_intro(): counts only right before a quote.
bool speaks_of_writing(std::string_view words) {
  if (!words.ends_with(':') && !words.ends_with("：")) return false;
  const bool address = words.find('@') != std::string_view::npos;
  return kWrote.is_in(words) || (address && (has_digit(words) || words.ends_with(">:")));
}

// ">>> Jo <jo@x.eu> 11/3/2025 9:41 AM >>>" of GroupWise, whose old text has no marks of its own.
bool is_framed_intro(std::string_view line) {
  constexpr std::string_view kFrame = ">>> ";
  if (!line.starts_with(kFrame) || line.size() > kIntroBytesMax) return false;
  const std::string words = comparable(trimmed(line.substr(kFrame.size())));
  if (words.empty()) return false;
  return words.ends_with(" >>>") ? has_clock_time(words) : is_intro(words);
}

// "----- Any words -----": what it says depends on the language, what stands below it tells.
bool is_titled_rule(std::string_view line) {
  constexpr std::size_t kTitleBytesMax = 120;
  if (line.size() > kTitleBytesMax || !line.starts_with("---") || !line.ends_with("---"))
    return false;
  const std::size_t first = line.find_first_not_of("- ");
  return first != std::string_view::npos && std::ranges::count(line.substr(first), ' ') <= 6;
}

bool may_begin_intro(std::string_view words) {
  return kOn.is_start_of(words) || has_digit(words.substr(0, 40)) ||
         words.find('@') != std::string_view::npos || words.find('<') != std::string_view::npos ||
         kWrote.is_in(words);
}

}  // namespace lethe::core::reply_lines
