#include "lethe/core/masks.h"

#include <algorithm>
#include <array>
#include <optional>

#include "lethe/base/text.h"
#include "masks_numbers.h"
#include "masks_passwords.h"

namespace lethe::core {
namespace {

constexpr std::size_t kCompactMax = 34;  // the longest IBAN
constexpr std::size_t kContextBytes = 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Bytes of the separator at `at`; 0 when there is none.
std::size_t separator_at(std::string_view text, std::size_t at) {
  static constexpr auto kWide = std::to_array<std::string_view>(
      {"\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF", "\xE2\x80\x91", "&nbsp;", "&#160;"});
  const char c = text[at];
  if (c == ' ' || c == '.' || c == '-' || c == '/') return 1;
  for (const std::string_view each : kWide)
    if (text.substr(at).starts_with(each)) return each.size();
  return 0;
}

// Letters and digits, one separator between groups; as many as the longest number has.
struct Run {
  std::string compact;
  struct GroupEnd {
    std::size_t compact_size;
    std::size_t text_end;
  };
  std::vector<GroupEnd> ends;
};

Run read_run(std::string_view text, std::size_t at) {
  Run run;
  while (at < text.size() && run.compact.size() <= kCompactMax) {
    while (at < text.size() && is_alnum(text[at]) && run.compact.size() <= kCompactMax)
      run.compact += upper(text[at++]);
    run.ends.push_back({run.compact.size(), at});
    if (at >= text.size()) break;
    const std::size_t separator = separator_at(text, at);
    if (separator == 0 || at + separator >= text.size() || !is_alnum(text[at + separator])) break;
    at += separator;
  }
  return run;
}

// A dash or a slash ties what it joins to one word; digits on both sides of a blank are one number.
bool is_continued(std::string_view text, std::size_t begin, std::size_t end) {
  if (end < text.size() && is_alnum(text[end])) return true;
  if (begin > 0) {
    const char before = text[begin - 1];
    const bool is_digit_there = begin > 1 && is_digit(text[begin - 2]);
    const bool is_alnum_there = begin > 1 && is_alnum(text[begin - 2]);
    if (before == '+' || before == '_' || before == '#') return true;
    if ((before == '-' || before == '/') && is_alnum_there) return true;
    if ((before == ' ' || before == '.') && is_digit_there && is_digit(text[begin])) return true;
  }
  if (end + 1 >= text.size()) return false;
  const char after = text[end];
  if (after == '_') return true;
  if ((after == '-' || after == '/') && is_alnum(text[end + 1])) return true;
  return (after == ' ' || after == '.') && is_digit(text[end + 1]) && is_digit(text[end - 1]);
}

std::optional<MaskHit> iban_at(std::string_view text, std::size_t at, const Run& run) {
  const std::size_t length = masks::iban_length(run.compact);
  if (length == 0) return std::nullopt;
  for (const Run::GroupEnd& end : run.ends) {
    if (end.compact_size != length) continue;
    const std::string_view compact = std::string_view{run.compact}.substr(0, length);
    const bool is_glued = end.text_end < text.size() && is_alnum(text[end.text_end]);
    if (is_glued || !masks::is_iban(compact)) return std::nullopt;
    return MaskHit{at, end.text_end,
                   "[IBAN ending " + std::string{compact.substr(length - 4)} + "]"};
  }
  return std::nullopt;
}

std::optional<MaskHit> national_id_at(std::string_view text, std::size_t at, const Run& run) {
  std::string before;
  for (std::size_t group = 0; group < run.ends.size(); ++group) {
    const Run::GroupEnd& end = run.ends[group];
    if (end.compact_size > masks::kNationalIdLongest) break;
    if (end.compact_size < 9 || is_continued(text, at, end.text_end)) continue;
    if (before.empty()) {
      const std::size_t from = at > kContextBytes ? at - kContextBytes : 0;
      before = ascii_lower(text.substr(from, at - from));
    }
    const std::string_view compact = std::string_view{run.compact}.substr(0, end.compact_size);
    const bool is_grouped = group == 1 && run.ends[0].compact_size == 6;
    if (masks::national_id(compact, before, is_grouped) != nullptr)
      return MaskHit{at, end.text_end, "[national id removed]"};
  }
  return std::nullopt;
}

constexpr const char* kPasswordMark = "[password removed]";

std::optional<MaskHit> hit_at(std::string_view text, std::size_t at, const MaskChoice& choice) {
  if (choice.passwords) {
    if (const auto range = masks::password_at(text, at))
      return MaskHit{range->begin, range->end, kPasswordMark};
  }
  const bool starts = is_alnum(text[at]) && (at == 0 || !is_alnum(text[at - 1]));
  if (!starts || (!choice.ibans && !choice.national_ids)) return std::nullopt;
  const Run run = read_run(text, at);
  if (choice.ibans) {
    if (auto hit = iban_at(text, at, run)) return hit;
  }
  return choice.national_ids ? national_id_at(text, at, run) : std::nullopt;
}

void add_masked(std::string_view text, const MaskChoice& choice, Masked& out) {
  std::size_t written = 0;
  for (const MaskHit& hit : find_masked(text, choice)) {
    out.text += text.substr(written, hit.begin - written);
    out.text += hit.mark;
    written = hit.end;
    ++out.hits;
  }
  out.text += text.substr(written);
}

// "<b>Password:</b> x": a word for passwords in one piece of HTML, the password in the next that
// has text. Pieces begin with "<", a tag, or ">", the text behind it.
class Announced {
 public:
  // Writes the beginning of `piece` up to behind the password that was announced, masked; how many
  // bytes that are.
  std::size_t take(std::string_view piece, Masked& out) {
    if (piece.starts_with('<')) {
      is_same_line_ = is_same_line_ && is_inline(piece.substr(1));
      return 0;
    }
    const std::size_t mark = piece.starts_with('>') ? 1 : 0;
    const std::string_view text = piece.substr(mark);
    if (trimmed(text).empty()) return 0;
    const auto range = is_pending_ ? masks::announced_password(text, is_same_line_) : std::nullopt;
    is_pending_ = masks::announces_password(text);
    is_same_line_ = true;
    if (!range) return 0;
    out.text += piece.substr(0, mark + range->begin);
    out.text += kPasswordMark;
    ++out.hits;
    return mark + range->end;
  }

