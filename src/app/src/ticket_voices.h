#pragma once

#include "lethe/app/app.h"
#include "quotes.h"

namespace lethe::app {

// Learns from a ticket who said what (its newest 100 messages) and by which names its participants
// go, so that quotations in an answer find their author.
[[nodiscard]] Status add_voices_of(App& app, const ports::Reading& tx, core::TicketId ticket,
                                   core::PersonId sender, KnownVoices& voices);

}  // namespace lethe::app
