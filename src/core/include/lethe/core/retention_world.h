// Worlds: settings and one person as JSON, for trying rules.
//
// The form of `retention-vectors.jsonl` and of `POST /api/v1/retention/evaluate`
// (docs/retention.md): times in days (`100`, `99.5`) or as
// "90d+1s"; what is left out has its default. Beside the keys named there:
// t[].last_customer_message, r[].calendar_years (in place of days) and anchor
// last_customer_message, all in profile native. Nothing here throws or fails:
// every JSON value gets an answer.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/core/retention_facts.h"

namespace lethe::core::retention {

struct World {
  Settings settings;
  PersonFacts person;
  Instant now;
};

// Key `want` is unknown, or is the expectation of a test vector and is skipped.
enum class Want { refuse, skip };

// Errors: invalid_argument or out_of_range; `field` is the key at fault as
// written, without path: an unknown key, one with a wrong type, or one beyond a
// limit (`r` for an eleventh rule, `world` when `world` is no object).
[[nodiscard]] Result<World> parse_world(const boost::json::value& world, Want want);

// The verdict on a world: "none open_ticket", "tickets:1,2 R1", "contact_hard",
// "error days".
[[nodiscard]] std::string verdict_on(const boost::json::value& world, Want want = Want::refuse);

inline constexpr std::size_t kWorldsMax = 10'000;

// Judges each world of `{"worlds":[...]}` on its own, in order.
// Errors, none of them for a fault inside a world: invalid_argument (no JSON, no
// object, an unknown field), out_of_range with field `worlds` beyond kWorldsMax.
[[nodiscard]] Result<std::vector<std::string>> evaluate(std::string_view request_body);

}  // namespace lethe::core::retention
