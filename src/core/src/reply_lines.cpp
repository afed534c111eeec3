#include "reply_lines.h"

#include <algorithm>
#include <array>
#include <string>

#include "lethe/base/text.h"
#include "mail_text.h"
#include "reply_phrases.h"

namespace lethe::core::reply_lines {
namespace {

using mail_text::comparable;
using namespace reply_phrases;

constexpr std::size_t kIntroLinesMax = 5;
constexpr std::size_t kIntroBytesMax = 400;
constexpr std::size_t kDeviceBytesMax = 160;
// Some 30 bytes and a microsecond for each: no mail is to take seconds, or more than its size.
constexpr std::size_t kLinesMax = 100'000;

// Marks that show nothing: directions of writing, zero-width blanks, byte order marks. Mails in
// Arabic and Hebrew begin most of their lines with one.
constexpr auto kInvisible = std::to_array<std::string_view>(
    {"\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
     "\u202E", "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF", "\u00A0", "\u202F"});

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

bool is_header(std::string_view line) {
  const std::string_view bare = without_frame(line);
  std::size_t colon = bare.find(':');
  const std::size_t wide = bare.find("：");
  colon = std::min(colon, wide);
  if (colon == std::string_view::npos || colon == 0 || colon > 40) return false;
  std::string name = comparable(bare.substr(0, colon));
  while (name.ends_with('*') || name.ends_with('_') || name.ends_with(' ')) name.pop_back();
  name = visible(name);
  for (std::string_view fields = kFields; !fields.empty();) {
    const std::size_t end = std::min(fields.find('|'), fields.size());
    if (fields.substr(0, end) == name) return true;
    fields.remove_prefix(std::min(end + 1, fields.size()));
  }
  return false;
}

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

bool is_device_signature(std::string_view line) {
  const std::string_view bare = without_frame(line);
  if (bare.empty() || bare.size() > kDeviceBytesMax) return false;
  const std::string words = comparable(bare);
  if (is_sentence_about_sending(bare, words)) return false;
  return kDeviceStarts.is_start_of(words) || kDeviceAnywhere.is_in(words);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

// "On Wed, 14 Nov 2025 08:14:43 -0200 Jo <jo@x.eu> wrote" of programs that leave out the colon.
bool ends_with_writing(std::string_view words) {
  const std::size_t address = words.rfind('>');
  if (address == std::string_view::npos || words.find('@') > address || words.size() > 250)
    return false;
  const std::string_view verb = words.substr(address + 1);
  return verb.size() <= 24 && kWrote.is_in(verb) && kOn.is_start_of(words) &&
         has_clock_time(words.substr(0, address));
}

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
  if (!colon || !kWrote.is_in(words)) return false;
  const bool address = words.find('@') != std::string_view::npos;
  const bool dated =
      has_digit(words) && (kOn.is_start_of(words) || words.find(':') + 1 < words.size() ||
                           (words[0] >= '0' && words[0] <= '9'));
  return address || dated;
}

// Weaker than is_intro(): counts only right before a quote.
bool speaks_of_writing(std::string_view words) {
  if (!words.ends_with(':') && !words.ends_with("：")) return false;
  return kWrote.is_in(words) || (has_digit(words) && words.find('@') != std::string_view::npos);
}

// "4711", "#20-4711-b": an answer; with a time or a year in it perhaps the first line of an
// introduction.
bool is_bare_number(std::string_view words) {
  constexpr std::size_t kBytesMax = 24;
  return words.size() <= kBytesMax && has_digit(words) && !words.contains(' ') &&
         !has_clock_time(words) && !has_year(words);
}

bool may_begin_intro(std::string_view words) {
  return kOn.is_start_of(words) || has_digit(words.substr(0, 40)) ||
         words.find('@') != std::string_view::npos || words.find('<') != std::string_view::npos ||
         kWrote.is_in(words);
}

class Classifier {
 public:
  explicit Classifier(std::string_view body) : body_(body) { cut_lines(); }

  std::vector<Line> run() {
    bool in_code = false;
    const std::size_t told = std::min(lines_.size(), kLinesMax);
    for (std::size_t i = 0; i < told;) {
      if (text_of(i).starts_with("```")) in_code = !in_code && closes_later(i);
      if (in_code) {
        ++i;
        continue;
      }
      const std::size_t intro = intro_lines(i);
      for (std::size_t k = 0; k < intro; ++k) lines_[i + k].kind = Kind::intro;
      if (intro == 0) lines_[i].kind = kind_of(i);
      i += std::max<std::size_t>(intro, 1);
    }
    return std::move(lines_);
  }

 private:
  void cut_lines() {
    for (std::size_t at = 0; at < body_.size();) {
      const bool is_rest = lines_.size() == kLinesMax;
      const std::size_t end =
          is_rest ? body_.size() : std::min(body_.find('\n', at), body_.size() - 1) + 1;
      lines_.push_back({at, end, Kind::text});
      at = end;
    }
    for (std::size_t i = lines_.size(); i > 0; --i)
      if (text_of(i - 1).starts_with("```")) {
        last_fence_ = i - 1;
        break;
      }
  }

