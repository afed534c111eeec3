#include "rewrite.h"

#include <algorithm>
#include <vector>

#include "elements.h"
#include "tokens.h"

namespace lethe::html {
namespace {

const Element& element(std::string_view name) { return *allowed_element(name); }

bool is_raw_and_hidden(std::string_view raw_in) {
  return raw_in == "script" || raw_in == "style" || raw_in == "title" || raw_in == "iframe" ||
         raw_in == "noembed" || raw_in == "noframes";
}

bool is_white_space(std::string_view text) {
  return text.find_first_not_of(" \t\n\r\f") == std::string_view::npos;
}

void append_escaped(std::string& out, std::string_view text, char special,
                    std::string_view entity) {
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == special)
      out += entity;
    else
      out += c;
  }
}

class Rewriter {
 public:
  void take(const Token& token) {
    if (token.kind == Token::Kind::text) return take_text(token);
    const Element* known = allowed_element(token.name);
    if (known == nullptr) return;
    if (token.kind == Token::Kind::start)
      take_start(*known, token);
    else
      take_end(*known);
  }

  Rewritten finish() {
    while (!open_.empty()) close_top();
    return std::move(result_);
  }

 private:
  void take_text(const Token& token) {
    if (is_raw_and_hidden(token.raw_in)) return;
    if (!is_white_space(token.text) && in_table_structure()) open_cell();
    append_escaped(result_.html, token.text, '>', "&gt;");
  }

  void take_start(const Element& wanted, const Token& token) {
    if (!make_room_for(wanted)) return;
    if (elements_ >= kElementsMax || open_.size() >= kDepthMax ||
        (wanted.is(kFormatting) && formatting_ >= kFormattingDepthMax)) {
      result_.simplified = true;
      return;
    }
    open(wanted, token.attributes);
  }

  // Closes and opens what the standard would so that `wanted` may stand here. False: it may not.
  bool make_room_for(const Element& wanted) {
    if (wanted.is(kTableStructure) || wanted.is(kCell)) {
      if (wanted.name != "table") return make_room_in_table(wanted);
    }
    if (in_table_structure()) open_cell();
    if (wanted.is(kBlock)) close_in_scope([](const Element& e) { return e.name == "p"; });
    if (wanted.is(kHeading)) close_in_scope([](const Element& e) { return e.is(kHeading); });
    if (wanted.is(kListItem)) close_in_list([](const Element& e) { return e.is(kListItem); });
    if (wanted.is(kDefinition)) close_in_list([](const Element& e) { return e.is(kDefinition); });
    if (wanted.name == "a") close_in_scope([](const Element& e) { return e.name == "a"; });
    return true;
  }

  bool make_room_in_table(const Element& wanted) {
    const std::size_t table = innermost_table();
    if (table == 0) return false;  // a row without a table: its content stays
    const std::string_view name = wanted.name;
    if (name == "td" || name == "th") {
      close_down_to(table, [](const Element& e) { return e.name == "tr"; });
      if (top().name != "tr") open_row();
    } else if (name == "tr") {
      close_down_to(table, [](const Element& e) {
        return e.name == "tbody" || e.name == "thead" || e.name == "tfoot";
      });
      if (top().name == "table") open(element("tbody"), {});
    } else if (name == "col") {
      close_down_to(table, [](const Element& e) { return e.name == "colgroup"; });
      if (top().name != "colgroup") open(element("colgroup"), {});
    } else {
      close_down_to(table, [](const Element&) { return false; });
    }
    return true;
  }

  void open_row() {
    if (top().name != "tbody" && top().name != "thead" && top().name != "tfoot")
      open(element("tbody"), {});
    open(element("tr"), {});
  }

  // Text straight inside a table: browsers move it in front, we give it a cell where it stands.
  void open_cell() {
    if (top().name == "colgroup") close_top();
    if (top().name != "tr") open_row();
    open(element("td"), {});
  }

  void take_end(const Element& wanted) {
    if (wanted.is(kVoid)) return;
    const bool crosses_cells = wanted.is(kTableStructure) || wanted.is(kCell);
    for (std::size_t i = open_.size(); i > 0; --i) {
      const Element& candidate = *open_[i - 1];
      const bool same = &candidate == &wanted || (candidate.is(kHeading) && wanted.is(kHeading));
      if (same) return close_to(i - 1);
      if (candidate.name == "table" || (candidate.is(kCell) && !crosses_cells)) return;
    }
  }

  // Closes the innermost element that `is_it`, unless a cell or table stands between.
  template <class Predicate>
  void close_in_scope(Predicate is_it) {
    for (std::size_t i = open_.size(); i > 0; --i) {
      const Element& candidate = *open_[i - 1];
      if (is_it(candidate)) return close_to(i - 1);
      if (candidate.is(kCell) || candidate.name == "table") return;
    }
  }

  template <class Predicate>
  void close_in_list(Predicate is_it) {
    for (std::size_t i = open_.size(); i > 0; --i) {
      const Element& candidate = *open_[i - 1];
      if (is_it(candidate)) return close_to(i - 1);
      if (candidate.is(kCell) || candidate.is(kList) || candidate.name == "table" ||
          candidate.name == "dl")
        return;
    }
  }

  // Closes everything above an element that `may_stay`, or above the table (its index + 1 is
  // `table`).
  template <class Predicate>
  void close_down_to(std::size_t table, Predicate may_stay) {
    while (open_.size() > table && !may_stay(top())) close_top();
  }

  [[nodiscard]] std::size_t innermost_table() const {
    for (std::size_t i = open_.size(); i > 0; --i)
      if (open_[i - 1]->name == "table") return i;
    return 0;
  }

  [[nodiscard]] bool in_table_structure() const {
    return !open_.empty() && top().is(kTableStructure);
  }
  [[nodiscard]] const Element& top() const { return *open_.back(); }

  void open(const Element& wanted, const std::vector<Attribute>& attributes) {
    std::string& out = result_.html;
    out += '<';
    out += wanted.name;
    for (const Attribute& attribute : attributes) append_attribute(attribute);
    out += '>';
    ++elements_;
    if (wanted.is(kVoid)) return;
    open_.push_back(&wanted);
    if (wanted.is(kFormatting)) ++formatting_;
  }

  void append_attribute(const Attribute& attribute) {
    const bool plain = std::ranges::all_of(
        attribute.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    if (!plain) return;
    result_.html += ' ';
    result_.html += attribute.name;
    result_.html += "=\"";
    append_escaped(result_.html, attribute.value, '"', "&quot;");
    result_.html += '"';
  }

  void close_to(std::size_t size) {
    while (open_.size() > size) close_top();
  }

  void close_top() {
    if (top().is(kFormatting)) --formatting_;
    result_.html += "</";
    result_.html += top().name;
    result_.html += '>';
    open_.pop_back();
  }

  Rewritten result_;
  std::vector<const Element*> open_;
  std::size_t formatting_ = 0;
  std::size_t elements_ = 0;
};

}  // namespace

Rewritten rewrite(std::string_view html) {
  Rewriter rewriter;
  Tokens tokens(html);
  Token token;
  while (tokens.next(token)) rewriter.take(token);
  return rewriter.finish();
}

}  // namespace lethe::html
