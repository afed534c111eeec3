// Fields of import lines that nobody knows: refused, and named. A misspelt "closed_at" would leave
// its ticket open for ever.
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/base/text.h"

namespace lethe::app {

// `within` stands before the name in the error: "" or "messages.".
// Errors: invalid_argument, of which the field is the first one not in `known`.
[[nodiscard]] inline Status refuse_unknown_fields(const boost::json::object& object,
                                                  std::initializer_list<std::string_view> known,
                                                  std::string_view within) {
  constexpr std::size_t kNameBytes = 60;
  for (const auto& member : object) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string field = std::string{within} + std::string{clipped_utf8(name, kNameBytes)};
    return fail(Errc::invalid_argument, field + ": there is no such field", field);
  }
  return {};
}

}  // namespace lethe::app
