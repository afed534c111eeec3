#include "lethe/web/rich_text.h"

#include <md4c.h>

#include <algorithm>

#include "lethe/base/text.h"
#include "lethe/html/markdown.h"

namespace lethe::web {
namespace {

constexpr std::string_view kMarkOpen = "[redacted: ";
constexpr std::size_t kMarkBytesMax = 200;

bool is_web_address(std::string_view text) {
  return starts_with_ignoring_ascii_case(text, "https://") ||
         starts_with_ignoring_ascii_case(text, "http://");
}

// Where the web address at the front of `text` ends: at white space or at punctuation that belongs
// to the sentence around it.
std::size_t address_length(std::string_view text) {
  std::size_t end = std::min(text.find_first_of(" \t\r\n<>\"'"), text.size());
  while (end > 0 && std::string_view{".,;:!?)]}"}.contains(text[end - 1])) --end;
  return end;
}

void add_text(std::vector<Span>& spans, std::string_view text) {
  if (text.empty()) return;
  if (!spans.empty() && spans.back().kind == Span::Kind::text) {
    spans.back().text += text;
  } else {
    spans.push_back({Span::Kind::text, std::string{text}, {}});
  }
}

// What stands where the gate cut a number or a word (core/minimise.h, core/masks.h): the words
// inside the brackets; empty when `text` begins with no such mark.
std::string_view gate_mark_at(std::string_view text) {
  const std::string_view words = text.substr(1, text.find(']') - 1);
  if (words == "national id removed" || words == "password removed") return words;
  for (const std::string_view start : {"card ending ", "IBAN ending "}) {
    if (!words.starts_with(start) || words.size() != start.size() + 4) continue;
    const auto is_alnum = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
    if (std::ranges::all_of(words.substr(start.size()), is_alnum)) return words;
  }
  return {};
}

struct Mark {
  std::size_t at = std::string_view::npos;
  std::size_t size = 0;  // with its brackets
  std::string_view words;
};

// The first mark in `text`.
Mark mark_in(std::string_view text) {
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
    const std::string_view rest = text.substr(at, kMarkBytesMax);
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) continue;
    if (rest.starts_with(kMarkOpen))
      return {at, end + 1, rest.substr(kMarkOpen.size(), end - kMarkOpen.size())};
    if (const std::string_view words = gate_mark_at(rest); !words.empty())
      return {at, end + 1, words};
  }
  return {};
}

// Text of one line with its marks and addresses.
void add_line(std::vector<Span>& spans, std::string_view line) {
  while (!line.empty()) {
    const std::size_t link = std::min({line.find("http://"), line.find("https://"), line.size()});
    const Mark mark = mark_in(line.substr(0, link));
    const std::size_t at = std::min(mark.at, link);
    add_text(spans, line.substr(0, at));
    line.remove_prefix(at);
    if (line.empty()) return;
    if (mark.size > 0) {
      spans.push_back({Span::Kind::redacted, std::string{mark.words}, {}});
      line.remove_prefix(mark.size);
      continue;
    }
    const std::size_t length = std::max<std::size_t>(address_length(line), 1);
    const std::string address{line.substr(0, length)};
    if (address.size() > std::string_view{"https://"}.size()) {
      spans.push_back({Span::Kind::link, address, address});
    } else {
      add_text(spans, address);
    }
    line.remove_prefix(length);
  }
}

// A reader of md4c's events that keeps a list of blocks; nesting is flattened.
struct Markdown {
  RichText blocks;
  std::vector<Span::Kind> styles;
  std::vector<std::string> hrefs;
  int quote_depth = 0;
  std::vector<int> lists;  // of the open lists: the number of the next item, 0 for bullets
  bool item_begins = false;
};

std::string text_of(const MD_ATTRIBUTE& attribute) { return {attribute.text, attribute.size}; }

int first_number(MD_BLOCKTYPE type, void* detail) {
  constexpr unsigned kLargest = 999'999'999;  // CommonMark: at most nine digits
  if (type == MD_BLOCK_UL) return 0;
  return static_cast<int>(std::min(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start, kLargest));
}

// Only the block with which an item begins bears its mark: what follows within it is a paragraph.
Block next_block(Markdown& out, MD_BLOCKTYPE type) {
  Block block;
  if (out.item_begins && type != MD_BLOCK_CODE && type != MD_BLOCK_H) {
    block = {.kind = Block::Kind::list_item, .spans = {}, .number = out.lists.back()};
    out.item_begins = type == MD_BLOCK_LI;
  }
  if (out.quote_depth > 0) block.kind = Block::Kind::quote;
  if (type == MD_BLOCK_CODE) block.kind = Block::Kind::code;
  if (type == MD_BLOCK_H) block.kind = Block::Kind::heading;
  return block;
}

