#include "parameters.h"

#include <algorithm>

#include "charset.h"
#include "charset_labels.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "words.h"

namespace lethe::mime {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_name_char(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != 0x7F &&
         !std::string_view{"()<>@,;:\\\"/[]?="}.contains(c);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    const bool escape = text[i] == '%' && high >= 0 && low >= 0;
    out.push_back(escape ? static_cast<char>(high * 16 + low) : text[i]);
    if (escape) i += 2;
  }
  return out;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string main() {
    std::string main;
    while (at_ < text_.size() && text_[at_] != ';') {
      skip_blanks_and_comments();
      if (at_ >= text_.size() || text_[at_] == ';' || name_follows()) break;
      main.push_back(text_[at_++]);
    }
    return ascii_lower(main);
  }

  // The next parameter; nullopt at the end. Words without "=" are skipped.
  std::optional<Parameter> next() {
    while (at_ < text_.size()) {
      skip_separators();
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
      const std::string_view name = text_.substr(begin, at_ - begin);
      skip_blanks_and_comments();
      if (at_ < text_.size() && text_[at_] == '=' && !name.empty()) {
        ++at_;
        return make(name);
      }
      if (at_ == begin) ++at_;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_separators() {
    while (at_ < text_.size() && (is_blank(here()) || here() == ';' || here() == ',')) ++at_;
  }

  void skip_blanks_and_comments() {
    while (at_ < text_.size()) {
      if (is_blank(here())) {
        ++at_;
      } else if (here() != '(' || !skip_comment()) {
        return;
      }
    }
  }

  // An unclosed comment is no comment; that is remembered, so that many of
  // them cost no more than one.
  bool skip_comment() {
    if (unclosed_) return false;
    std::size_t depth = 0;
    for (std::size_t i = at_; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '(') {
        ++depth;
      } else if (text_[i] == ')' && --depth == 0) {
        at_ = i + 1;
        return true;
      }
    }
    unclosed_ = true;
    return false;
  }

  // True when "name=" stands at the position: a forgotten semicolon.
  [[nodiscard]] bool name_follows() const {
    if (at_ == 0 || !is_blank(text_[at_ - 1])) return false;
    std::size_t i = at_;
    while (i < text_.size() && i < at_ + 40 && is_name_char(text_[i])) ++i;
    return i > at_ && i < text_.size() && text_[i] == '=';
  }

  Parameter make(std::string_view name) {
    Parameter parameter{.name = ascii_lower(name), .value = {}};
    if (parameter.name.ends_with('*')) {
      parameter.extended = true;
      parameter.name.pop_back();
    }
    take_piece_number(parameter);
    while (is_blank(here())) ++at_;
    parameter.value = here() == '"' ? quoted() : unquoted();
    return parameter;
  }

  static void take_piece_number(Parameter& parameter) {
    const std::size_t star = parameter.name.rfind('*');
    if (star == std::string::npos) return;
    const std::string_view digits = std::string_view{parameter.name}.substr(star + 1);
    const bool number = !digits.empty() && digits.size() <= 5 &&
                        std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return;
    parameter.piece = std::stoi(std::string{digits});
    parameter.name.resize(star);
  }

  // Only \" and \\ are escapes: Windows paths come with single backslashes.
  std::string quoted() {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      const bool escape = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                          (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (escape) ++at_;
      if (text_[at_] != '\r' && text_[at_] != '\n') value.push_back(text_[at_]);
    }
    ++at_;
    return value;
  }

  // To the semicolon, blanks included, unless another "name=" comes first.
  std::string unquoted() {
    std::string value;
    while (at_ < text_.size() && text_[at_] != ';' && !name_follows()) {
      if (text_[at_] != '\r' && text_[at_] != '\n') value.push_back(text_[at_]);
      ++at_;
    }
    return std::string{trimmed(value)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool unclosed_ = false;
};

// "it" of "it's" is one to ICU; those in use have a digit or a dash in their name.
bool is_charset(std::string_view label) {
  const bool named_like_one = label.find_first_of("0123456789-_") != std::string_view::npos;
  return named_like_one && !charset_of(label).icu_name.empty();
}

// RFC 2231: "charset'language'text" in the first piece. Some forget an apostrophe: what stands
// before the only one is a character set if it names one.
struct Extended {
  std::string_view charset;
  std::string_view text;
};
Extended split_charset(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos) {
    const bool names_one = first != std::string_view::npos && is_charset(value.substr(0, first));
    if (!names_one) return {.charset = {}, .text = value};
    return {.charset = value.substr(0, first), .text = value.substr(first + 1)};
  }
  return {.charset = value.substr(0, first), .text = value.substr(second + 1)};
}

std::string decoded_plain(const std::string& bytes) { return decode_words(bytes); }

std::string decoded_extended(std::string_view value) {
  const Extended parts = split_charset(value);
  std::string text = decode(percent_decoded(parts.text), parts.charset).text;
  // Some put an encoded word into an extended value.
  return text.contains("=?") ? decode_words(text) : one_line(text);
}

}  // namespace

StructuredValue::StructuredValue(std::string_view value) {
  Scanner scanner{value};
  main_ = scanner.main();
  while (auto parameter = scanner.next()) {
    if (parameters_.size() == kParametersMax) {
      truncated_ = true;
      break;
    }
    parameters_.push_back(*std::move(parameter));
  }
}

namespace {

// The pieces of `name` in order, up to the first gap; the first of equal
// numbers counts.
std::vector<const Parameter*> pieces_of(const std::vector<Parameter>& parameters,
                                        std::string_view name) {
  std::vector<const Parameter*> pieces;
  for (const Parameter& parameter : parameters) {
    if (parameter.piece >= 0 && parameter.name == name) pieces.push_back(&parameter);
  }
  std::ranges::sort(pieces, [](const Parameter* a, const Parameter* b) {
    return a->piece != b->piece ? a->piece < b->piece : a < b;  // in the order they were written
  });
  const auto repeated = std::ranges::unique(pieces, {}, &Parameter::piece);
  pieces.erase(repeated.begin(), repeated.end());
  const int first = pieces.empty() ? 0 : pieces.front()->piece;  // some count from 1
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i]->piece != first + static_cast<int>(i)) pieces.resize(i);
  }
  return pieces;
}

