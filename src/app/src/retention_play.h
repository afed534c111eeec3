// The nightly runs of a future in which nothing else happens, person by person.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <unordered_map>

#include "retention_reader.h"

namespace lethe::app {

using Acts = std::function<void(Instant night, const core::retention::PersonFacts& before,
                                const core::retention::Plan& plan)>;

// Calls `acts` for every night, `from` + k * 24 h up to `end`, on which a run does something.
void play(const core::retention::Settings& settings, RetentionRecord person, Instant from,
          Instant end, const Acts& acts);

// When tickets go, so that persons who only took part in them are followed to their own end.
using Nights = std::unordered_map<std::int64_t, Instant>;
void note_nights(Nights& nights, Instant night, const core::retention::PersonFacts& before,
                 const core::retention::Plan& plan);
// Turns a person who only takes part in tickets of others, all of which go, into one whom nothing
// refers to from then on.
void lose_last_reference(RetentionRecord& person, const Nights& nights);

}  // namespace lethe::app
