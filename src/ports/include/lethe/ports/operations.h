// What an administrator looks at when mail does not arrive: mails on their way
// out, refusals at the doors, files locked away.
//
// Refusals carry no address and no content: door, reply and count per minute
// (core/tables_refusals.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/assert.h"
#include "lethe/ports/door.h"
#include "lethe/ports/store.h"

namespace lethe::ports {

// Why, for the reader; the reply says it to the sender. Stored as numbers: append, never change.
enum class RefusalReason : std::uint8_t {
  other = 1,
  unknown_recipient,
  too_large,
  loop,          // passed too many servers
  not_accepted,  // a kind of mail that is not taken
  unreadable,    // content that cannot be processed
  line_ends,     // bare LF or CR: smuggling, or a broken sender
  commands,      // not as the protocol wants them
  busy,          // limits and rates of ours; comes again
  not_stored,    // our own trouble: disk, keys, database; comes again
  needs_tls,
  too_many_peers,  // connections beyond a limit
  timed_out,
  credentials,  // of a webhook
  stale,        // a signature too old or from the future
  replayed,
  not_understood,  // a body that is not what the provider posts
};

// By code and enhanced code (RFC 3463) of an SMTP or LMTP reply.
[[nodiscard]] RefusalReason reason_of_reply(int code, std::string_view enhanced) noexcept;
[[nodiscard]] std::string_view name_of(Door door) noexcept;             // "smtp"
[[nodiscard]] std::string_view name_of(RefusalReason reason) noexcept;  // "unknown_recipient"

// How often one kind of refusal happened in the minute that began at `at`.
struct RefusalRow {
  Instant at;
  Door door = Door::smtp;
  int code = 0;
  std::string enhanced;
  RefusalReason reason = RefusalReason::other;
  std::int64_t mailbox = 0;
  std::int64_t count = 1;
};

struct QuarantinedRow {
  core::AttachmentId file;
  core::TicketId ticket;
  Instant at;
};

class Operations {
 public:
  virtual ~Operations() = default;

  // Those that wait by when they leave, all others from the newest.
  [[nodiscard]] virtual Result<std::vector<OutgoingRow>> outgoing(OutgoingState state,
                                                                  int limit) const = 0;
  // Newest first.
  [[nodiscard]] virtual Result<std::vector<RefusalRow>> refusals(int limit) const = 0;
  [[nodiscard]] virtual Result<std::vector<QuarantinedRow>> quarantined(int limit) const = 0;
  // The one with the smallest id that is no shell, in whatever list it stands.
  [[nodiscard]] virtual Result<std::optional<core::TicketId>> oldest_live_ticket() const = 0;

  // Adds `row.count` to its kind and minute.
  [[nodiscard]] virtual Status add_refusals(const RefusalRow& row) = 0;
  // Drops what is older than `before` and what is beyond the newest `kept` rows; the oldest minute
  // that stays, stays whole.
  [[nodiscard]] virtual Status trim_refusals(Instant before, int kept) = 0;
  [[nodiscard]] virtual Status lock_away(core::AttachmentId file, Instant at) = 0;
  [[nodiscard]] virtual Status let_out(core::AttachmentId file) = 0;
  // Files that are gone.
  [[nodiscard]] virtual Status trim_quarantined() = 0;
};

// Implemented by every transaction of a store.
class WithOperations {
 public:
  virtual ~WithOperations() = default;
  [[nodiscard]] virtual const Operations& operations() const = 0;
  [[nodiscard]] virtual Operations& operations() = 0;
};

[[nodiscard]] inline const Operations& operations(const Reading& tx) {
  const auto* part = dynamic_cast<const WithOperations*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->operations();
}
[[nodiscard]] inline Operations& operations(Writing& tx) {
  auto* part = dynamic_cast<WithOperations*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->operations();
}

}  // namespace lethe::ports
