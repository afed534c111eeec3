#include "tokens.h"

#include <algorithm>
#include <array>

#include "lethe/base/text.h"

namespace lethe::html {
namespace {

constexpr std::size_t kAttributesMax = 64;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool holds_raw_text(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames{
      "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"};
  return std::ranges::find(kNames, name) != kNames.end();
}

// Whether `text` starts with the end tag of `element`.
bool is_end_tag_of(std::string_view text, std::string_view element) {
  if (!starts_with_ignoring_ascii_case(text.substr(2), element)) return false;
  const std::size_t after = 2 + element.size();
  return after == text.size() || is_blank(text[after]) || text[after] == '/' || text[after] == '>';
}

}  // namespace

bool Tokens::next(Token& token) {
  token = Token{};
  if (!raw_element_.empty()) {
    if (take_raw_text(token)) return true;
  }
  while (!at_end()) {
    if (only_text_left_) break;
    const std::size_t angle = html_.find('<', at_);
    if (angle == std::string_view::npos) break;
    if (angle > at_) {
      token.text = html_.substr(at_, angle - at_);
      at_ = angle;
      return true;
    }
    if (take_markup(token)) return true;
  }
  if (at_end()) return false;
  token.text = rest();
  at_ = html_.size();
  return true;
}

bool Tokens::take_raw_text(Token& token) {
  const std::string element = std::move(raw_element_);
  raw_element_.clear();
  std::size_t end = html_.find("</", at_);
  while (end != std::string_view::npos &&
         (element == "plaintext" || !is_end_tag_of(html_.substr(end), element)))
    end = html_.find("</", end + 2);
  if (end == std::string_view::npos) end = html_.size();
  token.text = html_.substr(at_, end - at_);
  token.raw_in = element;
  at_ = end;
  return !token.text.empty();
}

// At a `<`. False when what stood there was skipped.
bool Tokens::take_markup(Token& token) {
  const char second = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
  const char third = at_ + 2 < html_.size() ? html_[at_ + 2] : '\0';
  if (is_letter(second) || (second == '/' && is_letter(third))) return take_tag(token);
  if (second == '!' || second == '?' || (second == '/' && third != '\0')) {
    skip_comment();
    return false;
  }
  token.text = html_.substr(at_, 1);
  ++at_;
  return true;
}

bool Tokens::take_tag(Token& token) {
  const std::size_t start = at_;
  const bool closes = html_[at_ + 1] == '/';
  at_ += closes ? 2 : 1;
  const std::size_t name_start = at_;
  while (!at_end() && !is_blank(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
  token.kind = closes ? Token::Kind::end : Token::Kind::start;
  token.name = ascii_lower(html_.substr(name_start, at_ - name_start));
  if (!take_attributes(token)) {
    at_ = start;
    only_text_left_ = true;
    token = Token{};
    return false;
  }
  if (!closes && holds_raw_text(token.name)) raw_element_ = token.name;
  return true;
}

// Up to and with the `>`. False when the text ends first.
bool Tokens::take_attributes(Token& token) {
  while (true) {
    while (!at_end() && (is_blank(html_[at_]) || html_[at_] == '/')) ++at_;
    if (at_end()) return false;
    if (html_[at_] == '>') {
      ++at_;
      return true;
    }
    const std::size_t name_start = at_++;  // a leading `=` belongs to the name
    while (!at_end() && !is_blank(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' &&
           html_[at_] != '=')
      ++at_;
    const std::string_view name = html_.substr(name_start, at_ - name_start);
    std::string_view value;
    skip_blanks();
    if (!at_end() && html_[at_] == '=') {
      ++at_;
      skip_blanks();
      if (at_end()) return false;
      const char quote = html_[at_];
      if (quote == '"' || quote == '\'') {
        const std::size_t close = html_.find(quote, at_ + 1);
        if (close == std::string_view::npos) return false;
        value = html_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else {
        const std::size_t value_start = at_;
        while (!at_end() && !is_blank(html_[at_]) && html_[at_] != '>') ++at_;
        value = html_.substr(value_start, at_ - value_start);
      }
    }
    if (token.attributes.size() >= kAttributesMax) continue;
    std::string lower = ascii_lower(name);
    const bool known =
        std::ranges::any_of(token.attributes, [&](const Attribute& a) { return a.name == lower; });
    if (!known) token.attributes.push_back({std::move(lower), value});
  }
}

void Tokens::skip_comment() {
  const std::string_view text = rest();
  if (!text.starts_with("<!--")) {
    const std::size_t end = text.find('>');
    at_ = end == std::string_view::npos ? html_.size() : at_ + end + 1;
    return;
  }
  if (text.starts_with("<!-->")) {
    at_ += 5;
    return;
  }
  if (text.starts_with("<!--->")) {
    at_ += 6;
    return;
  }
  std::size_t end = text.find("--", 4);
  while (end != std::string_view::npos) {
    const std::string_view tail = text.substr(end + 2);
    if (tail.starts_with(">") || tail.starts_with("!>")) {
      at_ += end + (tail[0] == '>' ? 3 : 4);
      return;
    }
    end = text.find("--", end + 1);
  }
  at_ = html_.size();
}

void Tokens::skip_blanks() {
  while (!at_end() && is_blank(html_[at_])) ++at_;
}

}  // namespace lethe::html
