// Facts of many persons: every kind of row with one statement over a stretch of person ids.
#include "store_bulk.h"

namespace lethe::sql {
namespace {

using ports::FactRows;
using ports::FactsQuery;
using ports::PersonRow;
using ports::TicketRow;

constexpr int kPersonsMax = 32'768;

// The tickets by the index of requesters, which holds all that joins need.
const std::string kOfTickets = "FROM tickets t JOIN ";

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

const std::string kSelectMerged =
    "SELECT m.to_id, m.from_id, m.at, m.former, s.status, s.created_at, s.status_updated_at, "
    "s.closed_at, s.reopened_at, s.last_customer_message_at FROM ";
const std::string kJoinGone =
    "JOIN tickets s ON s.workspace_id = m.workspace_id AND s.id = m.from_id ";
const std::string kAreMerges = "AND m.kind = 1 AND m.undone = 0 ";

ports::MergedTicket merged_at(const Row& row) {
  return {
      .into = row.id<core::TicketId>(0),
      .from = row.id<core::TicketId>(1),
      .at = row.instant(2),
      .state = {.status =
                    core::status_of_foreign_number(row.int64(4)).value_or(core::TicketStatus::open),
                .created = row.instant(5),
                .status_updated = row.instant(6),
                .closed = row.optional_instant(7),
                .reopened = row.optional_instant(8),
                .last_customer_message = row.optional_instant(9)},
      .former = row.string(3)};
}

// Of the persons in `only`, or of the stretch that the query names when there are none.
class FactsReader {
 public:
  FactsReader(const Scope& scope, const FactsQuery& query, std::span<const core::PersonId> only)
      : s_(scope), query_(query), params_{scope.workspace} {
    if (!only.empty()) list_ = in_list(only, params_);
  }

  Result<FactRows> read() {
    FactRows rows;
    LETHE_TRY(rows.persons, list_.empty() ? next_persons() : listed_persons());
    if (rows.persons.empty()) return rows;
    if (list_.empty()) {
      params_.emplace_back(query_.after);
      params_.emplace_back(rows.persons.back().id);
    }
    LETHE_TRY(rows.tickets, tickets());
    LETHE_TRY(rows.parts, parts(rows.tickets));
    if (query_.person_tags) {
      LETHE_TRY(rows.person_tags, person_tags());
    }
    if (query_.ticket_tags) {
      LETHE_TRY(rows.ticket_tags, ticket_tags());
    }
    if (query_.handlers) {
      LETHE_TRY(rows.handlers, handlers());
    }
    LETHE_TRY(rows.merged, merged());
    if (query_.last_messages) {
      LETHE_TRY(rows.last_messages, last_messages());
      LETHE_TRY(rows.split, split());
    }
    if (std::ranges::any_of(rows.persons, &PersonRow::hidden)) {
      LETHE_TRY(rows.hidden, hidden());
    }
    return rows;
  }

 private:
  template <class Make>
  auto stretch(const std::string& text, Make make) const {
    return all(s_.connection, text, params_, make);
  }
  // That `column` is one of the persons.
  [[nodiscard]] std::string among(const std::string& column) const {
    return list_.empty() ? column + " > $2 AND " + column + " <= $3 " : column + " " + list_ + " ";
  }
  [[nodiscard]] std::string of_them() const {
    return "WHERE t.workspace_id = $1 AND t.requester_id IS NOT NULL AND " +
           among("t.requester_id");
  }

  [[nodiscard]] std::string select_persons() const {
    const std::string profile = query_.profiles ? "profile" : "NULL";
    return "SELECT id, created_at, updated_at, frozen, erasing, hidden, agent_id, "
           "tickets_erased_at, unreferenced_since, cell_version, " +
           profile + ", next_review_at FROM persons" + unindexed() + " WHERE workspace_id = $1 ";
  }

  // Persons and tickets lie all over their tables, and each row that is fetched alone costs a page.
  [[nodiscard]] bool scans() const {
    return list_.empty() && query_.many && s_.connection.engine() == Engine::sqlite;
  }

  Result<std::vector<PersonRow>> next_persons() const {
    if (scans()) return scanned_persons();
    return all(s_.connection, select_persons() + "AND id > $2 AND id <= $3 ORDER BY id LIMIT $4",
               {s_.workspace, query_.after, query_.up_to, persons_max()}, person_at);
  }
  [[nodiscard]] int persons_max() const { return std::clamp(query_.limit, 1, kPersonsMax); }

  [[nodiscard]] std::string unindexed() const { return scans() ? " NOT INDEXED" : ""; }

