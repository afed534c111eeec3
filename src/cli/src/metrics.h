// /metrics for Prometheus (text format 0.0.4) on a listener of its own, [http] metrics.
//
// Counts, lengths and sizes; no address, name or subject, and no id of a person or ticket. Relay
// mailboxes stand there by the name that the settings give them for this.
#pragma once

#include <memory>
#include <string>

#include "inbound.h"
#include "lethe/app/relay.h"
#include "lethe/base/result.h"
#include "lethe/smtp_in/server.h"
#include "world.h"

namespace lethe::cli {

class Metrics {
 public:
  // What it reads must outlive it; `relay` may be null. Errors: invalid_argument, unavailable
  // (address in use).
  [[nodiscard]] static Result<std::unique_ptr<Metrics>> open(World& world,
                                                             const smtp_in::Server& mail,
                                                             const Inbound& inbound,
                                                             const app::Relay* relay);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

 private:
  struct State;
  explicit Metrics(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lethe::cli