 private:
  static bool is_inline(std::string_view tag) {
    static constexpr auto kInline = std::to_array<std::string_view>(
        {"b", "i", "u", "em", "strong", "span", "font", "code", "tt", "small", "big", "mark"});
    if (tag.starts_with('/')) tag.remove_prefix(1);
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    return std::ranges::any_of(
        kInline, [&](std::string_view each) { return equals_ignoring_ascii_case(name, each); });
  }

  bool is_pending_ = false;
  bool is_same_line_ = true;
};

// A number that was tied to another one stands alone when that one is a mark.
template <class Pass>
Masked until_stable(std::string_view text, const MaskChoice& choice, Pass pass) {
  constexpr int kPassesMax = 16;
  Masked out{std::string{text}, 0};
  if (!choice.any()) return out;
  for (int n = 0; n < kPassesMax; ++n) {
    Masked next = pass(out.text);
    if (next.hits == 0) break;
    out.text = std::move(next.text);
    out.hits += next.hits;
  }
  return out;
}

}  // namespace

std::string to_text(const MaskChoice& choice) {
  std::string text;
  const auto add = [&](bool is_on, std::string_view word) {
    if (is_on) text += (text.empty() ? "" : ",") + std::string{word};
  };
  add(choice.ibans, "iban");
  add(choice.national_ids, "national_id");
  add(choice.passwords, "password");
  return text;
}

MaskChoice parse_mask_choice(std::string_view text) {
  MaskChoice choice;
  for (const std::string_view word : split(text, ',')) {
    if (word == "iban") choice.ibans = true;
    if (word == "national_id") choice.national_ids = true;
    if (word == "password") choice.passwords = true;
  }
  return choice;
}

std::vector<MaskHit> find_masked(std::string_view text, const MaskChoice& choice) {
  std::vector<MaskHit> hits;
  for (std::size_t at = 0; at < text.size();) {
    auto hit = hit_at(text, at, choice);
    if (!hit) {
      ++at;
      continue;
    }
    at = hit->end;
    hits.push_back(std::move(*hit));
  }
  return hits;
}

Masked mask_text(std::string_view text, const MaskChoice& choice) {
  return until_stable(text, choice, [&](std::string_view each) {
    Masked out;
    add_masked(each, choice, out);
    return out;
  });
}

Masked mask_html(std::string_view html, const MaskChoice& choice) {
  return until_stable(html, choice, [&](std::string_view rest) {
    Masked out;
    Announced announced;
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, rest.find_first_of("<>", 1));
      std::string_view text = piece;
      if (choice.passwords) text.remove_prefix(announced.take(piece, out));
      add_masked(text, choice, out);
      rest.remove_prefix(piece.size());
    }
    return out;
  });
}

}  // namespace lethe::core
