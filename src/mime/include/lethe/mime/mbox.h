// Cutting an mbox file (RFC 4155; the mboxo and mboxrd dialects) into mails.
//
// A push interface, so that a file of any size goes through in pieces: feed()
// it, take what is complete, finish() at the end. Memory holds one mail. A mail
// begins at a line "From ... hh:mm ..." with a year (19xx, 20xx) after a blank
// line; the first such line of a file needs neither.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::mime {

// mboxrd: one ">" is taken from every line of ">"s and "From ". mboxo: only
// from ">From ". `none` leaves lines alone.
enum class MboxQuoting { mboxrd, mboxo, none };

class MboxSplitter {
 public:
  // A mail longer than `mail_bytes_max` is cut there and the rest is counted
  // in dropped_bytes(); the next one starts at the next From_ line.
  explicit MboxSplitter(MboxQuoting quoting = MboxQuoting::mboxrd,
                        std::size_t mail_bytes_max = std::size_t{64} << 20);

  // Appends the mails that `chunk` completes to `out`, without their From_
  // line and without the blank line that ends each.
  void feed(std::string_view chunk, std::vector<std::string>& out);
  // The last mail, if there is one. The splitter can then be used again.
  [[nodiscard]] std::optional<std::string> finish();

  [[nodiscard]] std::size_t dropped_bytes() const noexcept { return dropped_bytes_; }

 private:
  void take_line(std::string_view line, std::vector<std::string>& out);
  void append(std::string_view line);
  [[nodiscard]] std::string take_mail();

  MboxQuoting quoting_;
  std::size_t mail_bytes_max_;
  std::string partial_;  // a line whose end has not come yet
  std::string mail_;
  bool in_mail_ = false;
  bool blank_before_ = true;   // a From_ line counts only after a blank line
  bool line_is_long_ = false;  // the start of the current line is already in mail_
  std::size_t dropped_bytes_ = 0;
};

}  // namespace lethe::mime
