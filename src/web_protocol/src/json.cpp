#include "lethe/web_protocol/json.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/parser.hpp>
#include <set>

#include "lethe/base/text.h"

namespace lethe::web_protocol {
namespace {

constexpr std::size_t kNameShownBytes = 60;

const boost::json::value* present(const boost::json::object& object, std::string_view field) {
  const boost::json::value* value = object.if_contains(field);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::unexpected<Error> wrong_type(std::string_view field, std::string_view wanted) {
  return fail(Errc::invalid_argument, "must be " + std::string{wanted}, std::string{field});
}

// Behind the last byte of the string that begins at `start`.
std::size_t end_of_string(std::string_view text, std::size_t start) {
  std::size_t at = start + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

// What objects write down, in well-formed JSON.
struct Written {
  std::size_t members = 0;
  std::string_view repeated;  // the first name that the outermost object writes twice, as written
};

Written written_in(std::string_view text) {
  Written written;
  std::set<std::string_view> names;
  std::string_view last;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const std::size_t end = end_of_string(text, at);
      last = text.substr(at + 1, end - at - 2);
      at = end - 1;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != ':') continue;
    ++written.members;
    const bool is_new = depth != 1 || names.insert(last).second;
    if (!is_new && written.repeated.empty()) written.repeated = last;
  }
  return written;
}

std::size_t members_of(const boost::json::value& value) {
  std::size_t members = 0;
  if (value.is_array()) {
    for (const auto& item : value.get_array()) members += members_of(item);
  }
  if (value.is_object()) {
    for (const auto& member : value.get_object()) members += 1 + members_of(member.value());
  }
  return members;
}

}  // namespace

Status refuse_repeated_names(std::string_view text, const boost::json::object& parsed) {
  std::size_t kept = 0;
  for (const auto& member : parsed) kept += 1 + members_of(member.value());
  const Written written = written_in(text);
  if (written.members == kept) return {};
  return fail(Errc::invalid_argument, "a name stands twice in an object",
              std::string{clipped_utf8(written.repeated, kNameShownBytes)});
}

Result<boost::json::value> parse_json(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return fail(Errc::too_large, "JSON too long");
  boost::json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::json::parser parser{{}, options};
  boost::json::error_code error;
  const std::size_t parsed = parser.write(text.data(), text.size(), error);
  if (error) {
    return fail(Errc::invalid_argument, "not JSON near byte " + std::to_string(parsed));
  }
  return parser.release();
}

Result<boost::json::object> parse_json_object(std::string_view text, std::size_t bytes_max) {
  LETHE_TRY(boost::json::value value, parse_json(text, bytes_max));
  if (!value.is_object()) return fail(Errc::invalid_argument, "must be a JSON object");
  return std::move(value.get_object());
}

Status refuse_unknown_fields(const boost::json::object& object,
                             std::initializer_list<std::string_view> known) {
  for (const auto& member : object) {
    const std::string_view key{member.key().data(), member.key().size()};
    if (std::ranges::find(known, key) == known.end()) {
      return fail(Errc::invalid_argument, "unknown field",
                  std::string{clipped_utf8(key, kNameShownBytes)});
    }
  }
  return {};
}

Result<std::string> required_text(const boost::json::object& object, std::string_view field) {
  LETHE_TRY(auto text, optional_text(object, field));
  if (!text) return fail(Errc::invalid_argument, "is required", std::string{field});
  return *std::move(text);
}

Result<std::optional<std::string>> optional_text(const boost::json::object& object,
                                                 std::string_view field) {
  const boost::json::value* value = present(object, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return wrong_type(field, "a string");
  return std::string{value->get_string().data(), value->get_string().size()};
}

Result<std::optional<std::int64_t>> optional_integer(const boost::json::object& object,
                                                     std::string_view field) {
  const boost::json::value* value = present(object, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_int64()) return wrong_type(field, "a whole number");
  return value->get_int64();
}

Result<std::optional<bool>> optional_bool(const boost::json::object& object,
                                          std::string_view field) {
  const boost::json::value* value = present(object, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) return wrong_type(field, "true or false");
  return value->get_bool();
}

Result<std::optional<std::vector<std::string>>> optional_texts(const boost::json::object& object,
                                                               std::string_view field) {
  const boost::json::value* value = present(object, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) return wrong_type(field, "a list of strings");
  std::vector<std::string> texts;
  for (const boost::json::value& item : value->get_array()) {
    if (!item.is_string()) return wrong_type(field, "a list of strings");
    texts.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return texts;
}

}  // namespace lethe::web_protocol
