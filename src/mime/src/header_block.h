// Reads a block of header fields, up to the blank line or to whatever shows
// that the block is over.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "lethe/mime/message.h"
#include "lines.h"

namespace lethe::mime {

// The fields this layer knows; `other` for the rest.
enum class Field {
  other,
  bcc,
  cc,
  content_disposition,
  content_id,
  content_transfer_encoding,
  content_type,
  date,
  from,
  in_reply_to,
  message_id,
  references,
  reply_to,
  return_path,
  sender,
  subject,
  to,
};
[[nodiscard]] Field field_of(std::string_view name) noexcept;

// One field as it stands. A line that is no field has an empty name.
struct RawField {
  Span name;
  Span value;  // after the colon, folds included, without the last line end
};

class HeaderBlock {
 public:
  // Says whether a line that begins with "--" delimits a part.
  using IsDelimiter = std::function<bool(std::string_view line)>;

  // A block at the start of a mail may be preceded by a byte order mark, an
  // mbox From_ line and blank lines; one inside may not.
  enum class Place { start_of_mail, inside };
  HeaderBlock(const Lines& lines, std::size_t begin, Place place, IsDelimiter is_delimiter);

  // nullopt when the block is over.
  [[nodiscard]] std::optional<RawField> next();
  // After next() said nullopt: where the body begins.
  [[nodiscard]] std::size_t body_begin() const noexcept { return at_; }

 private:
  void skip_mail_prefix();
  // Where the field stops whose first line stops at `stop`.
  [[nodiscard]] std::size_t stop_with_continuations(std::size_t stop) const;
  [[nodiscard]] bool is_junk_inside_headers(std::size_t next_line) const;

  const Lines& lines_;
  std::size_t at_;
  IsDelimiter is_delimiter_;
};

}  // namespace lethe::mime
