#include "lethe/core/reply_text.h"

#include <algorithm>

#include "lethe/base/text.h"
#include "reply_lines.h"

namespace lethe::core {
namespace {

using reply_lines::Kind;
using reply_lines::Line;

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
// New text of that many lines below a quotation is an answer, less is a signature.
constexpr std::size_t kAnswerBelowLinesMin = 7;
// What stands below a rule is a signature or legal notice unless it is longer.
constexpr std::size_t kSignatureLinesMax = 30;
// A signature and a legal notice, each below its rule; more are the parts of a text.
constexpr std::size_t kSignaturePartsMax = 2;

// Cuts the lines of a body down to what is new. Each step is one look over the kinds of the lines
// that are left; the steps follow the habits of mail programs, from the surest on.
class Cutter {
 public:
  explicit Cutter(std::vector<Line> lines)
      : lines_(std::move(lines)), parts_(lines_.size(), ReplyPart::fresh) {
    for (std::size_t i = 0; i < lines_.size(); ++i) left_.push_back(i);
  }

  std::vector<ReplyPart> run() {
    drop_leading_blanks();
    cut_at_delimiter();
    drop_each(Kind::device, ReplyPart::signature);
    if (!keep_answer_below()) {
      cut_at_intro_without_quote();
      cut_at_intro_with_quote();
      cut_quotes_at_end();
    }
    drop_each(Kind::intro, ReplyPart::quotation);
    cut_at_header_block();
    cut_quotes_at_end();
    if (!has(Kind::text)) std::ranges::fill(parts_, ReplyPart::fresh);
    return std::move(parts_);
  }

 private:
  Kind kind(std::size_t i) const { return lines_[left_[i]].kind; }
  bool is(std::size_t i, Kind wanted) const { return kind(i) == wanted; }
  bool has(Kind wanted) const {
    return std::ranges::any_of(left_, [&](std::size_t i) { return lines_[i].kind == wanted; });
  }

  void drop_leading_blanks() {
    const auto first =
        std::ranges::find_if(left_, [&](std::size_t i) { return lines_[i].kind != Kind::empty; });
    left_.erase(left_.begin(), first);
  }

  // Keeps the first `count` of the lines left.
  void keep_first(std::size_t count, ReplyPart rest) {
    std::size_t first = count;  // blank lines end the text above
    while (first < left_.size() && is(first, Kind::empty)) ++first;
    for (std::size_t i = first; i < left_.size(); ++i) parts_[left_[i]] = rest;
    left_.resize(count);
  }

  void drop_each(Kind unwanted, ReplyPart part) {
    for (const std::size_t i : left_)
      if (lines_[i].kind == unwanted) parts_[i] = part;
    std::erase_if(left_, [&](std::size_t i) { return lines_[i].kind == unwanted; });
  }

  std::size_t count(Kind wanted, std::size_t from) const {
    std::size_t found = 0;
    for (std::size_t i = from; i < left_.size(); ++i) found += is(i, wanted) ? 1 : 0;
    return found;
  }

  void cut_at_delimiter() {
    std::size_t text_before = 0;
    bool has_parts = false;  // then the rules below part the same text
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (is(i, Kind::text) || is(i, Kind::quote)) ++text_before;
      if (!is(i, Kind::delimiter)) continue;
      const Below what = text_before == 0 ? Below::text : below(i);
      has_parts = has_parts || (text_before > 0 && what == Below::text);
      if (what == Below::text || (has_parts && !stands_on_quotation(i))) {
        lines_[left_[i]].kind = Kind::text;
        continue;
      }
      const std::size_t quoted = first_quotation_after(i);
      keep_first(std::min(quoted, left_.size()), ReplyPart::quotation);
      return keep_first(i, ReplyPart::signature);
    }
  }

  enum class Below : std::uint8_t { text, signature, quotation };

  // Looks no farther than it must: a body of many rules is still read in linear time.
  Below below(std::size_t delimiter) const {
    std::size_t lines = 0;
    std::size_t parts = 0;
    for (std::size_t i = delimiter; i < left_.size() && lines <= kSignatureLinesMax; ++i) {
      if (begins_quotation(i)) return parts <= kSignaturePartsMax ? Below::quotation : Below::text;
      lines += is(i, Kind::empty) ? 0 : 1;
      parts += is(i, Kind::text) && is_below_rule(i) ? 1 : 0;
    }
    return lines <= kSignatureLinesMax && parts <= kSignaturePartsMax ? Below::signature
                                                                      : Below::text;
  }

  bool stands_on_quotation(std::size_t rule) const {
    std::size_t i = rule + 1;
    while (i < left_.size() && is(i, Kind::empty)) ++i;
    return i < left_.size() && begins_quotation(i);
  }

  bool is_below_rule(std::size_t i) const {
    while (i > 0 && is(i - 1, Kind::empty)) --i;
    return i > 0 && is(i - 1, Kind::delimiter);
  }

  bool begins_quotation(std::size_t i) const {
    if (is(i, Kind::intro) || is(i, Kind::quote)) return true;
    return is(i, Kind::header) && i + 2 < left_.size() && is(i + 1, Kind::header);
  }

  std::size_t first_quotation_after(std::size_t from) const {
    while (from < left_.size() && !begins_quotation(from)) ++from;
    return from;
  }

