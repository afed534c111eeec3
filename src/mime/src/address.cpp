// Address lists: RFC 5322 section 3.4 with the obsolete forms, and the lists
// that people's programs make instead.
//
// One pass over the bytes with a small state: no grammar is recursed into, so
// fifty thousand nested groups or comments cost what fifty thousand letters do.
#include "address.h"

#include <algorithm>

#include "charset.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "words.h"

namespace lethe::mime {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// One entry of the list while it is being read.
struct Entry {
  std::string display;               // words and quoted strings before the address
  std::string comment;               // the last comment, a name of old programs
  std::optional<std::string> angle;  // what stood between "<" and ">"
  bool quoted = false;               // display holds a quoted string
};

class ListReader {
 public:
  explicit ListReader(std::string_view text) : text_(text), words_(text) {}

  AddressList run() && {
    while (at_ < text_.size() && list_.mailboxes.size() < kAddressesMax) step();
    if (at_ < text_.size()) {
      list_.truncated = true;
    } else {
      finish_entry();
    }
    return std::move(list_);
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case ',':
      case ';':
        finish_entry();
        ++at_;
        return;
      case ':':
        take_colon();
        return;
      case '"':
        take_quoted();
        return;
      case '(':
        take_comment();
        return;
      case '<':
        take_angle();
        return;
      case '[':
        take_domain_literal();
        return;
      default:
        take_word();
    }
  }

  // What stands before a colon is the name of a group, which is not kept.
  void take_colon() {
    ++at_;
    if (entry_.display.contains('@') && !entry_.quoted) {
      entry_.display.push_back(':');
    } else {
      entry_ = {};
    }
  }

  void take_quoted() {
    const bool after_blank = at_ > 0 && is_blank(text_[at_ - 1]);
    if (after_blank) add_blank();
    entry_.quoted = true;
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const std::string_view inside = text_.substr(begin, at_ - begin);
    // A quoted local part keeps its quotes: they belong to the address.
    const bool local_part = at_ + 1 < text_.size() && text_[at_ + 1] == '@';
    if (local_part) entry_.display.push_back('"');
    append_unescaped(inside, local_part);
    if (local_part) entry_.display.push_back('"');
    ++at_;
  }

