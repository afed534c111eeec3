#include "tree.h"

#include <algorithm>
#include <optional>

#include "header_block.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "lines.h"
#include "part_head.h"
#include "warnings.h"

namespace lethe::mime {
namespace {

std::string_view right_trimmed(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// A multipart whose end has not come yet.
struct Open {
  std::uint32_t part = 0;
  std::string boundary;
  Span preamble;
  bool divided = false;  // a delimiter came
};

struct Delimiter {
  std::size_t begin = 0;  // of its line
  std::size_t after = 0;  // the line after
  std::size_t open = 0;   // index of the multipart it belongs to
  bool closes = false;
};

class TreeReader {
 public:
  explicit TreeReader(std::string_view raw) : lines_(raw) { tree_.segments.reserve(16); }

  Tree run() && {
    begin_part(0, 0, "text/plain");
    while (const auto delimiter = find_delimiter()) {
      end_region(lines_.before(delimiter->begin, at_));
      take_delimiter(*delimiter);
      if (tree_.parts.size() >= kPartsMax && !delimiter->closes) {
        keep_rest_as_one_part();
        break;
      }
      if (!delimiter->closes) begin_child();
    }
    finish();
    return std::move(tree_);
  }

 private:
  // ---- what a line means -------------------------------------------------
  // The innermost multipart whose delimiter `line` is; a line that opens one
  // and closes another belongs to the inner one.
  [[nodiscard]] std::optional<Delimiter> match(std::string_view line) const {
    const std::string_view mark = right_trimmed(line.substr(2));
    const bool dashes = mark.ends_with("--");
    const std::string_view ended = dashes ? right_trimmed(mark.substr(0, mark.size() - 2)) : mark;
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (mark == open_[i].boundary) return Delimiter{.open = i, .closes = false};
      if (dashes && ended == open_[i].boundary) return Delimiter{.open = i, .closes = true};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Delimiter> find_delimiter() const {
    if (open_.empty()) return std::nullopt;
    const std::string_view raw = lines_.raw();
    for (std::size_t begin = at_; begin < raw.size();) {
      const std::size_t stop = lines_.stop(begin);
      if (raw[begin] == '-' && begin + 1 < raw.size() && raw[begin + 1] == '-') {
        if (auto found = match(raw.substr(begin, stop - begin))) {
          found->begin = begin;
          found->after = lines_.after(stop);
          return found;
        }
      }
      begin = lines_.after(stop);
    }
    return std::nullopt;
  }

  // ---- regions: headers, bodies and what lies between them -----------------
  void emit(SegmentKind kind, std::uint32_t part, std::size_t end) {
    if (end == covered_) return;
    tree_.segments.push_back({.kind = kind, .part = part, .span = {covered_, end - covered_}});
    covered_ = end;
  }

  void end_region(std::size_t end) {
    const Span span{at_, end - at_};
    if (region_ == SegmentKind::body) tree_.parts[region_part_].body = span;
    if (region_ == SegmentKind::preamble) open_.back().preamble = span;
    emit(region_, region_part_, end);
  }

  void begin_region(SegmentKind kind, std::uint32_t part, std::size_t begin) {
    region_ = kind;
    region_part_ = part;
    at_ = begin;
  }

  void take_delimiter(const Delimiter& delimiter) {
    while (open_.size() > delimiter.open + 1) close_innermost(false);
    open_.back().divided = true;
    emit(SegmentKind::delimiter, open_.back().part, delimiter.after);
    at_ = delimiter.after;
    if (delimiter.closes) {
      const std::uint32_t part = open_.back().part;
      close_innermost(true);
      begin_region(SegmentKind::epilogue, part, delimiter.after);
    }
  }

  void close_innermost(bool ended) {
    const Open open = std::move(open_.back());
    open_.pop_back();
    if (!ended) warn(tree_.warnings, Warning::missing_end_boundary);
    Part& part = tree_.parts[open.part];
    part.damaged = !ended;
    if (open.divided) return;
    warn(tree_.warnings, Warning::bad_boundary);
    if (trimmed(open.preamble.of(lines_.raw())).empty()) return;
    // Nothing divides it: what it holds is shown as text.
    part.kind = PartKind::text;
    part.body = open.preamble;
    tree_.notes[open.part].undivided = true;
  }

  // ---- parts -----------------------------------------------------------------
  void begin_child() {
    const Part& parent = tree_.parts[open_.back().part];
    const bool digest = parent.type == "multipart/digest";
    const auto depth = static_cast<std::uint16_t>(parent.depth + 1);
    begin_part(open_.back().part, depth, digest ? "message/rfc822" : "text/plain");
  }

  void begin_part(std::uint32_t parent, std::uint16_t depth, std::string_view default_type) {
    const auto index = static_cast<std::uint32_t>(tree_.parts.size());
    const std::size_t begin = at_;
    const RawPartHead raw_head = read_headers(index == 0);
    PartHead head = read_part_head(raw_head, default_type);
    distrust_undivided_type(raw_head, default_type, head);
    note_warnings(head);
    if (head.multipart && head.boundary.empty()) {
      warn(tree_.warnings, Warning::bad_boundary);
      head.boundary = guessed_boundary();
    }

    Part part{.type = head.type,
              .charset = head.charset,
              .name = head.name,
              .content_id = head.content_id,
              .headers = {begin, at_ - begin},
              .body = {at_, 0},
              .parent = parent,
              .depth = depth,
              .kind = kind_of(head),
              .disposition = head.disposition};
    tree_.parts.push_back(std::move(part));
    tree_.notes.push_back(head.notes);
    emit(SegmentKind::headers, index, at_);
    open_or_leave(index, head);
  }

  void open_or_leave(std::uint32_t index, PartHead& head) {
    Part& part = tree_.parts[index];
    if (!head.multipart) return begin_region(SegmentKind::body, index, at_);
    if (part.depth >= kDepthMax) {
      warn(tree_.warnings, Warning::depth_truncated);
      part.kind = PartKind::attachment;
      return begin_region(SegmentKind::body, index, at_);
    }
    // Without a boundary only the outer delimiters can end it.
    if (head.boundary.empty()) {
      part.kind = PartKind::text;
      tree_.notes[index].undivided = true;
      return begin_region(SegmentKind::body, index, at_);
    }
    open_.push_back({.part = index, .boundary = std::move(head.boundary), .preamble = {}});
    begin_region(SegmentKind::preamble, index, at_);
  }

  static PartKind kind_of(const PartHead& head) {
    if (head.multipart) return PartKind::multipart;
    if (head.disposition == Disposition::attachment || !head.name.empty())
      return PartKind::attachment;
    if (head.type == "text/plain") return PartKind::text;
    return head.type == "text/html" ? PartKind::html : PartKind::attachment;
  }

  void note_warnings(const PartHead& head) {
    if (head.parameters_truncated) warn(tree_.warnings, Warning::parameters_truncated);
    if (head.name_changed) warn(tree_.warnings, Warning::unsafe_file_name);
    if (head.encrypted) warn(tree_.warnings, Warning::encrypted);
    if (head.is_signed) warn(tree_.warnings, Warning::signed_);
  }

  // Two types, the first a multipart: a delimiter and its blank line were lost
  // between them, unless the body does begin with the multipart's delimiter.
  void distrust_undivided_type(const RawPartHead& raw, std::string_view default_type,
                               PartHead& head) {
    if (!head.multipart || !raw.later_content_type) return;
    if (begins_divided(head.boundary)) return;
    RawPartHead later = raw;
    later.content_type = raw.later_content_type;
    head = read_part_head(later, default_type);
  }

  // The first line that says something is the delimiter, but for the notice to readers of old
  // ("This is a multi-part message in MIME format.").
  [[nodiscard]] bool begins_divided(std::string_view boundary) const {
    constexpr int kLinesTried = 20;
    std::size_t begin = at_;
    for (int i = 0; i < kLinesTried && begin < lines_.size(); ++i) {
      const std::size_t stop = lines_.stop(begin);
      const std::string_view line = right_trimmed(lines_.text(begin, stop));
      if (line.starts_with("--") && line.substr(2) == boundary) return true;
      const bool is_notice =
          line.contains("MIME") || line.contains("ulti-part") || line.contains("ultipart");
      if (!line.empty() && !is_notice) return false;
      begin = lines_.after(stop);
    }
    return false;
  }

  // A multipart that names no boundary: its first "--" line is it, if a header
  // of a part follows.
  [[nodiscard]] std::string guessed_boundary() const {
    constexpr int kLinesTried = 20;
    std::size_t begin = at_;
    for (int i = 0; i < kLinesTried && begin < lines_.size(); ++i) {
      const std::size_t stop = lines_.stop(begin);
      const std::string_view line = right_trimmed(lines_.text(begin, stop));
      const std::size_t next = lines_.after(stop);
      if (line.size() > 2 && line.size() < 200 && line.starts_with("--") &&
          starts_with_ignoring_ascii_case(lines_.raw().substr(next, 8), "content-")) {
        return std::string{line.substr(2)};
      }
      begin = next;
    }
    return {};
  }

  // ---- headers ---------------------------------------------------------------
  RawPartHead read_headers(bool of_mail) {
    HeaderBlock block{lines_, at_,
                      of_mail ? HeaderBlock::Place::start_of_mail : HeaderBlock::Place::inside,
                      [this](std::string_view line) { return match(line).has_value(); }};
    RawPartHead head;
    bool any = false;
    while (const auto field = block.next()) {
      any = true;
      const std::string_view value = field->value.of(lines_.raw());
      const Field known = field_of(field->name.of(lines_.raw()));
      take_part_field(known, value, head);
      if (of_mail) keep_field(known, *field);
    }
    at_ = block.body_begin();
    if (of_mail && !any) warn(tree_.warnings, Warning::no_headers);
    return head;
  }

  static void take_part_field(Field field, std::string_view value, RawPartHead& head) {
    const auto take = [value](std::optional<std::string_view>& slot) {
      if (!slot) slot = value;
    };
    if (field == Field::content_type && head.content_type) take(head.later_content_type);
    if (field == Field::content_type) take(head.content_type);
    if (field == Field::content_transfer_encoding) take(head.transfer_encoding);
    if (field == Field::content_disposition) take(head.disposition);
    if (field == Field::content_id) take(head.content_id);
  }

  // Fields beyond the bound are left out, but for the first of each that the
  // message is made of: a hundred thousand Received lines hide no Subject.
  void keep_field(Field known, const RawField& field) {
    constexpr std::size_t kAlwaysKept = std::size_t{64} << 10U;
    const std::size_t size = field.name.size + field.value.size + 4;
    const std::size_t left = kHeaderBytesMax - std::min(kHeaderBytesMax, header_bytes_);
    FieldNote note{.name = field.name, .value = field.value};
    if (size > left) {
      warn(tree_.warnings, Warning::headers_truncated);
      const auto bit = std::uint32_t{1} << static_cast<unsigned>(known);
      if (known == Field::other || (late_fields_ & bit) != 0) return;
      late_fields_ |= bit;
      note.value.size = std::min(note.value.size, std::max(left, kAlwaysKept));
    }
    header_bytes_ += size;
    tree_.fields.push_back(note);
  }

  // ---- the end ---------------------------------------------------------------
  void keep_rest_as_one_part() {
    warn(tree_.warnings, Warning::parts_truncated);
    const auto index = static_cast<std::uint32_t>(tree_.parts.size());
    const Part& parent = tree_.parts[open_.back().part];
    Part rest{.type = "application/octet-stream",
              .charset = {},
              .name = {},
              .content_id = {},
              .headers = {at_, 0},
              .body = {at_, 0},
              .parent = open_.back().part,
              .depth = static_cast<std::uint16_t>(parent.depth + 1),
              .kind = PartKind::attachment};
    tree_.parts.push_back(std::move(rest));
    tree_.notes.emplace_back();
    begin_region(SegmentKind::body, index, at_);
  }

  void finish() {
    end_region(lines_.size());
    if (region_ == SegmentKind::body && !open_.empty()) tree_.parts[region_part_].damaged = true;
    while (!open_.empty()) close_innermost(false);
  }

  Lines lines_;
  Tree tree_;
  std::vector<Open> open_;
  std::size_t at_ = 0;       // where the current region begins
  std::size_t covered_ = 0;  // segments reach to here
  SegmentKind region_ = SegmentKind::body;
  std::uint32_t region_part_ = 0;
  std::size_t header_bytes_ = 0;
  std::uint32_t late_fields_ = 0;
};

}  // namespace

Tree read_tree(std::string_view raw) { return TreeReader{raw}.run(); }

Transfer transfer_in_headers(std::string_view headers) {
  const Lines lines{headers};
  HeaderBlock block{lines, 0, HeaderBlock::Place::start_of_mail,
                    [](std::string_view) { return false; }};
  while (const auto field = block.next()) {
    if (field_of(field->name.of(headers)) == Field::content_transfer_encoding) {
      return transfer_of(field->value.of(headers).substr(0, 1000));
    }
  }
  return Transfer::identity;
}

}  // namespace lethe::mime
