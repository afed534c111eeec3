#include "lethe/web_protocol/fields.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::web_protocol {

std::optional<std::string_view> Fields::find(std::string_view name) const noexcept {
  const auto at = std::ranges::find(fields_, name, &Field::name);
  if (at == fields_.end()) return std::nullopt;
  return at->value;
}

std::string_view Fields::get(std::string_view name) const noexcept {
  return find(name).value_or(std::string_view{});
}

std::vector<std::string_view> Fields::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field& field : fields_) {
    if (field.name == name) values.push_back(field.value);
  }
  return values;
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_,
                [&](const Field& field) { return equals_ignoring_ascii_case(field.name, name); });
  fields_.push_back({std::string{name}, std::move(value)});
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  const auto at = std::ranges::find_if(
      fields_, [&](const Field& field) { return equals_ignoring_ascii_case(field.name, name); });
  if (at == fields_.end()) return std::nullopt;
  return at->value;
}

std::string_view Headers::get(std::string_view name) const noexcept {
  return find(name).value_or(std::string_view{});
}

}  // namespace lethe::web_protocol