  void append_unescaped(std::string_view inside, bool keep_escapes) {
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (inside[i] == '\\' && i + 1 < inside.size() && !keep_escapes) ++i;
      entry_.display.push_back(inside[i]);
    }
  }

  // A comment without end is no comment: its parenthesis is a letter.
  void take_comment() {
    std::size_t depth = 0;
    std::size_t i = at_;
    for (; i < text_.size() && !unclosed_comment_; ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '(') {
        ++depth;
      } else if (text_[i] == ')' && --depth == 0) {
        break;
      }
    }
    if (unclosed_comment_ || i >= text_.size()) {
      unclosed_comment_ = true;
      entry_.display.push_back('(');
      ++at_;
      return;
    }
    entry_.comment = text_.substr(at_ + 1, i - at_ - 1);
    add_blank();
    at_ = i + 1;
  }

  void take_angle() {
    while (at_ < text_.size() && (text_[at_] == '<' || is_blank(text_[at_]))) ++at_;
    const std::size_t begin = at_;
    bool in_quotes = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && in_quotes) {
        ++at_;
      } else if (c == '"') {
        in_quotes = !in_quotes;
      } else if (!in_quotes && (c == '>' || c == '<' || c == ';')) {
        break;
      }
    }
    at_ = std::min(at_, text_.size());
    const std::string_view inside = text_.substr(begin, at_ - begin);
    if (!entry_.angle || entry_.angle->empty()) entry_.angle = std::string{inside};
    while (at_ < text_.size() && text_[at_] == '>') ++at_;
  }

  // "user@[IPv6:::1]": the colons in it are no groups.
  void take_domain_literal() {
    const std::size_t end = text_.find_first_of("[],<", at_ + 1);
    const std::size_t size = end != std::string_view::npos && text_[end] == ']' ? end + 1 - at_ : 1;
    entry_.display.append(text_.substr(at_, size));
    at_ += size;
  }

  void take_word() {
    if (is_blank(text_[at_])) {
      add_blank();
      ++at_;
      return;
    }
    const WordFinder::Word word = words_.at(at_);
    if (word.size != 0) {  // commas inside an encoded word separate nothing
      entry_.display.append(text_.substr(at_, word.size));
      at_ += word.size;
      return;
    }
    entry_.display.push_back(text_[at_++]);
  }

  void add_blank() {
    if (!entry_.display.empty() && entry_.display.back() != ' ') entry_.display.push_back(' ');
  }

  void finish_entry() {
    Entry entry = std::exchange(entry_, {});
    Mailbox mailbox;
    if (entry.angle) {
      if (is_closed_group(*entry.angle)) return;
      mailbox.address = clean_address(without_route(without_comments(*entry.angle)));
      mailbox.name = clean_name(entry.display.empty() ? entry.comment : entry.display);
    } else if (!trimmed(entry.display).empty()) {
      take_bare(entry, mailbox);
    }
    // Programs repeat the address as the name; it says nothing.
    if (equals_ignoring_ascii_case(mailbox.name, mailbox.address)) mailbox.name.clear();
    if (!mailbox.name.empty() || !mailbox.address.empty())
      list_.mailboxes.push_back(std::move(mailbox));
  }

  // Without angle brackets the word that holds "@" is the address, and what
  // stands around it the name; one word alone is a local address ("root").
  void take_bare(const Entry& entry, Mailbox& mailbox) {
    const std::string text = joined_at_signs(trimmed(entry.display));
    const std::size_t at_sign = text.rfind('@');
    const bool several_words = text.contains(' ');
    if (at_sign == std::string::npos) {
      const bool word = !several_words && !entry.quoted && !text.contains("=?");
      (word ? mailbox.address : mailbox.name) = word ? clean_address(text) : clean_name(text);
      return;
    }
    const bool quoted_local = at_sign > 0 && text[at_sign - 1] == '"';
    const std::size_t quote =
        quoted_local && at_sign > 1 ? text.rfind('"', at_sign - 2) : std::string::npos;
    std::size_t begin = quote != std::string::npos ? quote : text.rfind(' ', at_sign);
    if (begin == std::string::npos) begin = 0;
    const std::size_t end = std::min(text.find(' ', at_sign), text.size());
    mailbox.address = clean_address(std::string_view{text}.substr(begin, end - begin));
    const std::string around = text.substr(0, begin) + text.substr(end);
    mailbox.name = clean_name(trimmed(around).empty() ? entry.comment : around);
  }

  // "user @ host . example", the obsolete spelling, without its blanks. A dot that only follows a
  // blank joins too; one that only precedes it ends a sentence.
  static std::string joined_at_signs(std::string_view text) {
    const auto is_at = [text](std::size_t i, char c) { return i < text.size() && text[i] == c; };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool before = is_at(i + 1, '@') || is_at(i + 1, '.');
      const bool after_dot = i > 1 && text[i - 1] == '.' && text[i - 2] == ' ';
      const bool after = i > 0 && (text[i - 1] == '@' || after_dot);
      if (text[i] != ' ' || (!before && !after)) out.push_back(text[i]);
    }
    return out;
  }

  // "<user(a note)@host(another)>". What is not balanced is no comment.
  static std::string without_comments(std::string_view inside) {
    std::string out;
    std::size_t depth = 0;
    bool in_quotes = false;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const char c = inside[i];
      if (c == '\\' && (in_quotes || depth != 0) && i + 1 < inside.size()) {
        if (depth == 0) out.append(inside.substr(i, 2));
        ++i;
        continue;
      }
      if (c == '"' && depth == 0) in_quotes = !in_quotes;
      if (c == '(' && !in_quotes) ++depth;
      if (depth == 0) out.push_back(c);
      if (c == ')' && !in_quotes && depth != 0) --depth;
    }
    return depth == 0 ? out : std::string{inside};
  }

  // "<undisclosed-recipients:@relay.example>": a group without members that some server completed
  // as if it were an address.
  static bool is_closed_group(std::string_view inside) {
    const std::size_t colon = inside.find(":@");
    return colon != std::string_view::npos && colon != 0 && inside.find('@') == colon + 1 &&
           !inside.contains('"');
  }

  // "<@relay1,@relay2:user@host>": the route is obsolete.
  static std::string_view without_route(std::string_view inside) {
    inside = trimmed(inside);
    if (!inside.starts_with('@')) {
      return starts_with_ignoring_ascii_case(inside, "mailto:") ? inside.substr(7) : inside;
    }
    const std::size_t colon = inside.find(':');
    return colon == std::string_view::npos ? inside : inside.substr(colon + 1);
  }

  std::string clean_name(std::string_view raw) {
    std::string name = squeezed(decode_words(raw, &list_.flaws));
    const bool quoted = name.size() >= 2 && (name.front() == '\'' || name.front() == '"') &&
                        name.back() == name.front();
    if (quoted) name = squeezed(std::string_view{name}.substr(1, name.size() - 2));
    return name;
  }

  std::string clean_address(std::string_view raw) {
    raw = trimmed(raw);
    const std::string decoded = raw.contains("=?") ? decode_words(raw, &list_.flaws)
                                                   : one_line(decode_undeclared(raw), &list_.flaws);
    std::string address;
    bool in_quotes = false;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
      const char c = decoded[i];
      if (in_quotes && c == '\\' && i + 1 < decoded.size()) {  // an escaped quote ends nothing
        address.push_back(c);
        address.push_back(decoded[++i]);
        continue;
      }
      if (c == '"') in_quotes = !in_quotes;
      const bool stray = !in_quotes && (c == ' ' || c == '<' || c == '>');
      if (!stray) address.push_back(c);
    }
    if (address.ends_with('.')) address.pop_back();
    constexpr std::size_t kAddressMax = 998;  // a line; nothing longer can be written to
    return std::string{clipped_utf8(address, kAddressMax)};
  }

  std::string_view text_;
  WordFinder words_;
  std::size_t at_ = 0;
  bool unclosed_comment_ = false;
  Entry entry_;
  AddressList list_;
};

