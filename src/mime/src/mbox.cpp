#include "lethe/mime/mbox.h"

#include <algorithm>
#include <utility>

namespace lethe::mime {
namespace {

bool is_from_line(std::string_view line) { return line.starts_with("From "); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool holds_year(std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    const auto end = static_cast<std::size_t>(
        std::find_if_not(line.begin() + at, line.end(), is_digit) - line.begin());
    const bool is_year = line.substr(at).starts_with("19") || line.substr(at).starts_with("20");
    if (end - at == 4 && is_year) return true;
    at = end + 1;
  }
  return false;
}

bool holds_time(std::string_view line) {
  const auto digit = [&](std::size_t i) { return is_digit(line[i]); };
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    if (colon > 0 && colon + 2 < line.size() && digit(colon - 1) && digit(colon + 1) &&
        digit(colon + 2)) {
      return true;
    }
  }
  return false;
}

// Every writer puts a date there (RFC 4155, appendix A); "From Monday 10:30 on ..." in a body,
// which not every writer quotes, has no year.
bool holds_date(std::string_view line) { return holds_time(line) && holds_year(line); }

bool is_blank_line(std::string_view line) { return line == "\n" || line == "\r\n" || line.empty(); }

std::string_view unquoted(std::string_view line, MboxQuoting quoting) {
  if (quoting == MboxQuoting::none || !line.starts_with('>')) return line;
  const std::size_t marks = std::min(line.find_first_not_of('>'), line.size());
  if (!is_from_line(line.substr(marks))) return line;
  const bool counts = quoting == MboxQuoting::mboxrd || marks == 1;
  return counts ? line.substr(1) : line;
}

}  // namespace

MboxSplitter::MboxSplitter(MboxQuoting quoting, std::size_t mail_bytes_max)
    : quoting_(quoting), mail_bytes_max_(mail_bytes_max) {}

void MboxSplitter::feed(std::string_view chunk, std::vector<std::string>& out) {
  // No line that matters is longer: beyond this a line goes out in pieces.
  constexpr std::size_t kLineMax = std::size_t{1} << 16U;
  while (!chunk.empty()) {
    const std::size_t lf = chunk.find('\n');
    const std::size_t size = lf == std::string_view::npos ? chunk.size() : lf + 1;
    std::string_view piece = chunk.substr(0, size);
    chunk.remove_prefix(size);
    if (!partial_.empty()) {
      partial_ += piece;
      piece = partial_;
    }
    const bool whole = piece.ends_with('\n');
    if (!whole && piece.size() < kLineMax) {
      if (partial_.empty()) partial_ = piece;
      continue;
    }
    take_line(piece, out);
    line_is_long_ = !whole;
    partial_.clear();
  }
}

void MboxSplitter::take_line(std::string_view line, std::vector<std::string>& out) {
  if (line_is_long_) return append(line);
  const bool starts_mail = !in_mail_ || (blank_before_ && holds_date(line));
  if (is_from_line(line) && starts_mail) {
    if (in_mail_) out.push_back(take_mail());
    in_mail_ = true;
    blank_before_ = false;
    return;
  }
  const bool blank = is_blank_line(line);
  // Bytes before the first From_ line are a mail too: nothing gets lost.
  if (!in_mail_ && blank) return;
  in_mail_ = true;
  append(unquoted(line, quoting_));
  blank_before_ = blank;
}

void MboxSplitter::append(std::string_view line) {
  const std::size_t room = mail_bytes_max_ - std::min(mail_bytes_max_, mail_.size());
  mail_ += line.substr(0, room);
  if (line.size() > room) dropped_bytes_ += line.size() - room;
}

std::string MboxSplitter::take_mail() {
  std::string mail = std::exchange(mail_, {});
  // The blank line before the next From_ line belongs to the mbox.
  if (mail.ends_with("\r\n\r\n")) {
    mail.resize(mail.size() - 2);
  } else if (mail.ends_with("\n\n")) {
    mail.pop_back();
  }
  return mail;
}

std::optional<std::string> MboxSplitter::finish() {
  std::vector<std::string> ended;
  if (!partial_.empty()) {
    const std::string line = std::exchange(partial_, {});
    take_line(line, ended);
  }
  if (!ended.empty()) {  // a From_ line was the last thing there
    in_mail_ = false;
    return std::move(ended.front());
  }
  const bool any = std::exchange(in_mail_, false);
  blank_before_ = true;
  line_is_long_ = false;
  if (!any) return std::nullopt;
  return take_mail();
}

}  // namespace lethe::mime