void open_block(Markdown& out, MD_BLOCKTYPE type, void* detail) {
  if (type == MD_BLOCK_QUOTE) ++out.quote_depth;
  if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) out.lists.push_back(first_number(type, detail));
  if (type == MD_BLOCK_LI) out.item_begins = true;
  if (type == MD_BLOCK_P || type == MD_BLOCK_CODE || type == MD_BLOCK_H || type == MD_BLOCK_LI) {
    if (!out.blocks.empty() && out.blocks.back().spans.empty()) out.blocks.pop_back();
    out.blocks.push_back(next_block(out, type));
  }
}

void close_block(Markdown& out, MD_BLOCKTYPE type) {
  if (type == MD_BLOCK_QUOTE) --out.quote_depth;
  if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) out.lists.pop_back();
  if (type == MD_BLOCK_LI) {
    out.item_begins = false;
    if (out.lists.back() > 0) ++out.lists.back();
  }
}

void add_markdown_text(Markdown& out, MD_TEXTTYPE type, std::string_view text) {
  if (out.blocks.empty()) out.blocks.push_back({});
  auto& spans = out.blocks.back().spans;
  if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
    spans.push_back({Span::Kind::line_break, {}, {}});
    return;
  }
  if (out.styles.empty()) return add_line(spans, text);
  const Span::Kind style = out.styles.back();
  spans.push_back({style, std::string{text}, style == Span::Kind::link ? out.hrefs.back() : ""});
}

int on_open_block(MD_BLOCKTYPE type, void* detail, void* user) {
  open_block(*static_cast<Markdown*>(user), type, detail);
  return 0;
}
int on_close_block(MD_BLOCKTYPE type, void*, void* user) {
  close_block(*static_cast<Markdown*>(user), type);
  return 0;
}
int on_open_span(MD_SPANTYPE type, void* detail, void* user) {
  Markdown& out = *static_cast<Markdown*>(user);
  Span::Kind kind = Span::Kind::text;
  if (type == MD_SPAN_STRONG) kind = Span::Kind::bold;
  if (type == MD_SPAN_EM) kind = Span::Kind::italic;
  if (type == MD_SPAN_CODE) kind = Span::Kind::code;
  if (type == MD_SPAN_A) {
    const std::string href = text_of(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
    kind = is_web_address(href) ? Span::Kind::link : Span::Kind::text;
    out.hrefs.push_back(href);
  }
  out.styles.push_back(kind);
  return 0;
}
int on_close_span(MD_SPANTYPE type, void*, void* user) {
  Markdown& out = *static_cast<Markdown*>(user);
  out.styles.pop_back();
  if (type == MD_SPAN_A) out.hrefs.pop_back();
  return 0;
}
int on_text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
  add_markdown_text(*static_cast<Markdown*>(user), type, {text, size});
  return 0;
}

bool shows_nothing(const Block& block) {
  return std::ranges::all_of(block.spans,
                             [](const Span& span) { return trimmed(span.text).empty(); });
}

// A message of marks alone, as ">" or "```", is shown as it was typed: no message looks empty.
RichText shown_or_as_typed(RichText blocks, std::string_view typed) {
  if (trimmed(typed).empty() || !std::ranges::all_of(blocks, shows_nothing)) return blocks;
  Block as_typed;
  add_text(as_typed.spans, trimmed(typed));
  return RichText{std::move(as_typed)};
}

}  // namespace

RichText rich_text_of_plain(std::string_view text) {
  RichText blocks;
  bool starts_block = true;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trimmed(line).empty()) {
      starts_block = true;
      continue;
    }
    const bool is_quote = line.starts_with('>');
    const Block::Kind kind = is_quote ? Block::Kind::quote : Block::Kind::paragraph;
    if (is_quote) line = line.substr(line.starts_with("> ") ? 2 : 1);
    if (starts_block || blocks.back().kind != kind) {
      blocks.push_back({kind, {}});
    } else {
      blocks.back().spans.push_back({Span::Kind::line_break, {}, {}});
    }
    add_line(blocks.back().spans, line);
    starts_block = false;
  }
  return shown_or_as_typed(std::move(blocks), text);
}

RichText rich_text_of_markdown(std::string_view text) {
  // Raw HTML stays text: nothing an agent pastes becomes markup.
  static constexpr unsigned kFlags =
      MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_STRIKETHROUGH;
  const MD_PARSER parser{.abi_version = 0,
                         .flags = kFlags,
                         .enter_block = on_open_block,
                         .leave_block = on_close_block,
                         .enter_span = on_open_span,
                         .leave_span = on_close_span,
                         .text = on_text,
                         .debug_log = nullptr,
                         .syntax = nullptr};
  Markdown out;
  const std::string shown = html::with_bare_marks_shown(text);
  md_parse(shown.data(), static_cast<MD_SIZE>(shown.size()), &parser, &out);
  std::erase_if(out.blocks, [](const Block& block) { return block.spans.empty(); });
  return shown_or_as_typed(std::move(out.blocks), text);
}

std::string snippet_of(std::string_view text, std::size_t bytes_max) {
  // Enough of the text to fill the line after white space is squeezed.
  const std::string line = squeezed(clipped_utf8(text, bytes_max * 4));
  return std::string{clipped_utf8(line, bytes_max)};
}

}  // namespace lethe::web