std::optional<std::string> joined(const std::vector<const Parameter*>& pieces) {
  if (pieces.empty()) return std::nullopt;
  if (!std::ranges::any_of(pieces, &Parameter::extended)) {
    std::string plain;
    for (const Parameter* piece : pieces) plain += piece->value;
    return decoded_plain(plain);
  }
  const bool has_charset = pieces.front()->extended;
  const Extended first = has_charset ? split_charset(pieces.front()->value)
                                     : Extended{.charset = {}, .text = pieces.front()->value};
  std::string bytes = has_charset ? percent_decoded(first.text) : std::string{first.text};
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    bytes += pieces[i]->extended ? percent_decoded(pieces[i]->value) : pieces[i]->value;
  }
  return one_line(decode(bytes, first.charset).text);
}

}  // namespace

std::optional<std::string> StructuredValue::get(std::string_view name) const {
  const Parameter* plain = nullptr;
  for (const Parameter& parameter : parameters_) {
    if (parameter.piece >= 0 || parameter.name != name) continue;
    if (parameter.extended) return decoded_extended(parameter.value);
    if (plain == nullptr) plain = &parameter;
  }
  if (auto continued = joined(pieces_of(parameters_, name))) return continued;
  if (plain == nullptr) return std::nullopt;
  return decoded_plain(plain->value);
}

std::optional<std::string> StructuredValue::token(std::string_view name) const {
  const auto plain = std::ranges::find_if(parameters_, [name](const Parameter& parameter) {
    return parameter.name == name && parameter.piece < 0 && !parameter.extended;
  });
  if (plain != parameters_.end()) return plain->value;
  return get(name);
}

std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  return StructuredValue{value.substr(0, kHeaderBytesMax)}.get(ascii_lower(name));
}

}  // namespace lethe::mime
