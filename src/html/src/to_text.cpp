#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "entities.h"
#include "lethe/base/text.h"
#include "lethe/html/text.h"
#include "tokens.h"
#include "urls.h"

namespace lethe::html {
namespace {

constexpr std::size_t kNestingMax = 32;  // of lists, quotes and links; deeper ones read as the last

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, name) != names.end();
}

bool stands_apart(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames{
      "p", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "blockquote", "table", "pre", "figure"};
  return is_one_of(name, kNames);
}

bool has_own_line(std::string_view name) {
  static constexpr std::array<std::string_view, 21> kNames{
      "div",      "tr",      "dt",         "dd",     "center", "address", "article",
      "aside",    "section", "header",     "footer", "main",   "nav",     "form",
      "fieldset", "caption", "figcaption", "option", "title",  "body",    "legend"};
  return is_one_of(name, kNames);
}

bool is_hidden_text(std::string_view raw_in) {
  static constexpr std::array<std::string_view, 6> kNames{"script", "style",   "title",
                                                          "iframe", "noembed", "noframes"};
  return is_one_of(raw_in, kNames);
}

// Characters that newsletters use as invisible filling.
bool is_filling(std::string_view character) {
  return character == "\xE2\x80\x8B" || character == "\xEF\xBB\xBF" || character == "\xCD\x8F" ||
         character == "\xC2\xAD";
}

std::size_t character_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

class TextWriter {
 public:
  explicit TextWriter(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  [[nodiscard]] bool is_full() const noexcept { return out_.size() >= bytes_max_; }

  void take(const Token& token) {
    if (token.kind == Token::Kind::text) return take_text(token);
    if (token.kind == Token::Kind::start) return take_start(token);
    take_end(token.name);
  }

  std::string finish() {
    const std::string text = to_valid_utf8(clipped_utf8(trimmed(out_), bytes_max_));
    return text;
  }

 private:
  struct List {
    bool numbered;
    int next;
  };
  struct Link {
    std::string url;
    std::size_t text_begin;
  };

  void take_text(const Token& token) {
    if (is_hidden_text(token.raw_in)) return;
    append_text(decoded_entities(token.text));
  }

  void append_text(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t size = character_bytes(static_cast<unsigned char>(text[i]));
      const std::string_view character = text.substr(i, size);
      i += size;
      if (preformatted_ > 0 && character == "\n") {
        new_lines_ = std::min(new_lines_ + 1, 3);
        blank_ = false;
      } else if (character.size() == 1 && static_cast<unsigned char>(character[0]) <= 0x20) {
        append_blank(character[0]);
      } else if (character == "\xC2\xA0") {
        append_blank(' ');
      } else if (!is_filling(character)) {
        append_character(character);
      }
    }
  }

  void append_blank(char c) {
    if (preformatted_ > 0 && (c == ' ' || c == '\t'))
      return append_character(std::string_view(&c, 1));
    blank_ = true;
  }

  void append_character(std::string_view character) {
    start_line();
    if (blank_ && !line_is_empty_) out_ += ' ';
    blank_ = false;
    line_is_empty_ = false;
    out_ += character;
  }

  // Writes the line ends that are due, and the quote marks of the new line.
  void start_line() {
    if (out_.empty()) {
      new_lines_ = 0;
      if (!at_start_) return;
      at_start_ = false;
      write_quote_marks();
      return;
    }
    if (new_lines_ == 0) return;
    for (; new_lines_ > 0; --new_lines_) {
      out_ += '\n';
      if (new_lines_ > 1 && std::min(quotes_, quotes_of_line_) > 0) out_ += '>';
    }
    write_quote_marks();
    line_is_empty_ = true;
    blank_ = false;
  }

  void write_quote_marks() {
    for (std::size_t i = 0; i < quotes_; ++i) out_ += "> ";
    quotes_of_line_ = quotes_;
  }

  void end_line(int lines) {
    new_lines_ = std::max(new_lines_, lines);
    blank_ = false;
  }