  std::size_t last_beyond_text() const {
    std::size_t i = left_.size();
    while (i > 0 && (is(i - 1, Kind::text) || is(i - 1, Kind::empty))) --i;
    return i == 0 ? kNone : i - 1;
  }

  // A quotation first, then nothing but text: the answer stands below.
  bool keep_answer_below() {
    const std::size_t last = last_beyond_text();
    const bool opens = !left_.empty() && (is(0, Kind::intro) || header_block_end(0) > 0);
    if (last == kNone || last == 0 || !opens) return false;
    std::size_t answer = last + 1;
    while (answer < left_.size() && !is(answer, Kind::text)) ++answer;
    if (answer == left_.size()) return false;
    for (std::size_t i = 0; i <= last; ++i)
      if (is(i, Kind::text)) return false;
    for (std::size_t i = 0; i < answer; ++i) parts_[left_[i]] = ReplyPart::quotation;
    left_.erase(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(answer));
    return true;
  }

  // The text line before the introduction at `intro`, blank lines between; kNone when there is
  // none.
  std::size_t text_before(std::size_t intro) const {
    std::size_t i = intro;
    while (i > 0 && is(i - 1, Kind::empty)) --i;
    return i > 0 && is(i - 1, Kind::text) ? i - 1 : kNone;
  }

  // An introduction without quote marks after it: the whole old mail follows.
  void cut_at_intro_without_quote() {
    std::size_t first = 0;
    for (std::size_t i = 0; i < left_.size(); ++i)
      if (is(i, Kind::quote)) first = i;
    for (std::size_t i = first; i < left_.size(); ++i) {
      if (!is(i, Kind::intro) || text_before(i) == kNone) continue;
      return keep_first(text_before(i) + 1, ReplyPart::quotation);
    }
  }

  // An introduction with its quote, and at most a signature below.
  void cut_at_intro_with_quote() {
    const std::size_t last = last_beyond_text();
    if (last == kNone || count(Kind::text, last) >= kAnswerBelowLinesMin) return;
    std::size_t first = last + 1;
    while (first > 0 && !is(first - 1, Kind::text)) --first;
    for (std::size_t i = first; i <= last; ++i) {
      if (!is(i, Kind::intro) || text_before(i) == kNone) continue;
      return keep_first(text_before(i) + 1, ReplyPart::quotation);
    }
  }

  void cut_quotes_at_end() {
    std::size_t end = left_.size();
    while (end > 0 &&
           (is(end - 1, Kind::quote) || is(end - 1, Kind::intro) || is(end - 1, Kind::empty)))
      --end;
    if (end > 0 && end < left_.size() && is(end - 1, Kind::text))
      keep_first(end, ReplyPart::quotation);
  }

  // "From: Sent: To: Subject:", one after the other; a long value may go on in a line between.
  void cut_at_header_block() {
    std::vector<std::size_t> kept;
    bool has_text = false;
    for (std::size_t i = 0; i < left_.size();) {
      const std::size_t end = header_block_end(i);
      if (end == i) {
        has_text = has_text || is(i, Kind::text);
        kept.push_back(left_[i++]);
        continue;
      }
      // Below text the whole old mail follows.
      const std::size_t old_end = has_text ? left_.size() : end;
      for (; i < old_end; ++i) parts_[left_[i]] = ReplyPart::quotation;
    }
    left_ = std::move(kept);
  }

  // Behind the block of at least three fields, one with an address or a time of day, that begins at
  // `from`; `from` when none begins there.
  std::size_t header_block_end(std::size_t from) const {
    std::size_t fields = 0;
    std::size_t end = from;
    bool tells_of_mail = false;
    for (std::size_t i = from; i < left_.size() && i <= end + 1; ++i) {
      tells_of_mail = tells_of_mail || lines_[left_[i]].tells_of_mail;
      if (is(i, Kind::header)) {
        ++fields;
        end = i + 1;
      } else if (i > from && is(i, Kind::empty) && i + 1 < left_.size() &&
                 is(i + 1, Kind::header)) {
        end = i + 1;  // programs that turn HTML into text set each field apart
      } else if (i == from || !is(i, Kind::text)) {
        break;
      }
    }
    return fields >= 3 && tells_of_mail ? end : from;
  }

  std::vector<Line> lines_;
  std::vector<ReplyPart> parts_;
  std::vector<std::size_t> left_;  // indices of the lines that are still new text
};

}  // namespace

std::vector<ReplySegment> split_reply(std::string_view body) {
  const std::vector<Line> lines = reply_lines::classify_lines(body);
  const std::vector<ReplyPart> parts = Cutter(lines).run();
  std::vector<ReplySegment> segments;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!segments.empty() && segments.back().part == parts[i])
      segments.back().end = lines[i].end;
    else
      segments.push_back({parts[i], lines[i].begin, lines[i].end});
  }
  return segments;
}

std::string new_text_of(std::string_view body) { return new_text_of(body, split_reply(body)); }

std::string new_text_of(std::string_view body, std::span<const ReplySegment> segments) {
  std::string text;
  for (const ReplySegment& segment : segments)
    if (segment.part == ReplyPart::fresh)
      text += body.substr(segment.begin, segment.end - segment.begin);
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return std::string(body);
  text.resize(end + 1);
  return text;
}

}  // namespace lethe::core
