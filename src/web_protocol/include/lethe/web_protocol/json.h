// JSON from outside, bounded, and a reader that knows which fields it has been asked for.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"

namespace lethe::web_protocol {

inline constexpr std::size_t kJsonDepthMax = 32;

// Strict RFC 8259, depth at most kJsonDepthMax. Errors: invalid_argument with the byte position,
// never the text; too_large beyond `bytes_max`.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text, std::size_t bytes_max);
// As above, and must be an object. Duplicate keys: the last one counts (RFC 8259 section 4).
[[nodiscard]] Result<boost::json::object> parse_json_object(std::string_view text,
                                                            std::size_t bytes_max);

// For orders, of which the last one counting may not be what was meant. `parsed` is `text` as
// parse_json() read it. Errors: invalid_argument when an object in it writes a name twice; with the
// field when that is the outermost one.
[[nodiscard]] Status refuse_repeated_names(std::string_view text,
                                           const boost::json::object& parsed);

// Errors: invalid_argument naming the first field that is not in `known`.
[[nodiscard]] Status refuse_unknown_fields(const boost::json::object& object,
                                           std::initializer_list<std::string_view> known);

// Typed reads; null counts as absent. Errors: invalid_argument naming the field when the type is
// wrong, and, for the required ones, when it is absent.
[[nodiscard]] Result<std::string> required_text(const boost::json::object& object,
                                                std::string_view field);
[[nodiscard]] Result<std::optional<std::string>> optional_text(const boost::json::object& object,
                                                               std::string_view field);
[[nodiscard]] Result<std::optional<std::int64_t>> optional_integer(
    const boost::json::object& object, std::string_view field);
[[nodiscard]] Result<std::optional<bool>> optional_bool(const boost::json::object& object,
                                                        std::string_view field);
[[nodiscard]] Result<std::optional<std::vector<std::string>>> optional_texts(
    const boost::json::object& object, std::string_view field);

}  // namespace lethe::web_protocol
