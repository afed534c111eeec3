// Everybody, in steps: no snapshot is held for long.
#pragma once

#include <functional>
#include <span>

#include "retention_reader.h"

namespace lethe::app {

// Both work on the settings of `alter`, which changes what is stored for a preview.
using Alter = std::function<Status(RetentionReader&)>;
using Visit = std::function<Status(const core::retention::Settings&, RetentionRecord&&)>;

// At most `limit` persons by id (0: all). Those who vanish meanwhile are left out.
[[nodiscard]] Status walk_everybody(App& app, Instant at, std::int64_t limit, const Alter& alter,
                                    const Visit& visit);
[[nodiscard]] Status walk(App& app, Instant at, std::span<const core::PersonId> persons,
                          const Visit& visit);

}  // namespace lethe::app
