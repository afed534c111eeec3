// What the server does beside answering: mail leaves, the index follows, time passes.
#pragma once

#include <memory>

#include "lethe/app/deliveries.h"
#include "lethe/ports/outbound_mail.h"
#include "world.h"

namespace lethe::cli {

// Threads that run until destroyed. Events wake them, so nothing waits for a tick; each loop goes
// on after an error and says so once, without personal data.
class Background {
 public:
  // `outbound` may be null: mail waits until submission is configured.
  Background(World& world, ports::OutboundMail* outbound, app::RefusalCounts& refusals);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Something changed: look at the queues now.
  void wake();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lethe::cli