  Result<std::vector<PersonRow>> scanned_persons() const {
    LETHE_TRY(const auto ids,
              all(s_.connection,
                  "SELECT id FROM persons WHERE workspace_id = $1 AND id > $2 AND id <= $3 "
                  "ORDER BY id LIMIT $4",
                  {s_.workspace, query_.after, query_.up_to, persons_max()},
                  [](const Row& row) { return row.id<core::PersonId>(0); }));
    if (ids.empty()) return std::vector<PersonRow>{};
    LETHE_TRY(auto rows, all(s_.connection, select_persons() + "AND id > $2 AND id <= $3",
                             {s_.workspace, query_.after, ids.back()}, person_at));
    std::ranges::sort(rows, {}, &PersonRow::id);
    return rows;
  }

  Result<std::vector<PersonRow>> listed_persons() const {
    return stretch(select_persons() + "AND id " + list_ + " ORDER BY id", person_at);
  }

  [[nodiscard]] std::string select_tickets() const {
    return "SELECT t.requester_id, t.id, t.number, t.assignee_id, t.group_id, t.type_id, t.status, "
           "t.spam, t.trash, t.created_at, t.updated_at, t.status_updated_at, t.closed_at, "
           "t.reopened_at, t.last_customer_message_at, t.last_message_id FROM tickets t" +
           unindexed() + " ";
  }

  Result<std::vector<TicketRow>> tickets() const {
    if (scans()) return scanned_tickets();
    return stretch(select_tickets() + of_them() + "AND t.erased = 0 ORDER BY t.requester_id, t.id",
                   ticket_at);
  }

  Result<std::vector<TicketRow>> scanned_tickets() const {
    LETHE_TRY(auto rows,
              stretch(select_tickets() + "WHERE t.workspace_id = $1 AND t.requester_id > $2 "
                                         "AND t.requester_id <= $3 AND t.erased = 0",
                      ticket_at));
    std::ranges::sort(rows, {}, key_of);
    return rows;
  }

  using Key = std::pair<core::PersonId, core::TicketId>;
  static Key key_of(const TicketRow& row) { return {*row.requester, row.id}; }

  // Their own tickets are among `own`; only for others it matters whether they live.
  Result<std::vector<ports::TicketPart>> parts(const std::vector<TicketRow>& own) const {
    std::vector<ports::TicketPart> found;
    auto next = own.begin();  // both are in order
    LETHE_CHECK(s_.connection.query(
        "SELECT p.person_id, p.ticket_id FROM participants p WHERE p.workspace_id = $1 AND " +
            among("p.person_id") + "ORDER BY p.person_id, p.ticket_id",
        params_, [&](const Row& row) {
          const Key key{row.id<core::PersonId>(0), row.id<core::TicketId>(1)};
          while (next != own.end() && key_of(*next) < key) ++next;
          if (next == own.end() || key_of(*next) != key) found.push_back({key.first, key.second});
        }));
    return live_ones(std::move(found));
  }

  Result<std::vector<ports::TicketPart>> live_ones(std::vector<ports::TicketPart> parts) const {
    std::vector<core::TicketId> ids(parts.size(), core::TicketId::of(1));
    std::ranges::transform(parts, ids.begin(), &ports::TicketPart::ticket);
    LETHE_TRY(const auto live,
              by_ids(s_, std::span<const core::TicketId>{ids},
                     "SELECT t.id FROM tickets t WHERE t.workspace_id = $1 AND t.id ",
                     " AND t.erased = 0 ORDER BY t.id",
                     [](const Row& row) { return row.id<core::TicketId>(0); }));
    std::erase_if(parts, [&](const ports::TicketPart& part) {
      return !std::ranges::binary_search(live, part.ticket);
    });
    return parts;
  }

  Result<std::vector<ports::PersonTagRow>> person_tags() const {
    return stretch("SELECT person_id, tag_id FROM person_tags WHERE workspace_id = $1 AND " +
                       among("person_id") + "ORDER BY person_id, tag_id",
                   [](const Row& row) {
                     return ports::PersonTagRow{row.id<core::PersonId>(0), row.id<core::TagId>(1)};
                   });
  }

  Result<std::vector<ports::TicketTagRow>> ticket_tags() const {
    return stretch("SELECT g.ticket_id, g.tag_id " + kOfTickets +
                       "ticket_tags g ON g.workspace_id = t.workspace_id AND g.ticket_id = t.id " +
                       of_them() + "ORDER BY t.requester_id, t.id, g.tag_id",
                   [](const Row& row) {
                     return ports::TicketTagRow{row.id<core::TicketId>(0), row.id<core::TagId>(1)};
                   });
  }

  Result<std::vector<ports::HandlerRow>> handlers() const {
    return stretch("SELECT h.ticket_id, h.agent_id " + kOfTickets +
                       "handlers h ON h.workspace_id = t.workspace_id AND h.ticket_id = t.id " +
                       of_them() + "ORDER BY t.requester_id, t.id, h.agent_id",
                   [](const Row& row) {
                     return ports::HandlerRow{row.id<core::TicketId>(0), row.id<core::AgentId>(1)};
                   });
  }