  void take_start(const Token& token) {
    const std::string_view name = token.name;
    if (name == "br") {
      new_lines_ = std::min(new_lines_ + 1, 2);
      blank_ = false;
    } else if (name == "li") {
      start_item();
    } else if (name == "ul" || name == "ol") {
      start_list(token);
    } else if (name == "td" || name == "th") {
      start_cell();
    } else if (name == "a") {
      start_link(token);
    } else if (name == "img") {
      append_text(decoded_entities(value_of(token, "alt")));
    } else if (name == "hr") {
      end_line(1);
      append_text("----------");
      end_line(1);
    } else {
      start_block(name);
    }
  }

  void start_block(std::string_view name) {
    if (stands_apart(name)) end_line(2);
    if (has_own_line(name)) end_line(1);
    if (name == "blockquote" && quotes_ < kNestingMax) ++quotes_;
    if (name == "pre") ++preformatted_;
  }

  void take_end(std::string_view name) {
    if (name == "a") return end_link();
    if (name == "li") return end_line(1);
    if (name == "ul" || name == "ol") {
      if (!lists_.empty()) lists_.pop_back();
      return end_line(lists_.empty() ? 2 : 1);
    }
    if (stands_apart(name)) end_line(2);
    if (has_own_line(name)) end_line(1);
    if (name == "blockquote" && quotes_ > 0) --quotes_;
    if (name == "pre" && preformatted_ > 0) --preformatted_;
  }

  void start_list(const Token& token) {
    end_line(lists_.empty() ? 2 : 1);
    if (lists_.size() < kNestingMax) lists_.push_back({token.name == "ol", 1});
  }

  void start_item() {
    end_line(1);
    const std::size_t indent = lists_.empty() ? 0 : 2 * (lists_.size() - 1);
    std::string mark(indent, ' ');
    if (!lists_.empty() && lists_.back().numbered)
      mark += std::to_string(lists_.back().next++) + ".";
    else
      mark += "-";
    start_line();
    out_ += mark;
    line_is_empty_ = false;
    blank_ = true;
  }

  // A cell that follows another on the same line; cells of layout tables hold blocks and start
  // lines of their own.
  void start_cell() {
    if (out_.empty() || new_lines_ > 0 || line_is_empty_) return;
    if (!out_.ends_with(" |")) out_ += " |";
    blank_ = true;
  }

  void start_link(const Token& token) {
    end_link();
    CleanUrl url = clean_url(decoded_entities(value_of(token, "href")));
    if (url.kind == UrlKind::http || url.kind == UrlKind::mailto)
      link_ = {std::move(url.text), out_.size()};
  }

  void end_link() {
    if (link_.url.empty()) return;
    const Link link = std::exchange(link_, {});
    const std::string_view shown =
        trimmed(std::string_view(out_).substr(std::min(link.text_begin, out_.size())));
    std::string_view target = link.url;
    if (target.starts_with("mailto:")) target = target.substr(7, target.find('?') - 7);
    if (shown.empty() || shows(shown, target)) return;
    out_.append(" <").append(link.url).append(">");
  }

  static bool shows(std::string_view text, std::string_view target) {
    for (const std::string_view scheme : {"https://", "http://", "www."})
      if (target.starts_with(scheme)) target.remove_prefix(scheme.size());
    if (target.ends_with('/')) target.remove_suffix(1);
    return text.find(target) != std::string_view::npos;
  }

  static std::string_view value_of(const Token& token, std::string_view name) {
    const auto found = std::ranges::find(token.attributes, name, &Attribute::name);
    return found == token.attributes.end() ? std::string_view{} : found->value;
  }

  std::size_t bytes_max_;
  std::string out_;
  int new_lines_ = 0;   // line ends due before the next character
  bool blank_ = false;  // a blank is due
  bool line_is_empty_ = true;
  bool at_start_ = true;
  int preformatted_ = 0;
  std::size_t quotes_ = 0;
  std::size_t quotes_of_line_ = 0;
  std::vector<List> lists_;
  Link link_{};
};

}  // namespace

std::string to_text(std::string_view html, std::size_t bytes_max) {
  TextWriter writer(bytes_max);
  const std::string text = to_valid_utf8(html);
  Tokens tokens(text);
  Token token;
  while (!writer.is_full() && tokens.next(token)) writer.take(token);
  return writer.finish();
}

}  // namespace lethe::html
