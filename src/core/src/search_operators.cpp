#include "lethe/core/search_operators.h"

#include <algorithm>
#include <array>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::size_t kOperatorsMax = 16;
constexpr std::size_t kDigitsMax = 18;

using List = std::vector<std::string> SearchOperators::*;
struct Name {
  std::string_view name;
  List list;
};
constexpr std::array kNames{
    Name{"status", &SearchOperators::statuses}, Name{"tag", &SearchOperators::tags},
    Name{"from", &SearchOperators::senders},    Name{"assignee", &SearchOperators::assignees},
    Name{"group", &SearchOperators::groups},    Name{"type", &SearchOperators::types}};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// One piece of the query: up to the next space outside quotation marks. One that is never closed
// closes nothing.
std::string_view next_piece(std::string_view& rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  std::size_t end = 0;
  while (end < rest.size() && !is_space(rest[end])) {
    const std::size_t closed = rest[end] == '"' ? rest.find('"', end + 1) : std::string_view::npos;
    end = closed == std::string_view::npos ? end + 1 : closed + 1;
  }
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(end);
  return piece;
}

// Takes the piece when it is an operator.
bool take(SearchOperators& found, std::string_view piece) {
  const auto colon = piece.find(':');
  if (colon == std::string_view::npos) return false;
  const auto known = std::ranges::find_if(kNames, [&](const Name& each) {
    return equals_ignoring_ascii_case(each.name, piece.substr(0, colon));
  });
  if (known == kNames.end()) return false;
  std::string value{piece.substr(colon + 1)};
  std::erase(value, '"');
  const std::string_view plain = trimmed(value);
  if (plain.empty()) return false;
  (found.*(known->list)).emplace_back(plain);
  return true;
}

}  // namespace

bool SearchOperators::any() const noexcept {
  return std::ranges::any_of(kNames, [&](const Name& each) { return !(this->*each.list).empty(); });
}

SearchOperators parse_search_operators(std::string_view query) {
  SearchOperators found;
  std::size_t taken = 0;
  while (!query.empty()) {
    const std::string_view piece = next_piece(query);
    if (piece.empty()) break;
    if (taken < kOperatorsMax && take(found, piece)) {
      ++taken;
      continue;
    }
    found.words += (found.words.empty() ? "" : " ") + std::string{piece};
  }
  return found;
}

std::optional<std::int64_t> ticket_number_in(std::string_view query) noexcept {
  query = trimmed(query);
  if (query.starts_with('#')) query.remove_prefix(1);
  if (query.empty() || query.size() > kDigitsMax) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : query) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number > 0 ? std::optional{number} : std::nullopt;
}

}  // namespace lethe::core
