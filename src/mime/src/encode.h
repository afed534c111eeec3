// The writing side of words.h, parameters.h and transfer.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lethe::mime {

// A header line being written: knows its column, folds where a blank stands. Lines of 78
// characters, of 76 with an encoded word in them (RFC 2047 section 2).
class HeaderWriter {
 public:
  explicit HeaderWriter(std::string& out) : out_(out) {}

  void begin(std::string_view name);
  // Ends the line.
  void end();
  // `text` as it is, on a new line if it does not fit and `may_fold`.
  void token(std::string_view text);
  void blank() { blank_pending_ = true; }
  // Text for people: plain words folded at blanks, or RFC 2047 words.
  void text(std::string_view utf8);
  // The same as encoded words whatever it holds.
  void encoded(std::string_view utf8);
  // "; name=value", by RFC 2231 where the value needs it.
  void parameter(std::string_view name, std::string_view value);

 private:
  void write(std::string_view text);
  void fold();
  [[nodiscard]] std::size_t line_max() const noexcept;

  std::string& out_;
  std::size_t column_ = 0;
  bool has_encoded_ = false;  // on this line
  bool blank_pending_ = false;
};

// True when `text` can stand in a header as it is.
[[nodiscard]] bool is_plain_header_text(std::string_view text);

// What ends a line: LF, which becomes CRLF, or LF and CRLF, which stay what they are.
enum class LineEnds { become_crlf, as_written };
// Lines of at most 76 characters, CRLF between them. Decoding gives `text` again, with its line
// ends as `ends` says.
[[nodiscard]] std::string quoted_printable(std::string_view text,
                                           LineEnds ends = LineEnds::become_crlf);
[[nodiscard]] std::string base64_lines(std::string_view bytes);

}  // namespace lethe::mime
