// What /metrics says, in the text format 0.0.4 of Prometheus.
//
// Counts, lengths and sizes; no address, name or subject, and no id of a person or ticket. Relay
// mailboxes stand there by the name that the settings give them for this.
#pragma once

#include <string>

#include "inbound.h"
#include "lethe/app/relay.h"
#include "lethe/smtp_in/server.h"
#include "world.h"

namespace lethe::cli {

// `relay` may be null.
[[nodiscard]] std::string metrics_of_server(World& world, const smtp_in::Counters& mail,
                                            const Inbound::Counts& http, const app::Relay* relay,
                                            Instant started);
// Of `lethe relay`, by the same names.
[[nodiscard]] std::string metrics_of_relay(const smtp_in::Counters& mail, const app::Relay& relay,
                                           Instant started);

}  // namespace lethe::cli
