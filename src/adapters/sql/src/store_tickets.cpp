#include "store_bulk.h"
#include "ticket_list_query.h"

namespace lethe::sql {
namespace {

using core::TicketStatus;
using ports::FreeTagRow;
using ports::ParticipantRow;
using ports::TicketQuery;
using ports::TicketRow;

const std::string kTicket =
    "SELECT id, number, requester_id, assignee_id, group_id, type_id, status, spam, trash, erased, "
    "channel, created_at, updated_at, status_updated_at, closed_at, reopened_at, "
    "last_customer_message_at, message_count, last_message_id, subject, cell_version, follows_id, "
    "acknowledged, version FROM tickets ";

core::TicketState state_at(const Row& row) {
  return {.status = core::status_of_foreign_number(row.int64(6)).value_or(TicketStatus::open),
          .spam = row.boolean(7),
          .trashed = row.boolean(8),
          .created = row.instant(11),
          .status_updated = row.instant(13),
          .closed = row.optional_instant(14),
          .reopened = row.optional_instant(15),
          .last_customer_message = row.optional_instant(16)};
}

TicketRow ticket_at(const Row& row) {
  const auto requester = row.optional_id<core::PersonId>(2);
  return {.id = row.id<core::TicketId>(0),
          .number = row.int64(1),
          .requester = requester,
          .assignee = row.optional_id<core::AgentId>(3),
          .group = row.optional_id<core::GroupId>(4),
          .type = row.optional_id<core::TypeId>(5),
          .state = state_at(row),
          .erased = row.boolean(9),
          .channel = enum_at<ports::Channel>(row, 10),
          .updated_at = row.instant(12),
          .message_count = row.int64(17),
          .last_message = row.optional_id<core::MessageId>(18),
          .subject = optional_cell_at(row, 19, requester),
          .cell_version = static_cast<std::uint32_t>(row.int64(20)),
          .follows = row.optional_id<core::TicketId>(21),
          .acknowledged = row.boolean(22),
          .version = row.int64(23)};
}

FreeTagRow free_tag_at(const Row& row) {
  const auto person = row.id<core::PersonId>(2);
  return {row.int64(0), row.id<core::TicketId>(1), person, cell_at(row, 3, person)};
}

ParticipantRow participant_at(const Row& row) {
  return {row.id<core::TicketId>(0), row.id<core::PersonId>(1),
          enum_at<ports::ParticipantRole>(row, 2)};
}

// The lists a ticket is counted in; none for shells.
std::vector<std::string> buckets_of(const TicketRow& row) {
  if (row.erased) return {};
  if (row.state.trashed) return {"trash"};
  if (row.state.spam) return {"spam"};
  std::vector<std::string> buckets{std::string{core::name_of(row.state.status)}};
  if (row.state.status != TicketStatus::open) return buckets;
  buckets.push_back(row.assignee ? "agent:" + row.assignee->to_string() : "unassigned");
  return buckets;
}

void add_count(ports::TicketCounts& counts, std::string_view bucket, std::int64_t n,
               const std::string& mine) {
  if (bucket == "open") counts.open += n;
  if (bucket == "pending") counts.pending += n;
  if (bucket == "solved") counts.solved += n;
  if (bucket == "closed") counts.closed += n;
  if (bucket == "unassigned") counts.unassigned_open += n;
  if (bucket == "spam") counts.spam += n;
  if (bucket == "trash") counts.trash += n;
  if (!mine.empty() && bucket == mine) counts.mine_open += n;
}

Status changed_meanwhile() {
  return fail(Errc::conflict, "the ticket changed meanwhile; read it again");
}

}  // namespace

Result<std::vector<TicketRow>> SqlTickets::select(const std::string& rest,
                                                  const std::vector<Param>& params) const {
  return all(s_.connection, kTicket + rest, params, ticket_at);
}

Result<TicketRow> SqlTickets::find(core::TicketId id) const {
  return found(first(s_.connection, kTicket + "WHERE workspace_id = $1 AND id = $2",
                     {s_.workspace, id}, ticket_at),
               "ticket");
}

Result<TicketRow> SqlTickets::find_number(std::int64_t number) const {
  return found(first(s_.connection, kTicket + "WHERE workspace_id = $1 AND number = $2",
                     {s_.workspace, number}, ticket_at),
               "ticket");
}

Result<std::vector<TicketRow>> SqlTickets::list(const TicketQuery& query) const {
  const ListQuery list{s_.workspace, query};
  return all(s_.connection, list.text(kTicket), list.params(), ticket_at);
}

Result<ports::TicketCounts> SqlTickets::counts(std::optional<core::AgentId> mine) const {
  ports::TicketCounts counts;
  const std::string own = mine ? "agent:" + mine->to_string() : std::string{};
  LETHE_CHECK(s_.connection.query(
      "SELECT bucket, n FROM ticket_counts WHERE workspace_id = $1", {s_.workspace},
      [&](const Row& row) {
        const std::string_view stored = row.text(0);  // "<writer>/<bucket>"
        add_count(counts, stored.substr(stored.find('/') + 1), row.int64(1), own);
      }));
  counts.all = counts.open + counts.pending + counts.solved + counts.closed;
  return counts;
}

Result<std::vector<core::TagId>> SqlTickets::tags(core::TicketId id) const {
  return all(s_.connection,
             "SELECT tag_id FROM ticket_tags WHERE workspace_id = $1 AND ticket_id = $2 "
             "ORDER BY tag_id",
             {s_.workspace, id}, [](const Row& row) { return row.id<core::TagId>(0); });
}

Result<std::vector<FreeTagRow>> SqlTickets::free_tags(core::TicketId id) const {
  return all(s_.connection,
             "SELECT id, ticket_id, person_id, tag FROM free_tags WHERE workspace_id = $1 "
             "AND ticket_id = $2 ORDER BY id",
             {s_.workspace, id}, free_tag_at);
}

Result<std::vector<ParticipantRow>> SqlTickets::participants(core::TicketId id) const {
  return all(s_.connection,
             "SELECT ticket_id, person_id, role FROM participants WHERE workspace_id = $1 "
             "AND ticket_id = $2 ORDER BY role, person_id",
             {s_.workspace, id}, participant_at);
}

Result<std::vector<ParticipantRow>> SqlTickets::participations(core::PersonId id) const {
  return all(s_.connection,
             "SELECT p.ticket_id, p.person_id, p.role FROM participants p JOIN tickets t "
             "ON t.workspace_id = p.workspace_id AND t.id = p.ticket_id "
             "WHERE p.workspace_id = $1 AND p.person_id = $2 AND t.erased = 0 ORDER BY p.ticket_id",
             {s_.workspace, id}, participant_at);
}

Result<std::vector<TicketRow>> SqlTickets::of_requester(core::PersonId id) const {
  return select("WHERE workspace_id = $1 AND requester_id = $2 ORDER BY id", {s_.workspace, id});
}

Result<std::vector<core::AgentId>> SqlTickets::handlers(core::TicketId id) const {
  return all(s_.connection,
             "SELECT agent_id FROM handlers WHERE workspace_id = $1 AND ticket_id = $2 "
             "ORDER BY agent_id",
             {s_.workspace, id}, [](const Row& row) { return row.id<core::AgentId>(0); });
}

Result<std::vector<core::TicketId>> SqlTickets::solved_until(Instant until, int limit) const {
  return all(s_.connection,
             "SELECT id FROM tickets WHERE workspace_id = $1 AND status = 4 AND erased = 0 "
             "AND status_updated_at <= $2 ORDER BY status_updated_at, id LIMIT $3",
             {s_.workspace, until, limit},
             [](const Row& row) { return row.id<core::TicketId>(0); });
}

Result<std::vector<std::optional<Instant>>> SqlTickets::read_times(
    core::AgentId agent, const std::vector<core::TicketId>& ids) const {
  std::vector<std::optional<Instant>> times;
  for (const core::TicketId id : ids) {
    LETHE_TRY(const auto at,
              first(s_.connection,
                    "SELECT read_at FROM reads WHERE workspace_id = $1 AND ticket_id = $2 "
                    "AND agent_id = $3",
                    {s_.workspace, id, agent}, [](const Row& row) { return row.instant(0); }));
    times.push_back(at);
  }
  return times;
}

Result<std::int64_t> SqlTickets::take_number() {
  return one_int64(s_.connection,
                   "INSERT INTO settings (workspace_id, name, value) "
                   "VALUES ($1, 'last_ticket_number', '1') ON CONFLICT (workspace_id, name) DO "
                   "UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT) "
                   "RETURNING CAST(value AS BIGINT)",
                   {s_.workspace});
}

Status SqlTickets::count_bucket(const std::string& bucket, int change) {
  const std::string name = std::to_string(s_.connection.writer()) + "/" + bucket;
  return s_.connection.post(
      "INSERT INTO ticket_counts (workspace_id, bucket, n) VALUES ($1, $2, $3) "
      "ON CONFLICT (workspace_id, bucket) DO UPDATE SET n = ticket_counts.n + $3",
      {s_.workspace, name, change});
}

Status SqlTickets::count(const TicketRow& row, int change) {
  // As in the lists: a merged ticket is counted in none.
  if (row.state.trashed && !row.erased) {
    LETHE_TRY(const std::int64_t merges,
              one_int64(s_.connection,
                        "SELECT COUNT(*) FROM ticket_moves WHERE workspace_id = $1 AND "
                        "from_id = $2 AND kind = 1 AND undone = 0",
                        {s_.workspace, row.id}));
    if (merges != 0) return {};
  }
  for (const std::string& bucket : buckets_of(row)) LETHE_CHECK(count_bucket(bucket, change));
  return {};
}

Status SqlTickets::insert(const TicketRow& row) {
  LETHE_CHECK(count(row, +1));
  return s_.connection.post(
      "INSERT INTO tickets (workspace_id, id, number, requester_id, assignee_id, group_id, "
      "type_id, status, spam, trash, erased, channel, created_at, updated_at, status_updated_at, "
      "closed_at, reopened_at, last_customer_message_at, message_count, last_message_id, subject, "
      "cell_version, follows_id, acknowledged, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
      "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
      {s_.workspace,
       row.id,
       row.number,
       row.requester,
       row.assignee,
       row.group,
       row.type,
       core::foreign_number(row.state.status),
       row.state.spam,
       row.state.trashed,
       row.erased,
       number_of(row.channel),
       row.state.created,
       row.updated_at,
       row.state.status_updated,
       row.state.closed,
       row.state.reopened,
       row.state.last_customer_message,
       row.message_count,
       row.last_message,
       row.subject,
       row.cell_version,
       row.follows,
       row.acknowledged,
       row.version});
}

Status SqlTickets::update(const TicketRow& row) {
  LETHE_TRY(const TicketRow stored, find(row.id));
  // Before the counts: the caller may go on after a conflict and commit the rest.
  if (stored.version != row.version) return changed_meanwhile();
  if (buckets_of(stored) != buckets_of(row)) {
    LETHE_CHECK(count(stored, -1));
    LETHE_CHECK(count(row, +1));
  }
  LETHE_TRY(
      const std::int64_t changed,
      s_.connection.execute(
          "UPDATE tickets SET requester_id = $3, assignee_id = $4, group_id = $5, type_id = $6, "
          "status = $7, spam = $8, trash = $9, erased = $10, updated_at = $11, "
          "status_updated_at = $12, closed_at = $13, reopened_at = $14, "
          "last_customer_message_at = $15, message_count = $16, last_message_id = $17, "
          "subject = $18, cell_version = $19, follows_id = $20, acknowledged = $21, "
          "version = version + 1 WHERE workspace_id = $1 AND id = $2 AND version = $22",
          {s_.workspace,
           row.id,
           row.requester,
           row.assignee,
           row.group,
           row.type,
           core::foreign_number(row.state.status),
           row.state.spam,
           row.state.trashed,
           row.erased,
           row.updated_at,
           row.state.status_updated,
           row.state.closed,
           row.state.reopened,
           row.state.last_customer_message,
           row.message_count,
           row.last_message,
           row.subject,
           row.cell_version,
           row.follows,
           row.acknowledged,
           row.version}));
  if (changed == 0) return changed_meanwhile();
  return {};
}

Status SqlTickets::set_tags(core::TicketId id, const std::vector<core::TagId>& tags) {
  LETHE_CHECK(s_.connection.post(
      "DELETE FROM ticket_tags WHERE workspace_id = $1 AND ticket_id = $2", {s_.workspace, id}));
  for (const core::TagId tag : tags) {
    LETHE_CHECK(s_.connection.post(
        "INSERT INTO ticket_tags (workspace_id, ticket_id, tag_id) VALUES ($1, $2, $3) "
        "ON CONFLICT DO NOTHING",
        {s_.workspace, id, tag}));
  }
  return {};
}

Status SqlTickets::insert_free_tag(const FreeTagRow& row) {
  return s_.connection.post(
      "INSERT INTO free_tags (workspace_id, id, ticket_id, person_id, tag) "
      "VALUES ($1, $2, $3, $4, $5)",
      {s_.workspace, row.id, row.ticket, row.person, row.tag});
}

Status SqlTickets::remove_free_tags(core::TicketId id) {
  return s_.connection.post("DELETE FROM free_tags WHERE workspace_id = $1 AND ticket_id = $2",
                            {s_.workspace, id});
}

Status SqlTickets::add_participant(const ParticipantRow& row) {
  return s_.connection.post(
      "INSERT INTO participants (workspace_id, ticket_id, person_id, role) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (workspace_id, ticket_id, person_id) DO UPDATE SET role = excluded.role "
      "WHERE participants.role > excluded.role",
      {s_.workspace, row.ticket, row.person, number_of(row.role)});
}

Status SqlTickets::remove_participant(core::TicketId ticket, core::PersonId person) {
  return s_.connection.post(
      "DELETE FROM participants WHERE workspace_id = $1 AND ticket_id = $2 AND person_id = $3",
      {s_.workspace, ticket, person});
}

Status SqlTickets::add_handler(core::TicketId id, core::AgentId agent) {
  return s_.connection.post(
      "INSERT INTO handlers (workspace_id, ticket_id, agent_id) VALUES ($1, $2, $3) "
      "ON CONFLICT DO NOTHING",
      {s_.workspace, id, agent});
}

Status SqlTickets::mark_read(core::TicketId id, core::AgentId agent, std::optional<Instant> at) {
  if (!at) {
    return s_.connection.post(
        "DELETE FROM reads WHERE workspace_id = $1 AND ticket_id = $2 AND agent_id = $3",
        {s_.workspace, id, agent});
  }
  return s_.connection.post(
      "INSERT INTO reads (workspace_id, ticket_id, agent_id, read_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (workspace_id, ticket_id, agent_id) DO UPDATE SET read_at = excluded.read_at",
      {s_.workspace, id, agent, *at});
}

Result<std::vector<TicketRow>> SqlBulk::tickets(TicketIds ids) const {
  return by_ids(s_, ids, kTicket + "WHERE workspace_id = $1 AND id ", " ORDER BY id", ticket_at);
}

Result<std::vector<ports::TicketTagRow>> SqlBulk::ticket_tags(TicketIds ids) const {
  return by_ids(s_, ids,
                "SELECT ticket_id, tag_id FROM ticket_tags WHERE workspace_id = $1 AND ticket_id ",
                " ORDER BY ticket_id, tag_id", [](const Row& row) {
                  return ports::TicketTagRow{row.id<core::TicketId>(0), row.id<core::TagId>(1)};
                });
}

Result<std::vector<FreeTagRow>> SqlBulk::free_tags(TicketIds ids) const {
  return by_ids(s_, ids,
                "SELECT id, ticket_id, person_id, tag FROM free_tags WHERE workspace_id = $1 "
                "AND ticket_id ",
                " ORDER BY ticket_id, id", free_tag_at);
}

Result<std::vector<ports::TicketTime>> SqlBulk::read_times(core::AgentId agent,
                                                           TicketIds ids) const {
  const auto read_at = [](const Row& row) {
    return ports::TicketTime{row.id<core::TicketId>(0), row.instant(1)};
  };
  return by_ids(s_, ids,
                "SELECT ticket_id, read_at FROM reads WHERE workspace_id = $1 AND agent_id = $2 "
                "AND ticket_id ",
                " ORDER BY ticket_id", read_at, {agent});
}

}  // namespace lethe::sql
