#include "lethe/core/saved_reply.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::string_view kOpening = "{{";
constexpr std::string_view kClosing = "}}";
constexpr std::size_t kShownBytesMax = 60;

constexpr std::array<std::string ReplyFacts::*, kPlaceholders.size()> kFacts{
    &ReplyFacts::customer_name,  &ReplyFacts::customer_email, &ReplyFacts::ticket_number,
    &ReplyFacts::ticket_subject, &ReplyFacts::agent_name,     &ReplyFacts::organisation_name};

// What stands at the front of a text: words up to the next braces, then these with what they hold.
struct Step {
  std::string_view words;
  std::string_view written;  // "{{ agent.name }}"; to the end when it is never closed; or empty
};

Step next_step(std::string_view& text) {
  const std::size_t begin = std::min(text.find(kOpening), text.size());
  Step step{text.substr(0, begin), {}};
  text.remove_prefix(begin);
  const std::size_t close =
      text.empty() ? std::string_view::npos : text.find(kClosing, kOpening.size());
  step.written = close == std::string_view::npos ? text : text.substr(0, close + kClosing.size());
  text.remove_prefix(step.written.size());
  return step;
}

// The fact that is named by "{{ name }}"; null when there is none.
std::string ReplyFacts::* fact_of(std::string_view written) {
  if (written.size() < kOpening.size() + kClosing.size() || !written.ends_with(kClosing)) {
    return nullptr;
  }
  written.remove_prefix(kOpening.size());
  written.remove_suffix(kClosing.size());
  for (std::size_t i = 0; i < kPlaceholders.size(); ++i) {
    if (trimmed(written) == kPlaceholders[i]) return kFacts[i];
  }
  return nullptr;
}

void append_without_links(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '(' && text.ends_with(']')) text += ' ';
    text += c;
  }
}

}  // namespace

std::optional<std::string> unknown_placeholder(std::string_view text) {
  while (!text.empty()) {
    const Step step = next_step(text);
    if (step.written.empty() || fact_of(step.written) != nullptr) continue;
    const std::string_view line = step.written.substr(0, step.written.find('\n'));
    return std::string{clipped_utf8(line, kShownBytesMax)};
  }
  return std::nullopt;
}

std::string fill_placeholders(std::string_view text, const ReplyFacts& facts) {
  std::string filled;
  while (!text.empty()) {
    const Step step = next_step(text);
    filled += step.words;
    const auto fact = fact_of(step.written);
    if (fact == nullptr) {
      filled += step.written;
    } else {
      append_without_links(filled, facts.*fact);
    }
  }
  return filled;
}

std::size_t characters_in(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

}  // namespace lethe::core
