// Mail that waits to leave. Sealed at rest, cancelled on erasure.
//
// `payload` is a JSON cell under (person, ticket, body), or under the person's
// profile for mail without a ticket. A reply's text is not in it: it is
// composed from the message when it leaves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::ports {

enum class OutgoingKind : std::uint8_t {
  reply = 1,
  acknowledgement,
  invitation,
  recovery,
  notification,
  delivery_notice  // RFC 3464, to a sender who asked for it (RFC 3461)
};
enum class OutgoingState : std::uint8_t { queued = 1, sent, failed, cancelled };

struct OutgoingRow {
  core::OutgoingId id;
  OutgoingKind kind = OutgoingKind::reply;
  OutgoingState state = OutgoingState::queued;
  core::PersonId person;  // the recipient; one row per recipient
  std::optional<core::TicketId> ticket;
  std::optional<core::MessageId> message;
  std::optional<Ciphertext> payload;  // JSON: address, name, field, link, notice; absent once sent
  Instant due_at;                     // not before: 10 s after the click, later after a failure
  std::int64_t attempts = 0;
  std::string last_error;  // the server's reply code and our words, never its text
  Instant created_at;
  std::optional<Instant> sent_at;
};

// What an address asked for, and what came back from it; by keyed digest of the normalised address.
// The numbers are part of the format.
enum class MailMarkKind : std::uint8_t {
  hard_bounce = 1,   // the address does not take mail
  complaint = 2,     // its owner reported us for abuse (RFC 5965)
  soft_bounces = 3,  // `count` in a row; suppressed from kSoftBouncesMax on
  no_acknowledgements = 4,
  no_notifications = 5,
  left_ticket = 6,  // of `ticket`: no copies of that conversation any more
};
struct MailMarkRow {
  Bytes digest;
  core::PersonId person;
  MailMarkKind kind = MailMarkKind::hard_bounce;
  std::optional<core::TicketId> ticket;  // left_ticket only
  std::int64_t count = 1;
  std::string reason;  // core::name_of(BounceReason); empty for what a person asked for
  Instant at;
  std::optional<Instant> until;  // bounces are forgotten then; what a person asked for has no end
};

class Outbox {
 public:
  virtual ~Outbox() = default;

  [[nodiscard]] virtual Result<std::vector<MailMarkRow>> marks_at(ByteView digest) const = 0;
  [[nodiscard]] virtual Result<std::vector<MailMarkRow>> marks_of(core::PersonId id) const = 0;
  // Replaces the one of the same digest, kind and ticket.
  [[nodiscard]] virtual Status save_mark(const MailMarkRow& row) = 0;
  // `ticket` and `kind` as saved; one that is not there is no error.
  [[nodiscard]] virtual Status remove_mark(ByteView digest, MailMarkKind kind,
                                           std::optional<core::TicketId> ticket) = 0;
  [[nodiscard]] virtual Status remove_marks_ended(Instant now) = 0;

  [[nodiscard]] virtual Result<OutgoingRow> find(core::OutgoingId id) const = 0;
  // Queued and due, earliest first.
  [[nodiscard]] virtual Result<std::vector<OutgoingRow>> due(Instant now, int limit) const = 0;
  [[nodiscard]] virtual Result<std::optional<Instant>> next_due() const = 0;
  [[nodiscard]] virtual Result<std::vector<OutgoingRow>> of_message(core::MessageId id) const = 0;
  // In every state, acknowledgements too.
  [[nodiscard]] virtual Result<std::vector<OutgoingRow>> of_ticket(core::TicketId id) const = 0;
  // How many mails left for this person, or about this ticket: for certificates. What agents were
  // told of a ticket holds nothing of anybody and is not counted.
  [[nodiscard]] virtual Result<std::int64_t> sent_to(core::PersonId id) const = 0;
  [[nodiscard]] virtual Result<std::int64_t> sent_about(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::int64_t> count_failed() const = 0;

  [[nodiscard]] virtual Status insert(const OutgoingRow& row) = 0;
  [[nodiscard]] virtual Status update(const OutgoingRow& row) = 0;
  // Queued and failed ones become cancelled and lose their payload; returns how many.
  [[nodiscard]] virtual Result<std::int64_t> cancel_for_person(core::PersonId id) = 0;
  [[nodiscard]] virtual Result<std::int64_t> cancel_for_ticket(core::TicketId id) = 0;
  // With the person's marks, and with those about the ticket.
  [[nodiscard]] virtual Status remove_for_person(core::PersonId id) = 0;
  [[nodiscard]] virtual Status remove_for_ticket(core::TicketId id) = 0;
};

}  // namespace lethe::ports
