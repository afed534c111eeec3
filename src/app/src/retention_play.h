// The nightly runs of a future in which nothing else happens, person by person.
#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "retention_reader.h"

namespace lethe::app {

using Acts = std::function<void(Instant night, const core::retention::PersonFacts& before,
                                const core::retention::Plan& plan)>;

// Calls `acts` for every night, `from` + k * 24 h up to `end`, on which a run does something.
void play(const core::retention::Settings& settings, RetentionRecord person, Instant from,
          Instant end, const Acts& acts);

// When tickets go, so that persons who only took part in them are followed to their own end.
// Flat, for there may be millions: sorted before anybody is looked up in them.
using Nights = std::vector<std::pair<core::TicketId, Instant>>;
void note_nights(Nights& nights, Instant night, const core::retention::PersonFacts& before,
                 const core::retention::Plan& plan);
// Turns a person who only takes part in tickets of others, all of which go, into one whom nothing
// refers to from then on. `nights` are sorted.
void lose_last_reference(RetentionRecord& person, const Nights& nights);

}  // namespace lethe::app
