// Subject lines as threading reads them.
//
// A subject never joins a mail to a ticket (DESIGN promise 6); it only makes Lethe ask an agent.
// Pure, linear in the length of the line, total for any bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

// The line without what mail programs and lists put in front: "Re:", "AW:", "WG:", "TR:", "SV[2]:"
// and their kin in some 25 languages, and tags in square brackets. White space squeezed, case
// folded. Empty when nothing else was said.
[[nodiscard]] std::string bare_subject(std::string_view subject);

// True when both say something and neither repeats the other.
[[nodiscard]] bool says_something_else(std::string_view subject, std::string_view other);

// The numbers written as "[#1234]", at most 5, in order.
[[nodiscard]] std::vector<std::int64_t> numbers_in_subject(std::string_view subject);

}  // namespace lethe::core
