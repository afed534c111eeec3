// What a query for tickets says beside its words: `status:open from:ann@example.org cracked`.
//
// An operator is a known name, a colon and a value without a space between, outside quotation
// marks: status, tag, from, assignee, group, type. A value with spaces stands in quotation marks:
// tag:"two words". Names and values may be written in any case. Anything else with a colon is a
// word like others ("re:", "http://..."), and so is a name without a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

struct SearchOperators {
  std::string words;                  // what is left, in order, phrases with their quotation marks
  std::vector<std::string> statuses;  // any of them will do, as it will for those below
  std::vector<std::string> assignees, groups, types, senders;
  std::vector<std::string> tags;  // each of them

  [[nodiscard]] bool any() const noexcept;
};

// At most 16 operators count. Never fails.
[[nodiscard]] SearchOperators parse_search_operators(std::string_view query);

// The number of a ticket, when the query is nothing but that: "1234", "#1234". At most 18 digits.
[[nodiscard]] std::optional<std::int64_t> ticket_number_in(std::string_view query) noexcept;

}  // namespace lethe::core
