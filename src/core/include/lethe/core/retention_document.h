// Retention settings as JSON: what the API takes and answers, and what is stored.
//
// The shapes are those of the API (Rule, Policy, Exceptions). A document
// changes only what it names: POST starts from defaults, PATCH from what is
// stored, and a stored definition is read like a POST.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/core/retention_facts.h"

namespace lethe::core::retention {

// `base` with the fields of `document`: name, enabled, profile, groups, types,
// tags, anchor, mode, position, and days or calendar_years, of which one
// replaces the other, which may be null. id and version are the server's.
// Errors: those of make_rule(), and invalid_argument for an unknown field or a
// wrong type; `field` names it, and is empty when `document` is no object.
[[nodiscard]] Result<Rule> changed_rule(RuleSpec base, const boost::json::value& document);
// The mode of a new rule that does not say one: each for native rules, all for compatible ones
// (docs/retention.md A5 and A25).
[[nodiscard]] Mode mode_unless_said(const boost::json::value& document);
// The API's Rule: `id` as text, `days` null under calendar years.
[[nodiscard]] boost::json::object to_json(const Rule& rule);
// Without id, position and version, as rows keep it; read_definition() undoes it.
[[nodiscard]] std::string to_definition(const Rule& rule);
// `row` gives id, position and version. Errors: corrupt.
[[nodiscard]] Result<Rule> read_definition(RuleSpec row, std::string_view definition);

// keep_contact, deletion (hide|erase), delay_days, grace_days.
// Errors: those of make_policy(), and as above.
[[nodiscard]] Result<Policy> changed_policy(PolicySpec base, const boost::json::value& document);
[[nodiscard]] boost::json::object to_json(const Policy& policy);

// Exceptions as typed; typed_keys() and typed_address_keys() make keys of them.
// Addresses are personal data: store the persons they stand for instead.
struct ExceptionLists {
  std::vector<std::string> contact_tags;
  std::vector<std::string> emails;
  std::vector<std::string> companies;
  std::vector<std::string> agents;
};
[[nodiscard]] Result<ExceptionLists> parse_exceptions(const boost::json::value& document);

[[nodiscard]] std::string_view name_of(Deletion deletion) noexcept;    // "hide", "erase"
[[nodiscard]] Result<Deletion> parse_deletion(std::string_view name);  // field deletion

}  // namespace lethe::core::retention
