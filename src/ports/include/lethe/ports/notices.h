// What agents want to be told of by mail, and what they were told lately.
//
// The mails themselves wait in the Outbox, as OutgoingKind::notification.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lethe/base/assert.h"
#include "lethe/base/time.h"
#include "lethe/ports/store.h"

namespace lethe::ports {

// Bits; the numbers are part of the format.
enum class NoticeEvent : std::uint8_t {
  assigned = 1,  // a ticket became mine, by somebody else's hand
  answered = 2,  // the customer wrote in a ticket of mine
  arrived = 4,   // a ticket came into a group that I watch
};

struct NoticeWishRow {
  core::AgentId agent;
  std::int64_t events = 0;            // bits of NoticeEvent
  std::vector<core::GroupId> groups;  // watched
  Seconds wait{0};
};

class Notices {
 public:
  virtual ~Notices() = default;

  // Nothing when the agent never chose.
  [[nodiscard]] virtual Result<std::optional<NoticeWishRow>> of(core::AgentId agent) const = 0;
  // Of everybody who chose, by agent.
  [[nodiscard]] virtual Result<std::vector<NoticeWishRow>> all() const = 0;
  // The notification to this agent about this ticket (none: the one that sums up) that leaves after
  // `now`, so that more can be added to it.
  [[nodiscard]] virtual Result<std::optional<OutgoingRow>> waiting(
      core::PersonId agent, std::optional<core::TicketId> ticket, Instant now) const = 0;
  // Notifications about single tickets that were made for this agent after `since`, but for those
  // that were cancelled.
  [[nodiscard]] virtual Result<std::int64_t> made_after(core::PersonId agent,
                                                        Instant since) const = 0;

  [[nodiscard]] virtual Status save(const NoticeWishRow& row) = 0;
  [[nodiscard]] virtual Status remove(core::AgentId agent) = 0;
};

// Implemented by every transaction of a store.
class WithNotices {
 public:
  virtual ~WithNotices() = default;
  [[nodiscard]] virtual const Notices& notices() const = 0;
  [[nodiscard]] virtual Notices& notices() = 0;
};

[[nodiscard]] inline const Notices& notices(const Reading& tx) {
  const auto* part = dynamic_cast<const WithNotices*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->notices();
}
[[nodiscard]] inline Notices& notices(Writing& tx) {
  auto* part = dynamic_cast<WithNotices*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->notices();
}

}  // namespace lethe::ports
