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

// Whom a walk visits, by id. Those who vanish meanwhile are left out.
struct Range {
  std::int64_t after = 0;
  std::int64_t up_to = std::numeric_limits<std::int64_t>::max();
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  bool many = false;  // long steps, which pay when they are a good part of everybody
};
// Everybody in `parts` ranges about as large as each other, in order: person ids are random.
// Errors: those of the store.
[[nodiscard]] Result<std::vector<Range>> everybody_in(App& app, int parts);

[[nodiscard]] Status walk_range(App& app, Instant at, Range range, const Alter& alter,
                                const Visit& visit);
[[nodiscard]] Status walk(App& app, Instant at, std::span<const core::PersonId> persons,
                          const Visit& visit);

}  // namespace lethe::app
