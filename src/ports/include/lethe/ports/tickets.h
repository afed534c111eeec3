// Tickets and who takes part in them, as the store keeps them.
//
// Clear: states, times, counts, group, type, managed tags. The subject is a
// cell under (requester, ticket, body). After an erasure the row stays as a
// shell: erased, no requester, no subject, count 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"
#include "lethe/core/ticket.h"

namespace lethe::ports {

enum class Channel : std::uint8_t { mail = 1, api, web, import, forum };

struct TicketRow {
  core::TicketId id;
  std::int64_t number = 0;  // 1, 2, 3, ... as people say it; never used again
  std::optional<core::PersonId> requester;
  std::optional<core::AgentId> assignee;
  std::optional<core::GroupId> group;
  std::optional<core::TypeId> type;
  core::TicketState state;  // status, flags and their times; stored as the numbers 2..5
  bool erased = false;
  Channel channel = Channel::mail;
  Instant updated_at;
  std::int64_t message_count = 0;
  std::optional<core::MessageId> last_message;  // whose snippet lists show
  std::optional<Ciphertext> subject;
  std::uint32_t cell_version = 1;
  std::optional<core::TicketId> follows;  // the ticket this one continues
  bool acknowledged = false;              // the customer got the one acknowledgement
  std::int64_t version = 1;               // rises with every update: ETag / If-Match
};

enum class ParticipantRole : std::uint8_t { requester = 1, cc = 2, stranger = 3 };
struct ParticipantRow {
  core::TicketId ticket;
  core::PersonId person;
  ParticipantRole role = ParticipantRole::cc;
};

// A free tag typed by an agent: may be about a person, so it is sealed and goes with the ticket.
struct FreeTagRow {
  std::int64_t id;  // row id, bound into the cell
  core::TicketId ticket;
  core::PersonId person;
  Ciphertext tag;
};

struct TicketQuery {
  std::vector<core::TicketStatus> statuses;  // empty: all
  std::optional<core::GroupId> group;
  std::optional<core::TypeId> type;
  std::optional<core::TagId> tag;
  std::optional<core::AgentId> assignee;
  bool unassigned = false;
  std::optional<core::PersonId> requester;    // as requester only
  std::optional<core::PersonId> participant;  // in any role
  std::optional<Instant> updated_since;
  bool spam = false;  // true: only those; false: none of them
  bool trash = false;
  bool with_spam_and_trash = false;  // both and the ordinary ones
  bool with_erased = false;
  bool oldest_first = false;                                // order by (updated_at, id)
  std::optional<std::pair<Instant, core::TicketId>> after;  // the last one of the former page
  int limit = 50;                                           // 1..200
};

// One line of the counts above a list; kept by the store as tickets change.
struct TicketCounts {
  std::int64_t open = 0, pending = 0, solved = 0, closed = 0, unassigned_open = 0, mine_open = 0,
               spam = 0, trash = 0, all = 0;
};

class Tickets {
 public:
  virtual ~Tickets() = default;

  // not_found when there is no such row; a shell is found.
  [[nodiscard]] virtual Result<TicketRow> find(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<TicketRow> find_number(std::int64_t number) const = 0;
  [[nodiscard]] virtual Result<std::vector<TicketRow>> list(const TicketQuery& query) const = 0;
  [[nodiscard]] virtual Result<TicketCounts> counts(std::optional<core::AgentId> mine) const = 0;
  [[nodiscard]] virtual Result<std::vector<core::TagId>> tags(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<FreeTagRow>> free_tags(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<ParticipantRow>> participants(
      core::TicketId id) const = 0;
  // Every live ticket the person takes part in, in any role.
  [[nodiscard]] virtual Result<std::vector<ParticipantRow>> participations(
      core::PersonId id) const = 0;
  // Every ticket of this requester, with spam, trash and those whose erasure has begun: what the
  // retention judge and erasures read. A finished shell has no requester.
  [[nodiscard]] virtual Result<std::vector<TicketRow>> of_requester(core::PersonId id) const = 0;
  // Agents who ever were in charge of the ticket or answered in it.
  [[nodiscard]] virtual Result<std::vector<core::AgentId>> handlers(core::TicketId id) const = 0;
  // Solved tickets whose status changed at or before `until`: they become closed.
  [[nodiscard]] virtual Result<std::vector<core::TicketId>> solved_until(Instant until,
                                                                         int limit) const = 0;
  // When `agent` last looked at each of these tickets; absent when never.
  [[nodiscard]] virtual Result<std::vector<std::optional<Instant>>> read_times(
      core::AgentId agent, const std::vector<core::TicketId>& ids) const = 0;

  [[nodiscard]] virtual Result<std::int64_t> take_number() = 0;
  [[nodiscard]] virtual Status insert(const TicketRow& row) = 0;
  // Writes all fields and sets version = row.version + 1. conflict when the stored version is not
  // row.version: read again.
  [[nodiscard]] virtual Status update(const TicketRow& row) = 0;
  [[nodiscard]] virtual Status set_tags(core::TicketId id,
                                        const std::vector<core::TagId>& tags) = 0;
  [[nodiscard]] virtual Status insert_free_tag(const FreeTagRow& row) = 0;
  [[nodiscard]] virtual Status remove_free_tags(core::TicketId id) = 0;
  // Ok when the person takes part already; the stronger role stays (requester over cc over
  // stranger).
  [[nodiscard]] virtual Status add_participant(const ParticipantRow& row) = 0;
  [[nodiscard]] virtual Status remove_participant(core::TicketId ticket, core::PersonId person) = 0;
  [[nodiscard]] virtual Status add_handler(core::TicketId id, core::AgentId agent) = 0;
  [[nodiscard]] virtual Status mark_read(core::TicketId id, core::AgentId agent,
                                         std::optional<Instant> at) = 0;
};

}  // namespace lethe::ports
