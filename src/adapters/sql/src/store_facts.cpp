// Facts of many persons: every kind of row with one statement over a stretch of person ids.
#include "store_rows.h"

namespace lethe::sql {
namespace {

using ports::FactRows;
using ports::FactsQuery;
using ports::PersonRow;
using ports::TicketRow;

constexpr int kPersonsMax = 10'000;

// The tickets of the stretch by the index of requesters, which holds all that joins need.
const std::string kOfTickets = "FROM tickets t JOIN ";
const std::string kInStretch =
    "WHERE t.workspace_id = $1 AND t.requester_id IS NOT NULL AND t.requester_id > $2 "
    "AND t.requester_id <= $3 ";

PersonRow person_at(const Row& row) {
  const auto id = row.id<core::PersonId>(0);
  return {.id = id,
          .profile = optional_cell_at(row, 10, id),
          .cell_version = static_cast<std::uint32_t>(row.int64(9)),
          .created_at = row.instant(1),
          .updated_at = row.instant(2),
          .frozen = row.boolean(3),
          .erasing = row.boolean(4),
          .hidden = row.boolean(5),
          .agent = row.optional_id<core::AgentId>(6),
          .tickets_erased_at = row.optional_instant(7),
          .next_review_at = row.optional_instant(11),
          .unreferenced_since = row.optional_instant(8)};
}

TicketRow ticket_at(const Row& row) {
  return {
      .id = row.id<core::TicketId>(1),
      .number = row.int64(2),
      .requester = row.id<core::PersonId>(0),
      .assignee = row.optional_id<core::AgentId>(3),
      .group = row.optional_id<core::GroupId>(4),
      .type = row.optional_id<core::TypeId>(5),
      .state = {.status =
                    core::status_of_foreign_number(row.int64(6)).value_or(core::TicketStatus::open),
                .spam = row.boolean(7),
                .trashed = row.boolean(8),
                .created = row.instant(9),
                .status_updated = row.instant(11),
                .closed = row.optional_instant(12),
                .reopened = row.optional_instant(13),
                .last_customer_message = row.optional_instant(14)},
      .updated_at = row.instant(10),
      .last_message = row.optional_id<core::MessageId>(15)};
}

class FactsReader {
 public:
  FactsReader(const Scope& scope, const FactsQuery& query) : s_(scope), query_(query) {}

  Result<FactRows> read() {
    FactRows rows;
    LETHE_TRY(rows.persons, persons());
    if (rows.persons.empty()) return rows;
    last_ = rows.persons.back().id.value();
    LETHE_TRY(rows.tickets, tickets());
    LETHE_TRY(rows.parts, parts());
    if (query_.person_tags) {
      LETHE_TRY(rows.person_tags, person_tags());
    }
    if (query_.ticket_tags) {
      LETHE_TRY(rows.ticket_tags, ticket_tags());
    }
    if (query_.handlers) {
      LETHE_TRY(rows.handlers, handlers());
    }
    if (query_.last_messages) {
      LETHE_TRY(rows.last_messages, last_messages());
    }
    return rows;
  }

 private:
  template <class Make>
  auto stretch(const std::string& text, Make make) const {
    return all(s_.connection, text, {s_.workspace, query_.after, last_}, make);
  }

  Result<std::vector<PersonRow>> persons() const {
    const std::string profile = query_.profiles ? "profile" : "NULL";
    return all(s_.connection,
               "SELECT id, created_at, updated_at, frozen, erasing, hidden, agent_id, "
               "tickets_erased_at, unreferenced_since, cell_version, " +
                   profile +
                   ", next_review_at FROM persons WHERE workspace_id = $1 AND id > $2 AND id <= $3 "
                   "ORDER BY id LIMIT $4",
               {s_.workspace, query_.after, query_.up_to, std::clamp(query_.limit, 1, kPersonsMax)},
               person_at);
  }

  Result<std::vector<TicketRow>> tickets() const {
    return stretch(
        "SELECT t.requester_id, t.id, t.number, t.assignee_id, t.group_id, t.type_id, t.status, "
        "t.spam, t.trash, t.created_at, t.updated_at, t.status_updated_at, t.closed_at, "
        "t.reopened_at, t.last_customer_message_at, t.last_message_id FROM tickets t " +
            kInStretch + "AND t.erased = 0 ORDER BY t.requester_id, t.id",
        ticket_at);
  }

  // Their own tickets are known; only for others it matters whether they live.
  Result<std::vector<ports::TicketPart>> parts() const {
    return stretch(
        "SELECT p.person_id, p.ticket_id FROM participants p WHERE p.workspace_id = $1 "
        "AND p.person_id > $2 AND p.person_id <= $3 "
        "AND NOT EXISTS (SELECT 1 FROM tickets o WHERE o.workspace_id = $1 "
        "AND o.requester_id IS NOT NULL AND o.requester_id = p.person_id AND o.id = p.ticket_id) "
        "AND EXISTS (SELECT 1 FROM tickets t WHERE t.workspace_id = $1 AND t.id = p.ticket_id "
        "AND t.erased = 0) ORDER BY p.person_id, p.ticket_id",
        [](const Row& row) {
          return ports::TicketPart{row.id<core::PersonId>(0), row.id<core::TicketId>(1)};
        });
  }

  Result<std::vector<ports::PersonTagRow>> person_tags() const {
    return stretch(
        "SELECT person_id, tag_id FROM person_tags WHERE workspace_id = $1 AND person_id > $2 "
        "AND person_id <= $3 ORDER BY person_id, tag_id",
        [](const Row& row) {
          return ports::PersonTagRow{row.id<core::PersonId>(0), row.id<core::TagId>(1)};
        });
  }

  Result<std::vector<ports::TicketTagRow>> ticket_tags() const {
    return stretch("SELECT g.ticket_id, g.tag_id " + kOfTickets +
                       "ticket_tags g ON g.workspace_id = t.workspace_id AND g.ticket_id = t.id " +
                       kInStretch + "ORDER BY t.requester_id, t.id, g.tag_id",
                   [](const Row& row) {
                     return ports::TicketTagRow{row.id<core::TicketId>(0), row.id<core::TagId>(1)};
                   });
  }

  Result<std::vector<ports::HandlerRow>> handlers() const {
    return stretch("SELECT h.ticket_id, h.agent_id " + kOfTickets +
                       "handlers h ON h.workspace_id = t.workspace_id AND h.ticket_id = t.id " +
                       kInStretch + "ORDER BY t.requester_id, t.id, h.agent_id",
                   [](const Row& row) {
                     return ports::HandlerRow{row.id<core::TicketId>(0), row.id<core::AgentId>(1)};
                   });
  }

  Result<std::vector<ports::TicketTime>> last_messages() const {
    return stretch(
        "SELECT t.id, m.created_at " + kOfTickets +
            "messages m ON m.workspace_id = t.workspace_id AND m.id = t.last_message_id " +
            kInStretch + "ORDER BY t.requester_id, t.id",
        [](const Row& row) {
          return ports::TicketTime{row.id<core::TicketId>(0), row.instant(1)};
        });
  }

  const Scope& s_;
  const FactsQuery& query_;
  std::int64_t last_ = 0;
};

}  // namespace

Result<FactRows> SqlRetention::facts(const FactsQuery& query) const {
  return FactsReader{s_, query}.read();
}

}  // namespace lethe::sql
