// Text of messages as a small tree, so that no HTML of ours or of a mail is ever pasted into a
// page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lethe::web {

struct Span {
  enum class Kind { text, bold, italic, code, link, redacted, line_break };
  Kind kind = Kind::text;
  std::string text;  // the words; for redacted what the mark says ("card ending 7724")
  std::string href;  // link only: http, https or mailto, nothing else
};
struct Block {
  enum class Kind { paragraph, quote, code, list_item, heading };
  Kind kind = Kind::paragraph;
  std::vector<Span> spans;
  int number = 0;  // of an item in a numbered list; 0: it has a bullet
};
using RichText = std::vector<Block>;

// Plain text as it came: blank lines part paragraphs, "> " lines are quotes, addresses of web pages
// become links; redaction marks "[redacted: words]" and those of the gate, "[card ending 7724]",
// become marks.
[[nodiscard]] RichText rich_text_of_plain(std::string_view text);
// What an agent wrote: bold, italic, list, link, quote, code of Markdown, nothing more.
[[nodiscard]] RichText rich_text_of_markdown(std::string_view text);
// The first words, for lists: at most `bytes_max` bytes, one line.
[[nodiscard]] std::string snippet_of(std::string_view text, std::size_t bytes_max = 160);

// HTML that went through the server's allow-list. Only the mail frame shows it. The name of the
// maker says what the caller vouches for.
class SafeHtml {
 public:
  SafeHtml() = default;
  [[nodiscard]] static SafeHtml vouched_by_allow_list(std::string html) {
    return SafeHtml{std::move(html)};
  }
  [[nodiscard]] const std::string& text() const noexcept { return html_; }

 private:
  explicit SafeHtml(std::string html) : html_(std::move(html)) {}
  std::string html_;
};

}  // namespace lethe::web
