#include "lethe/mime/message.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::mime {

bool is_mail(std::string_view type) noexcept {
  return type == "message/rfc822" || type == "message/global";
}

std::string_view name_of(Warning warning) noexcept {
  switch (warning) {
    case Warning::duplicate_from:
      return "duplicate_from";
    case Warning::multiple_from:
      return "multiple_from";
    case Warning::name_looks_like_address:
      return "name_looks_like_address";
    case Warning::encrypted:
      return "encrypted";
    case Warning::signed_:
      return "signed";
    case Warning::no_headers:
      return "no_headers";
    case Warning::duplicate_header:
      return "duplicate_header";
    case Warning::headers_truncated:
      return "headers_truncated";
    case Warning::addresses_truncated:
      return "addresses_truncated";
    case Warning::parameters_truncated:
      return "parameters_truncated";
    case Warning::parts_truncated:
      return "parts_truncated";
    case Warning::depth_truncated:
      return "depth_truncated";
    case Warning::missing_end_boundary:
      return "missing_end_boundary";
    case Warning::bad_boundary:
      return "bad_boundary";
    case Warning::bad_encoding:
      return "bad_encoding";
    case Warning::bad_charset:
      return "bad_charset";
    case Warning::control_characters:
      return "control_characters";
    case Warning::bidi_override:
      return "bidi_override";
    case Warning::unsafe_file_name:
      return "unsafe_file_name";
    case Warning::tnef:
      return "tnef";
    case Warning::bare_line_ends:
      return "bare_line_ends";
  }
  return "";
}

std::optional<std::string_view> Message::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& one) { return equals_ignoring_ascii_case(one.name, name); });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

std::vector<std::string_view> Message::headers_named(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& one : headers) {
    if (equals_ignoring_ascii_case(one.name, name)) values.emplace_back(one.value);
  }
  return values;
}

bool Message::has(Warning warning) const noexcept {
  return std::ranges::find(warnings, warning) != warnings.end();
}

std::vector<std::size_t> Message::leaf_parts() const {
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].kind != PartKind::multipart) leaves.push_back(i);
  }
  return leaves;
}

}  // namespace lethe::mime
