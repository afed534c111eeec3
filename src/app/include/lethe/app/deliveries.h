// How mail fares, for administrators: what is on its way out, what the doors refused, which files
// are locked away; each can be tried again.
//
// Nothing here says an address, a domain or a word of a mail.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/ports/operations.h"

namespace lethe::app {

inline constexpr Days kRefusalsKept{14};
inline constexpr int kRefusalRowsMax = 1000;

// Counts refusals in memory and writes them in groups. Thread-safe, never blocks on the store:
// the doors call count(). At most kKindsMax kinds wait; what is beyond them counts as `other` of
// its door, so that an attacker who varies replies gains nothing.
class RefusalCounts {
 public:
  static constexpr std::size_t kKindsMax = 256;

  // `clock` must outlive the object.
  explicit RefusalCounts(ports::Clock& clock) : clock_(clock) {}
  RefusalCounts(const RefusalCounts&) = delete;
  RefusalCounts& operator=(const RefusalCounts&) = delete;

  // A reply of SMTP or LMTP.
  void count_reply(ports::Door door, int code, std::string_view enhanced);
  // `mailbox`: the fetched one, for Door::imap.
  void count(ports::Door door, int code, ports::RefusalReason reason, std::int64_t mailbox = 0);
  // Writes what waits, and drops what is too much. On an error it waits on.
  [[nodiscard]] Status flush(App& app);

 private:
  using Kind = std::tuple<std::int64_t, ports::Door, int, std::string, ports::RefusalReason,
                          std::int64_t>;  // minute first
  void add(Kind kind, std::int64_t count);

  ports::Clock& clock_;
  std::mutex mutex_;
  std::map<Kind, std::int64_t> waiting_;
};

struct DeliveryView {
  core::OutgoingId id;
  ports::OutgoingKind kind = ports::OutgoingKind::reply;
  ports::OutgoingState state = ports::OutgoingState::queued;
  std::optional<core::TicketId> ticket;
  std::int64_t ticket_number = 0;  // 0: none, or erased
  std::int64_t attempts = 0;
  int reply_code = 0;   // of the last attempt; 0: no server answered
  std::string trouble;  // our words about it
  Instant due_at, created_at;
  std::optional<Instant> sent_at;
};

struct QuarantinedView {
  core::AttachmentId id;
  core::TicketId ticket;
  std::int64_t ticket_number = 0;
  std::string signature;
  Instant at;
};

// Failed first, then waiting, then sent; at most `limit` of each.
[[nodiscard]] Result<std::vector<DeliveryView>> last_deliveries(const ports::Reading& tx,
                                                                int limit);
[[nodiscard]] Result<std::vector<QuarantinedView>> quarantined_files(App& app,
                                                                     const ports::Reading& tx,
                                                                     int limit);

// A mail that waits leaves now, one that failed is queued again. Errors: not_found, conflict (sent
// or cancelled).
[[nodiscard]] Status deliver_now(App& app, core::OutgoingId id);

}  // namespace lethe::app
