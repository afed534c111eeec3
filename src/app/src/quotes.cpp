#include "quotes.h"

#include <optional>

#include "lethe/base/text.h"
#include "lethe/core/search_words.h"

namespace lethe::app {
namespace {

// A line without quote marks and with its white space squeezed, as both sides compare it.
std::string bare(std::string_view line) {
  const auto start = line.find_first_not_of("> \t|");
  if (start == std::string_view::npos) return {};
  return squeezed(line.substr(start));
}

// Short lines ("Hello,", "Thanks") are everybody's words.
constexpr std::size_t kTellingBytes = 12;

constexpr std::size_t kSnippetBytes = 240;
constexpr std::size_t kLookedAtForSnippet = 64 * 1024;

std::string in_one_line(std::string_view text) {
  const std::string line = squeezed(text);
  return std::string{clipped_utf8(line, kSnippetBytes)};
}

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const std::string_view line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
  rest.remove_prefix(line.size());
  return line;
}

std::string_view without_line_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

struct Line {
  std::string_view text;  // with its end
  std::optional<core::PersonId> author;
};

// Each line's author; lines that tell nothing go with the line after them, or before at the end.
std::vector<Line> attributed(std::string_view quotation, const KnownVoices& voices) {
  std::vector<Line> lines;
  while (!quotation.empty()) {
    const std::string_view line = next_line(quotation);
    const core::PersonId* who = voices.author_of_line(without_line_end(line));
    if (who == nullptr) who = voices.named_in(line);
    lines.push_back({line, who != nullptr ? std::optional{*who} : std::nullopt});
  }
  std::optional<core::PersonId> later;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->author) later = line->author;
    if (!line->author) line->author = later;
  }
  std::optional<core::PersonId> earlier;
  for (Line& line : lines) {
    if (!line.author) line.author = earlier;
    earlier = line.author;
  }
  return lines;
}

void take_lines(Unquoted& out, std::string_view quotation, core::PersonId sender,
                const KnownVoices& voices) {
  for (const Line& line : attributed(quotation, voices)) {
    if (!line.author || *line.author == sender) {
      out.text += line.text;
      continue;
    }
    const bool goes_on = !out.passages.empty() && out.passages.back().author == *line.author &&
                         out.passages.back().place == out.text.size();
    if (!goes_on) out.passages.push_back({*line.author, out.text.size(), {}});
    out.passages.back().text += line.text;
  }
}

}  // namespace

void KnownVoices::add_text(core::PersonId who, std::string_view text) {
  while (!text.empty()) {
    const std::string line = bare(without_line_end(next_line(text)));
    if (line.size() >= kTellingBytes) lines_.emplace(line, who);
  }
}

void KnownVoices::add_name(core::PersonId who, std::string_view name) {
  std::string key = core::folded(trimmed(name));
  if (key.size() >= 3) names_.emplace_back(std::move(key), who);
}

const core::PersonId* KnownVoices::author_of_line(std::string_view line) const {
  const auto found = lines_.find(bare(line));
  return found == lines_.end() ? nullptr : &found->second;
}

const core::PersonId* KnownVoices::named_in(std::string_view line) const {
  const std::string text = core::folded(line);
  for (const auto& [name, who] : names_) {
    if (text.find(name) != std::string::npos) return &who;
  }
  return nullptr;
}

Unquoted take_out_quotes(std::string_view body, core::PersonId sender, const KnownVoices& voices) {
  if (voices.empty()) return {std::string{body}, {}};
  return take_out_quotes(body, core::split_reply(body), sender, voices);
}

Unquoted take_out_quotes(std::string_view body, std::span<const core::ReplySegment> segments,
                         core::PersonId sender, const KnownVoices& voices) {
  if (voices.empty()) return {std::string{body}, {}};
  Unquoted out;
  for (const core::ReplySegment& segment : segments) {
    const std::string_view text = body.substr(segment.begin, segment.end - segment.begin);
    if (segment.part == core::ReplyPart::quotation) {
      take_lines(out, text, sender, voices);
    } else {
      out.text += text;
    }
  }
  return out;
}

std::string with_passages(std::string_view text, const std::vector<QuotedPassage>& passages) {
  std::string out;
  std::size_t at = 0;
  for (const QuotedPassage& passage : passages) {
    const std::size_t place = passage.place < at ? at : std::min(passage.place, text.size());
    out += text.substr(at, place - at);
    out += passage.text;
    at = place;
  }
  out += text.substr(at);
  return out;
}

std::string snippet_of(std::string_view body) {
  return in_one_line(core::new_text_of(clipped_utf8(body, kLookedAtForSnippet)));
}

std::string snippet_of(std::string_view body, std::span<const core::ReplySegment> segments) {
  return in_one_line(core::new_text_of(body, segments));
}

}  // namespace lethe::app