  Result<std::vector<ports::TicketTime>> last_messages() const {
    return stretch(
        "SELECT t.id, m.created_at " + kOfTickets +
            "messages m ON m.workspace_id = t.workspace_id AND m.id = t.last_message_id " +
            of_them() + "ORDER BY t.requester_id, t.id",
        [](const Row& row) {
          return ports::TicketTime{row.id<core::TicketId>(0), row.instant(1)};
        });
  }

  // Few tickets are merged, so that a walk over everybody begins with those.
  Result<std::vector<ports::MergedTicket>> merged() const {
    LETHE_TRY(auto rows, stretch(kSelectMerged +
                                     (scans() ? "ticket_moves m NOT INDEXED CROSS JOIN tickets t "
                                              : "ticket_moves m JOIN tickets t ") +
                                     "ON t.workspace_id = m.workspace_id AND t.id = m.to_id " +
                                     kJoinGone + of_them() + kAreMerges + "ORDER BY m.id",
                                 merged_at));
    // And what was merged into those before. A ticket is merged once, so this ends.
    for (std::size_t first = 0; first < rows.size();) {
      std::vector<core::TicketId> gone;
      for (; first < rows.size(); ++first) gone.push_back(rows[first].from);
      LETHE_TRY(auto more, by_ids(s_, std::span<const core::TicketId>{gone},
                                  kSelectMerged + "ticket_moves m " + kJoinGone +
                                      "WHERE m.workspace_id = $1 AND m.to_id ",
                                  " " + kAreMerges + "ORDER BY m.id", merged_at));
      std::ranges::move(more, std::back_inserter(rows));
    }
    std::ranges::sort(rows, {}, &ports::MergedTicket::from);
    const auto twice = std::ranges::unique(rows, {}, &ports::MergedTicket::from);
    rows.erase(twice.begin(), twice.end());
    return rows;
  }

  Result<std::vector<ports::SplitTicket>> split() const {
    std::vector<ports::SplitTicket> found;
    for (const char* part : {"m.from_id", "m.to_id"}) {
      LETHE_TRY(auto rows, stretch(std::string{"SELECT t.id, m.former FROM "} +
                                       (scans() ? "ticket_moves m NOT INDEXED CROSS JOIN tickets t "
                                                : "ticket_moves m JOIN tickets t ") +
                                       "ON t.workspace_id = m.workspace_id AND t.id = " + part +
                                       " " + of_them() + "AND m.kind = 2 ORDER BY m.id",
                                   [](const Row& row) {
                                     return ports::SplitTicket{row.id<core::TicketId>(0),
                                                               row.string(1)};
                                   }));
      std::ranges::move(rows, std::back_inserter(found));
    }
    return found;
  }

  // Mode 1 is hiding; one by hand is not counted, for nobody's days began with it.
  Result<std::vector<ports::PersonTime>> hidden() const {
    return stretch(
        "SELECT person_id, MAX(created_at) FROM erasures WHERE workspace_id = $1 AND mode = 1 "
        "AND run_id IS NOT NULL AND " +
            among("person_id") + "GROUP BY person_id ORDER BY person_id",
        [](const Row& row) {
          return ports::PersonTime{row.id<core::PersonId>(0), row.instant(1)};
        });
  }

  const Scope& s_;
  const FactsQuery& query_;
  std::vector<Param> params_;
  std::string list_;  // of the persons asked for; empty: a stretch
};

template <class T>
void append(std::vector<T>& rows, std::vector<T>&& more) {
  std::ranges::move(more, std::back_inserter(rows));
}

void append(FactRows& rows, FactRows&& more) {
  append(rows.persons, std::move(more.persons));
  append(rows.person_tags, std::move(more.person_tags));
  append(rows.tickets, std::move(more.tickets));
  append(rows.ticket_tags, std::move(more.ticket_tags));
  append(rows.handlers, std::move(more.handlers));
  append(rows.last_messages, std::move(more.last_messages));
  append(rows.merged, std::move(more.merged));
  append(rows.split, std::move(more.split));
  append(rows.parts, std::move(more.parts));
  append(rows.hidden, std::move(more.hidden));
}

}  // namespace

Result<FactRows> SqlRetention::facts(const FactsQuery& query) const {
  if (query.only.empty()) return FactsReader{s_, query, {}}.read();
  FactRows rows;
  const std::vector<core::PersonId> sorted = sorted_ids(std::span{query.only});
  for (std::span<const core::PersonId> rest{sorted}; !rest.empty();) {
    const auto some = rest.first(std::min(ports::kIdsAtOnce, rest.size()));
    LETHE_TRY(auto more, FactsReader(s_, query, some).read());
    append(rows, std::move(more));
    rest = rest.subspan(some.size());
  }
  return rows;
}

}  // namespace lethe::sql
