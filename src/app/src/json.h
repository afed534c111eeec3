// JSON of small sealed cells: one object, read leniently (a missing or foreign
// member is its empty value), written by Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::app {

// An empty object when `text` is none.
[[nodiscard]] boost::json::object parse_object(std::string_view text);
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view member);
[[nodiscard]] std::vector<std::string> texts_of(const boost::json::object& object,
                                                std::string_view member);
[[nodiscard]] std::int64_t number_of(const boost::json::object& object, std::string_view member);
[[nodiscard]] bool flag_of(const boost::json::object& object, std::string_view member);
[[nodiscard]] boost::json::array array_of(const std::vector<std::string>& texts);

}  // namespace lethe::app
