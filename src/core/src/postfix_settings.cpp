#include "lethe/core/postfix_settings.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }
bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct LogicalLine {
  std::string text;
  int number = 0;  // of its first line
};

std::vector<LogicalLine> logical_lines(std::string_view file) {
  std::vector<LogicalLine> lines;
  int number = 0;
  for (const std::string_view line : split(file, '\n')) {
    ++number;
    const std::string_view bare = trimmed(line);
    if (bare.empty() || bare.front() == '#') continue;
    if (is_space(line.front()) && !lines.empty()) {
      (lines.back().text += ' ') += bare;
    } else {
      lines.push_back({std::string{bare}, number});
    }
  }
  return lines;
}

// The end of a bracket that opened before `at`; npos when it does not close.
std::size_t closing(std::string_view text, std::size_t at, char open, char close) {
  int depth = 1;
  for (; at < text.size(); ++at) {
    if (text[at] == open) ++depth;
    if (text[at] == close && --depth == 0) return at;
  }
  return std::string_view::npos;
}

std::unexpected<Error> unclosed() {
  return fail(Errc::invalid_argument, "a bracket behind $ does not close");
}

// "{text}" and what follows it; text without brackets is whole.
struct Branch {
  std::string_view text, rest;
};
Result<Branch> branch_of(std::string_view text) {
  const std::string_view bare = trimmed(text);
  if (!bare.starts_with('{')) return Branch{text, {}};
  const auto end = closing(bare, 1, '{', '}');
  if (end == std::string_view::npos) return unclosed();
  return Branch{trimmed(bare.substr(1, end - 1)), trimmed(bare.substr(end + 1))};
}

}  // namespace

Result<PostfixSettings> PostfixSettings::parse(std::string_view main_cf) {
  if (main_cf.size() > kFileBytesMax)
    return fail(Errc::too_large, "main.cf is larger than 128 KiB");
  PostfixSettings settings;
  for (const LogicalLine& line : logical_lines(main_cf)) {
    const auto equals = line.text.find('=');
    const std::string_view name = trimmed(std::string_view{line.text}.substr(0, equals));
    if (equals == std::string::npos || name.empty()) {
      return fail(Errc::invalid_argument,
                  "line " + std::to_string(line.number) + " is not of the form name = value");
    }
    settings.settings_.insert_or_assign(
        std::string{name}, std::string{trimmed(std::string_view{line.text}.substr(equals + 1))});
  }
  return settings;
}

std::string_view PostfixSettings::raw(std::string_view name) const noexcept {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::string_view{} : found->second;
}

bool PostfixSettings::is_set(std::string_view name) const noexcept {
  return settings_.contains(name);
}

Result<std::string> PostfixSettings::value(std::string_view name) const {
  std::string out;
  int steps = 0;
  LETHE_CHECK(expand(raw(name), 0, steps, out));
  return out;
}

Status PostfixSettings::expand(std::string_view text, int depth, int& steps,
                               std::string& out) const {
  if (depth > kDepthMax || ++steps > kStepsMax)
    return fail(Errc::out_of_range, "its names name each other");
  for (std::size_t at = 0; at < text.size();) {
    if (out.size() > kValueBytesMax) return fail(Errc::out_of_range, "its value is too long");
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (text[at] != '$' || !(next == '$' || next == '{' || next == '(' || is_name_char(next))) {
      out += text[at++];
      continue;
    }
    if (next == '$') {
      out += '$';
      at += 2;
      continue;
    }
    if (is_name_char(next)) {
      std::size_t end = at + 1;
      while (end < text.size() && is_name_char(text[end])) ++end;
      LETHE_CHECK(expand(raw(text.substr(at + 1, end - at - 1)), depth + 1, steps, out));
      at = end;
      continue;
    }
    const auto end = closing(text, at + 2, next, next == '{' ? '}' : ')');
    if (end == std::string_view::npos) return unclosed();
    LETHE_CHECK(expand_braced(trimmed(text.substr(at + 2, end - at - 2)), depth + 1, steps, out));
    at = end + 1;
  }
  return {};
}

// "name", "name?text", "name:text", "name?{text}:{text}".
Status PostfixSettings::expand_braced(std::string_view inside, int depth, int& steps,
                                      std::string& out) const {
  std::size_t end = 0;
  while (end < inside.size() && is_name_char(inside[end])) ++end;
  const std::string_view name = inside.substr(0, end);
  const std::string_view rest = trimmed(inside.substr(end));
  if (name.empty() || (!rest.empty() && rest.front() != '?' && rest.front() != ':')) {
    return fail(Errc::invalid_argument, "it compares values, which this check does not do");
  }
  if (rest.empty()) return expand(raw(name), depth, steps, out);
  std::string tested;
  LETHE_CHECK(expand(raw(name), depth, steps, tested));
  const bool holds = rest.front() == '?' ? !tested.empty() : tested.empty();
  LETHE_TRY(const Branch first, branch_of(rest.substr(1)));
  if (holds) return expand(first.text, depth, steps, out);
  if (!first.rest.starts_with(':')) return {};
  LETHE_TRY(const Branch second, branch_of(first.rest.substr(1)));
  return expand(second.text, depth, steps, out);
}

}  // namespace lethe::core