// The first and the last pieces of however many: a header holds half a million ids of nothing.
class FirstAndLast {
 public:
  void add(std::string_view piece) {
    if (first_.size() < kHalf) return first_.push_back(piece);
    if (last_.size() < kHalf) return last_.push_back(piece);
    last_[oldest_] = piece;
    oldest_ = (oldest_ + 1) % kHalf;
  }
  template <class Visit>
  void each(Visit visit) const {
    for (const std::string_view piece : first_) visit(piece);
    for (std::size_t i = 0; i < last_.size(); ++i) visit(last_[(oldest_ + i) % last_.size()]);
  }

 private:
  static constexpr std::size_t kHalf = kMessageIdsMax / 2;
  std::vector<std::string_view> first_;
  std::vector<std::string_view> last_;  // a ring once it is full
  std::size_t oldest_ = 0;
};

constexpr std::size_t kIdBytesMax = 998;

FirstAndLast ids_between_blanks(std::string_view value) {
  FirstAndLast ids;
  std::size_t at = 0;
  while ((at = value.find_first_not_of(" \t\r\n,", at)) != std::string_view::npos) {
    const std::size_t end = std::min(value.find_first_of(" \t\r\n,", at), value.size());
    ids.add(value.substr(at, end - at));
    at = end;
  }
  return ids;
}

FirstAndLast ids_in_brackets(std::string_view value) {
  FirstAndLast ids;
  for (std::size_t open = value.find('<'); open != std::string_view::npos;) {
    const std::size_t close = value.find('>', open);
    const std::string_view inside =
        value.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
    const std::size_t inner = inside.rfind('<');
    const std::string_view id = inner == std::string_view::npos ? inside : inside.substr(inner + 1);
    if (!id.empty()) ids.add(id);
    open = close == std::string_view::npos ? close : value.find('<', close);
  }
  return ids;
}

}  // namespace

AddressList read_addresses(std::string_view value) {
  AddressList list = ListReader{value}.run();
  return list;
}

std::vector<Mailbox> parse_addresses(std::string_view value) {
  return read_addresses(value.substr(0, kHeaderBytesMax)).mailboxes;
}

std::vector<std::string> parse_message_ids(std::string_view value) {
  value = value.substr(0, kHeaderBytesMax);
  const FirstAndLast found =
      value.contains('<') ? ids_in_brackets(value) : ids_between_blanks(value);
  std::vector<std::string> ids;
  found.each([&ids](std::string_view raw) {
    std::string id = one_line(decode_undeclared(raw.substr(0, kIdBytesMax)));
    std::erase_if(id, [](char c) { return c == ' ' || c == '<' || c == '>'; });
    if (!id.empty()) ids.push_back(std::move(id));
  });
  return ids;
}

}  // namespace lethe::mime
