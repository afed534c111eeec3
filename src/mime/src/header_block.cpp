#include "header_block.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::mime {
namespace {

struct NamedField {
  std::string_view name;
  Field field;
};
constexpr auto kFields = std::to_array<NamedField>({
    {"bcc", Field::bcc},
    {"cc", Field::cc},
    {"content-disposition", Field::content_disposition},
    {"content-id", Field::content_id},
    {"content-transfer-encoding", Field::content_transfer_encoding},
    {"content-type", Field::content_type},
    {"date", Field::date},
    {"from", Field::from},
    {"in-reply-to", Field::in_reply_to},
    {"message-id", Field::message_id},
    {"references", Field::references},
    {"reply-to", Field::reply_to},
    {"return-path", Field::return_path},
    {"sender", Field::sender},
    {"subject", Field::subject},
    {"to", Field::to},
});

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// The length of "name" in "name: value", blanks before the colon allowed (RFC
// 5322, 4.5); 0 when the line is no field.
std::size_t name_length(std::string_view line) {
  constexpr std::size_t kNameMax = 1000;
  std::size_t i = 0;
  while (i < line.size() && i < kNameMax && static_cast<unsigned char>(line[i]) > ' ' &&
         line[i] != ':' && line[i] != 0x7F) {
    ++i;
  }
  std::size_t colon = i;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  return colon < line.size() && line[colon] == ':' ? i : 0;
}

// A field that mails have, as against "Note: call back" in a body.
bool is_usual_field(std::string_view line) {
  const std::string_view name = line.substr(0, name_length(line));
  if (name.empty()) return false;
  if (field_of(name) != Field::other) return true;
  constexpr auto kUsual = std::to_array<std::string_view>(
      {"received", "mime-version", "delivered-to", "x-", "content-", "list-", "dkim-", "arc-",
       "authentication-results", "precedence", "user-agent", "organization", "resent-",
       "importance", "thread-", "auto-submitted", "errors-to", "status", "lines"});
  return std::ranges::any_of(kUsual, [name](std::string_view usual) {
    return starts_with_ignoring_ascii_case(name, usual);
  });
}

}  // namespace

Field field_of(std::string_view name) noexcept {
  for (const NamedField& known : kFields) {
    if (known.name.size() == name.size() && equals_ignoring_ascii_case(known.name, name))
      return known.field;
  }
  return Field::other;
}

HeaderBlock::HeaderBlock(const Lines& lines, std::size_t begin, Place place,
                         IsDelimiter is_delimiter)
    : lines_(lines), at_(begin), is_delimiter_(std::move(is_delimiter)) {
  if (place == Place::start_of_mail) skip_mail_prefix();
}

void HeaderBlock::skip_mail_prefix() {
  if (lines_.raw().starts_with("\xEF\xBB\xBF")) at_ = 3;
  std::size_t begin = at_;
  bool skipped = false;
  while (begin < lines_.size()) {
    const std::size_t stop = lines_.stop(begin);
    const std::string_view line = lines_.text(begin, stop);
    const bool from_line = line.starts_with("From ") || line.starts_with(">From ");
    if (from_line && name_length(line) == 0) {
      at_ = lines_.after(stop);
    } else if (!is_blank_line(line)) {
      // Blank lines count as prefix only if a header follows them.
      if (skipped && is_usual_field(line)) at_ = begin;
      return;
    }
    skipped = true;
    begin = lines_.after(stop);
  }
}

std::size_t HeaderBlock::stop_with_continuations(std::size_t stop) const {
  while (true) {
    const std::size_t next = lines_.after(stop);
    if (next >= lines_.size() || !is_blank(lines_.raw()[next])) return stop;
    const std::size_t next_stop = lines_.stop(next);
    if (is_blank_line(lines_.text(next, next_stop))) {
      // A line of blanks is a fold if the header visibly goes on, else the end.
      const std::size_t third = lines_.after(next_stop);
      const bool goes_on =
          third < lines_.size() &&
          (is_blank(lines_.raw()[third]) || is_usual_field(lines_.raw().substr(third, 80)));
      if (!goes_on) return stop;
    }
    stop = next_stop;
  }
}

bool HeaderBlock::is_junk_inside_headers(std::size_t next_line) const {
  return next_line < lines_.size() &&
         is_usual_field(lines_.text(next_line, std::min(lines_.stop(next_line), next_line + 80)));
}

std::optional<RawField> HeaderBlock::next() {
  if (at_ >= lines_.size()) return std::nullopt;
  const std::size_t begin = at_;
  const std::size_t stop = lines_.stop(begin);
  const std::string_view line = lines_.text(begin, stop);
  if (is_blank_line(line)) {
    at_ = lines_.after(stop);
    return std::nullopt;
  }
  if (line.starts_with("--") && is_delimiter_(line)) return std::nullopt;

  const std::size_t name = name_length(line);
  if (name == 0) {
    const std::size_t next_line = lines_.after(stop);
    // A stray line between headers is kept as a field without a name. Anything
    // else that is no field is the body, whose blank line was forgotten.
    if (line.starts_with("--") || !is_junk_inside_headers(next_line)) return std::nullopt;
    at_ = next_line;
    return RawField{.name = {begin, 0}, .value = {begin, line.size()}};
  }
  const std::size_t colon = lines_.raw().find(':', begin + name);
  const std::size_t last = stop_with_continuations(stop);
  at_ = lines_.after(last);
  const std::size_t value = colon + 1;
  const std::size_t end = std::max(value, lines_.text(begin, last).size() + begin);
  return RawField{.name = {begin, name}, .value = {value, end - value}};
}

}  // namespace lethe::mime
