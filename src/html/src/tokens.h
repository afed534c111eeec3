// The tokens of an HTML text, as the standard's tokeniser cuts them (WHATWG HTML section 13.2.5),
// with views into the text.
//
// Comments, doctypes and processing instructions are skipped. What stands in raw text elements
// (script, style, title ...) comes as one text token with `raw_in` set. A tag that never ends turns
// the rest into text: nothing is lost, and nothing is scanned twice, so the whole is linear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::html {

struct Attribute {
  std::string name;        // lower case
  std::string_view value;  // entities not decoded
};

struct Token {
  enum class Kind : std::uint8_t { text, start, end };
  Kind kind = Kind::text;
  std::string name;                   // of tags, lower case
  std::vector<Attribute> attributes;  // of start tags; the first of each name counts
  std::string_view text;              // of text, entities not decoded
  std::string raw_in;  // the raw text element this text stands in, empty for ordinary text
};

class Tokens {
 public:
  explicit Tokens(std::string_view html) : html_(html) {}
  // False at the end.
  [[nodiscard]] bool next(Token& token);

 private:
  bool take_raw_text(Token& token);
  bool take_markup(Token& token);
  bool take_tag(Token& token);
  bool take_attributes(Token& token);
  void skip_comment();
  void skip_blanks();
  bool at_end() const { return at_ >= html_.size(); }
  std::string_view rest() const { return html_.substr(at_); }

  std::string_view html_;
  std::size_t at_ = 0;
  std::string raw_element_;      // inside this element
  bool only_text_left_ = false;  // after a tag that never ends
};

}  // namespace lethe::html
