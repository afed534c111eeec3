// Values of settings and forms, in the shapes that handlers want.
#include <charconv>

#include "lethe/base/text.h"
#include "site_common.h"

namespace lethe::web {

std::string setting_or(const ports::Reading& tx, std::string_view key, std::string_view otherwise) {
  const auto value = tx.catalog().setting(key);
  return value && *value ? **value : std::string{otherwise};
}

std::vector<std::string> words_of_list(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string_view each : split(line, ',')) {
      if (const auto word = trimmed(each); !word.empty()) words.emplace_back(word);
    }
  }
  return words;
}

std::string role_words(const Text& words, ports::Role role) {
  if (role == ports::Role::admin) return words("Administrator");
  if (role == ports::Role::privacy_officer) return words("Privacy officer");
  return words("Agent");
}

std::optional<int> number_of(std::string_view text) {
  const std::string_view digits = trimmed(text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace lethe::web
