// What just changed, for pages that are open: ids only, never content.
#pragma once

#include <cstdint>
#include <optional>

#include "lethe/core/ids.h"

namespace lethe::ports {

enum class EventKind : std::uint8_t {
  ticket_created,
  ticket_changed,  // a message, a status, an assignee
  ticket_erased,
  presence,  // who looks at or answers a ticket
  work,      // long work moved on: erasures, runs
};

struct Event {
  EventKind kind = EventKind::ticket_changed;
  std::optional<core::TicketId> ticket;
  std::optional<core::AgentId> agent;
};

class Events {
 public:
  virtual ~Events() = default;
  // From any thread; never blocks, never fails.
  virtual void publish(const Event& event) = 0;
};

}  // namespace lethe::ports
