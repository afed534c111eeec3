#include "reply_lines.h"

#include <algorithm>
#include <string>

#include "lethe/base/text.h"
#include "mail_text.h"
#include "reply_phrases.h"
#include "reply_words.h"

namespace lethe::core::reply_lines {
namespace {

using mail_text::comparable;
using namespace reply_phrases;

constexpr std::size_t kIntroLinesMax = 5;
// Some 30 bytes and a microsecond for each: no mail is to take seconds, or more than its size.
constexpr std::size_t kLinesMax = 100'000;

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
      if (intro > 0 && names_writer_above(i)) lines_[i - 1].kind = Kind::intro;
      lines_[i].tells_of_mail =
          lines_[i].kind == Kind::header ? tells_of_mail(text_of(i)) : text_of(i).contains('@');
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

  // "Jo Doe" alone above "<jo@x.eu> 於 2025年11月3日 寫道：": programs break long introductions.
  bool names_writer_above(std::size_t i) const {
    constexpr std::size_t kNameBytesMax = 80;
    if (i == 0 || lines_[i - 1].kind != Kind::text || !text_of(i).starts_with('<')) return false;
    const std::string_view name = text_of(i - 1);
    return name.size() <= kNameBytesMax && !std::string_view(".!?:;,").contains(name.back()) &&
           (i == 1 || lines_[i - 2].kind == Kind::empty);
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
    if (is_device_signature(line) && !goes_on(i, line)) return Kind::device;
    if (i > 0 && lines_[i - 1].kind == Kind::device && is_bare_link(line)) return Kind::device;
    return Kind::text;
  }

  // "sent by post last week and ..." in the middle of a sentence.
  bool goes_on(std::size_t i, std::string_view line) const {
    constexpr std::ptrdiff_t kBlanksMax = 5;
    return i > 0 && lines_[i - 1].kind == Kind::text && line.front() >= 'a' &&
           line.front() <= 'z' && std::ranges::count(line, ' ') > kBlanksMax;
  }

  static bool is_bare_link(std::string_view line) {
    return line.starts_with("http") && line.contains("://") && !line.contains(' ');
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
    if (first.empty() || first.size() > kIntroBytesMax) return 0;
    if (first.starts_with('>')) return is_framed_intro(first) && stands_alone(i) ? 1 : 0;
    if (is_original_rule(first) || (is_titled_rule(first) && fields_follow(i))) return 1;
    std::string words = comparable(first);
    if (is_intro(words) && !words.ends_with('<')) return 1;
    if (speaks_of_writing(words) && quote_follows(i)) return 1;
    if (says_when_before_old_mail(i, words)) return 1;
    if (names_sender_and_time(words) && quote_follows(i)) return 1;
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
    if (i + 1 >= lines_.size() || words.find_first_of("@<") != words.npos) return false;
    const std::string next = comparable(text_of(i + 1).substr(0, kIntroBytesMax));
    if (is_whole_intro(next)) return !is_head_of_date(words);
    const bool is_number = is_bare_number(words);
    if (has_digit(words) && !is_number) return false;
    if (is_number && !(kOn.is_start_of(next) && has_clock_time(next) && has_year(next)))
      return false;
    return has_digit(next) && !next.starts_with('<') && !next.starts_with('"') && is_intro(next);
  }

  // With its date and time: nothing above belongs to it, also "My number is 4711".
  static bool is_whole_intro(std::string_view words) {
    if (words.empty() || !is_intro(words)) return false;
    const bool begins_with_date = kOn.is_start_of(words) || (words[0] >= '0' && words[0] <= '9');
    return begins_with_date && has_clock_time(words) && has_date(words);
  }

  // "On Monday,"
  static bool is_head_of_date(std::string_view words) {
    constexpr std::size_t kBytesMax = 24;
    return kOn.is_start_of(words) && words.size() <= kBytesMax && words.ends_with(',');
  }

  // "Am 20.06.25 um 16:20 schrieb Jo" without a colon, right above a quote or a header block.
  bool says_when_before_old_mail(std::size_t i, std::string_view words) const {
    if (!kOn.is_start_of(words) || !has_clock_time(words) || !kWrote.is_in(words)) return false;
    return quote_follows(i) ||
           (i + 2 < lines_.size() && is_header(text_of(i + 1)) && is_header(text_of(i + 2)));
  }

  // No other quote around it: old text that nothing marks.
  bool stands_alone(std::size_t i) const {
    return (i == 0 || lines_[i - 1].kind != Kind::quote) && !quote_follows(i);
  }

  // Two fields of a header in the next few lines.
  bool fields_follow(std::size_t i) const {
    const std::size_t end = std::min(i + 5, lines_.size());
    std::size_t fields = 0;
    for (std::size_t next = i + 1; next < end; ++next) fields += is_header(text_of(next)) ? 1 : 0;
    return fields >= 2;
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
           start.find('<') != std::string_view::npos || has_clock_time(start) ||
           (has_digit(start) && start.find(',') != std::string_view::npos) || kWrote.is_in(start);
  }

  std::string_view body_;
  std::vector<Line> lines_;
  std::size_t last_fence_ = 0;
};

}  // namespace

std::vector<Line> classify_lines(std::string_view body) { return Classifier(body).run(); }

}  // namespace lethe::core::reply_lines