  std::string_view text_of(std::size_t i) const {
    return visible(body_.substr(lines_[i].begin, lines_[i].end - lines_[i].begin));
  }

  // A fence without its end is no code.
  bool closes_later(std::size_t i) const { return last_fence_ > i; }

  Kind kind_of(std::size_t i) const {
    const std::string_view line = text_of(i);
    if (line.empty()) return Kind::empty;
    if (is_quote(line)) return Kind::quote;
    if (line.starts_with('|') && i > 0 && follows_intro(i)) return Kind::quote;
    if (continues_quote(i, line)) return Kind::quote;
    if (is_delimiter(line)) return Kind::delimiter;
    if (is_header(line)) return Kind::header;
    if (is_device_signature(line)) return Kind::device;
    return Kind::text;
  }

  // The end of a quoted line that a program broke without marking it: the line above is long, its
  // sentence goes on, and this is the only such line.
  bool continues_quote(std::size_t i, std::string_view line) const {
    if (i == 0 || lines_[i - 1].kind != Kind::quote || line.front() < 'a' || line.front() > 'z')
      return false;
    const std::string_view above = text_of(i - 1);
    constexpr std::size_t kBrokenBytesMin = 70;
    if (above.size() < kBrokenBytesMin || std::string_view(".!?:;>)").contains(above.back()))
      return false;
    return i + 1 == lines_.size() || text_of(i + 1).empty() || text_of(i + 1).starts_with('>');
  }

  // "|" marks quotes only in mails that quote so: after an introduction or another such line.
  bool follows_intro(std::size_t i) const {
    while (i > 0 && lines_[i - 1].kind == Kind::empty) --i;
    return i > 0 && (lines_[i - 1].kind == Kind::intro || lines_[i - 1].kind == Kind::quote);
  }

  // How many lines from `i` on are one introduction; 0 when none begins here.
  std::size_t intro_lines(std::size_t i) const {
    const std::string_view first = text_of(i);
    if (first.empty() || first.size() > kIntroBytesMax || first.starts_with('>')) return 0;
    if (is_original_rule(first)) return 1;
    std::string words = comparable(first);
    if (is_intro(words) && !words.ends_with('<')) return 1;
    if (speaks_of_writing(words) && quote_follows(i)) return 1;
    if (says_when_before_old_mail(i, words)) return 1;
    if (!may_begin_intro(words) || later_line_begins(i, words)) return 0;
    std::size_t used = 1;
    for (std::size_t next = i + 1; next < lines_.size() && used < kIntroLinesMax; ++next) {
      const std::string_view line = text_of(next);
      // One blank line may stand before a broken address; a sentence that goes on after it is none.
      if (line.empty() &&
          (used > 1 || next + 1 >= lines_.size() || !text_of(next + 1).starts_with('<')))
        return 0;
      ++used;
      if (line.size() > 4 * kIntroBytesMax) return 0;
      if (line.starts_with("> ") && !line.ends_with(":")) return 0;
      words.append(line.empty() ? "" : " ").append(comparable(line));
      if (words.size() > kIntroBytesMax) return 0;
      if (!line.empty() && is_intro(words) && starts_like_intro(words)) return used;
    }
    return 0;
  }

  // Whether the introduction stands in the next line alone, and line `i` is the end of the text.
  bool later_line_begins(std::size_t i, std::string_view words) const {
    const bool is_number = is_bare_number(words);
    if (i + 1 >= lines_.size() || words.find_first_of("@<") != words.npos) return false;
    if (has_digit(words) && !is_number) return false;
    const std::string next = comparable(text_of(i + 1).substr(0, kIntroBytesMax));
    if (is_number && !(kOn.is_start_of(next) && has_clock_time(next) && has_year(next)))
      return false;
    return has_digit(next) && !next.starts_with('<') && !next.starts_with('"') && is_intro(next);
  }

  // "Am 20.06.25 um 16:20 schrieb Jo" without a colon, right above a quote or a header block.
  bool says_when_before_old_mail(std::size_t i, std::string_view words) const {
    if (!kOn.is_start_of(words) || !has_clock_time(words) || !kWrote.is_in(words)) return false;
    return quote_follows(i) ||
           (i + 2 < lines_.size() && is_header(text_of(i + 1)) && is_header(text_of(i + 2)));
  }

  bool quote_follows(std::size_t i) const {
    std::size_t next = i + 1;
    while (next < lines_.size() && next < i + 4 && text_of(next).empty()) ++next;
    return next < lines_.size() && text_of(next).starts_with('>');
  }

  // Several lines joined must begin like an introduction, or any two sentences would do.
  static bool starts_like_intro(std::string_view words) {
    const std::string_view start = words.substr(0, 60);
    return kOn.is_start_of(words) || (words[0] >= '0' && words[0] <= '9') ||
           start.find('<') != std::string_view::npos ||
           (has_digit(start) && start.find(',') != std::string_view::npos) || kWrote.is_in(start);
  }

  std::string_view body_;
  std::vector<Line> lines_;
  std::size_t last_fence_ = 0;
};

}  // namespace

std::vector<Line> classify_lines(std::string_view body) { return Classifier(body).run(); }

}  // namespace lethe::core::reply_lines
