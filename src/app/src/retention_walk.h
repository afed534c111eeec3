// Everybody, in steps: no snapshot is held for long.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "retention_reader.h"

namespace lethe::app {

// Both work on the settings of `alter`, which changes what is stored for a preview.
using Alter = std::function<Status(RetentionReader&)>;
using Visit = std::function<Status(const core::retention::Settings&, RetentionRecord&&)>;

// Persons read at once: few, each by their own rows, or many in one go through the tables.
inline constexpr int kStretch = 2'000;
inline constexpr int kLongStretch = 32'768;
// Tickets in a long step, on the average: some 60 MB of rows.
inline constexpr std::int64_t kTicketsInStep = 200'000;
// How many persons a step of a walk over everybody reads when there are so many of both.
[[nodiscard]] int step_for(std::int64_t people, std::int64_t tickets);

// Walks over everybody that hold a reader of the store at the same time, whoever asked for them.
inline constexpr int kWalkersMax = 2;

// Whom a walk visits, by id. Those who vanish meanwhile are left out.
struct Range {
  std::int64_t after = 0;
  std::int64_t up_to = std::numeric_limits<std::int64_t>::max();
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  int step = kStretch;
  bool takes_turns = false;  // one of kWalkersMax, and waits for the others; a sample does not
};
// Everybody in `parts` ranges about as large as each other, in order: person ids are random.
// Errors: those of the store.
[[nodiscard]] Result<std::vector<Range>> everybody_in(App& app, int parts);

[[nodiscard]] Status walk_range(App& app, Instant at, Range range, const Alter& alter,
                                const Visit& visit);
[[nodiscard]] Status walk(App& app, Instant at, std::span<const core::PersonId> persons,
                          const Visit& visit);

}  // namespace lethe::app
