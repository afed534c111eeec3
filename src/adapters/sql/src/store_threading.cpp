#include "store_threading.h"

#include "lethe/base/text.h"
#include "store_bulk.h"

namespace lethe::sql {
namespace {

using ports::MoveRow;
using ports::ProposalRow;

const std::string kMove =
    "SELECT id, from_id, to_id, kind, messages, former, by_agent_id, at, undone FROM ticket_moves "
    "WHERE workspace_id = $1 ";
const std::string kProposal =
    "SELECT id, ticket_id, message_id, kind, other_id, state, at FROM proposals "
    "WHERE workspace_id = $1 ";

std::vector<core::MessageId> ids_in(std::string_view list) {
  std::vector<core::MessageId> ids;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto id = core::MessageId::parse(list.substr(0, comma))) ids.push_back(*id);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return ids;
}

std::string list_of(const std::vector<core::MessageId>& ids) {
  std::string list;
  for (const core::MessageId id : ids) list += (list.empty() ? "" : ",") + id.to_string();
  return list;
}

MoveRow move_at(const Row& row) {
  return {.id = row.int64(0),
          .from = row.id<core::TicketId>(1),
          .to = row.id<core::TicketId>(2),
          .kind = enum_at<ports::MoveKind>(row, 3),
          .messages = ids_in(row.text(4)),
          .former = row.string(5),
          .by = row.optional_id<core::AgentId>(6),
          .at = row.instant(7),
          .undone = row.boolean(8)};
}

ProposalRow proposal_at(const Row& row) {
  return {.id = row.int64(0),
          .ticket = row.id<core::TicketId>(1),
          .message = row.id<core::MessageId>(2),
          .kind = enum_at<ports::ProposalKind>(row, 3),
          .other = row.optional_id<core::TicketId>(4),
          .state = enum_at<ports::ProposalState>(row, 5),
          .at = row.instant(6)};
}

}  // namespace

Result<std::optional<MoveRow>> SqlThreading::merge_of(core::TicketId from) const {
  return first(s_.connection, kMove + "AND from_id = $2 AND kind = 1 AND undone = 0 ORDER BY id",
               {s_.workspace, from}, move_at);
}

Result<std::vector<MoveRow>> SqlThreading::moves(core::TicketId id) const {
  return all(s_.connection, kMove + "AND (from_id = $2 OR to_id = $2) ORDER BY id",
             {s_.workspace, id}, move_at);
}

Result<std::vector<core::TicketId>> SqlThreading::holders(core::TicketId id) const {
  return all(s_.connection,
             "SELECT holder_id FROM ticket_kin WHERE workspace_id = $1 AND ticket_id = $2 "
             "ORDER BY holder_id",
             {s_.workspace, id}, [](const Row& row) { return row.id<core::TicketId>(0); });
}

Result<std::vector<ProposalRow>> SqlThreading::proposals(core::TicketId id) const {
  return all(s_.connection, kProposal + "AND ticket_id = $2 ORDER BY id", {s_.workspace, id},
             proposal_at);
}

Result<ProposalRow> SqlThreading::proposal(std::int64_t id) const {
  return found(first(s_.connection, kProposal + "AND id = $2", {s_.workspace, id}, proposal_at),
               "proposal");
}

Status SqlThreading::save_move(const MoveRow& row) {
  const std::string messages = list_of(row.messages);
  return s_.connection.post(
      "INSERT INTO ticket_moves (workspace_id, id, from_id, to_id, kind, messages, former, "
      "by_agent_id, at, undone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (workspace_id, id) DO UPDATE SET undone = excluded.undone",
      {s_.workspace, row.id, row.from, row.to, number_of(row.kind), std::string_view{messages},
       std::string_view{row.former}, row.by, row.at, row.undone});
}

Status SqlThreading::add_holder(core::TicketId id, core::TicketId holder) {
  return s_.connection.post(
      "INSERT INTO ticket_kin (workspace_id, ticket_id, holder_id) VALUES ($1, $2, $3) "
      "ON CONFLICT DO NOTHING",
      {s_.workspace, id, holder});
}

Status SqlThreading::save_proposal(const ProposalRow& row) {
  return s_.connection.post(
      "INSERT INTO proposals (workspace_id, id, ticket_id, message_id, kind, other_id, state, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
      "ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state",
      {s_.workspace, row.id, row.ticket, row.message, number_of(row.kind), row.other,
       number_of(row.state), row.at});
}

Status SqlThreading::place_message(core::MessageId id, core::TicketId from, core::TicketId to) {
  // Threads are found by their ticket: they have no index by message.
  LETHE_CHECK(s_.connection.post(
      "UPDATE threads SET ticket_id = $4 WHERE workspace_id = $1 AND ticket_id = $3 AND "
      "message_id = $2",
      {s_.workspace, id, from, to}));
  for (const char* sql :
       {"UPDATE messages SET ticket_id = $3 WHERE workspace_id = $1 AND id = $2",
        "UPDATE attachments SET ticket_id = $3 WHERE workspace_id = $1 AND message_id = $2",
        "UPDATE mail_digests SET ticket_id = $3 WHERE workspace_id = $1 AND message_id = $2",
        "UPDATE proposals SET ticket_id = $3 WHERE workspace_id = $1 AND message_id = $2",
        "UPDATE outgoing SET ticket_id = $3 WHERE workspace_id = $1 AND message_id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id, to}));
  }
  return {};
}

Result<std::vector<core::PersonId>> SqlThreading::former_requesters(core::TicketId id) const {
  return all(s_.connection,
             "SELECT person_id FROM former_requesters WHERE workspace_id = $1 AND ticket_id = $2 "
             "ORDER BY person_id",
             {s_.workspace, id}, [](const Row& row) { return row.id<core::PersonId>(0); });
}

Result<std::vector<core::TicketId>> SqlThreading::once_requested_by(core::PersonId id) const {
  return all(s_.connection,
             "SELECT ticket_id FROM former_requesters WHERE workspace_id = $1 AND person_id = $2 "
             "ORDER BY ticket_id",
             {s_.workspace, id}, [](const Row& row) { return row.id<core::TicketId>(0); });
}

Status SqlThreading::add_former_requester(core::TicketId id, core::PersonId person) {
  return s_.connection.post(
      "INSERT INTO former_requesters (workspace_id, ticket_id, person_id) VALUES ($1, $2, $3) "
      "ON CONFLICT DO NOTHING",
      {s_.workspace, id, person});
}

Status SqlThreading::give_message(core::MessageId id, core::TicketId ticket,
                                  core::PersonId person) {
  // Threads are found by their ticket: they have no index by message.
  LETHE_CHECK(s_.connection.post(
      "UPDATE threads SET person_id = $4 WHERE workspace_id = $1 AND ticket_id = $3 AND "
      "message_id = $2",
      {s_.workspace, id, ticket, person}));
  for (const char* sql :
       {"UPDATE messages SET person_id = $3 WHERE workspace_id = $1 AND id = $2",
        "UPDATE attachments SET person_id = $3 WHERE workspace_id = $1 AND message_id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id, person}));
  }
  return {};
}

Status SqlThreading::remove_proposals(core::TicketId id) {
  return s_.connection.post("DELETE FROM proposals WHERE workspace_id = $1 AND ticket_id = $2",
                            {s_.workspace, id});
}

Result<std::vector<MoveRow>> SqlBulk::merges(TicketIds ids) const {
  std::vector<MoveRow> rows;
  for (const char* end :
       {"AND kind = 1 AND undone = 0 AND from_id ", "AND kind = 1 AND undone = 0 AND to_id "}) {
    LETHE_TRY(auto more, by_ids(s_, ids, kMove + end, "", move_at));
    std::ranges::move(more, std::back_inserter(rows));
  }
  return each_once(std::move(rows));
}

Result<std::vector<ProposalRow>> SqlBulk::proposals(TicketIds ids) const {
  return by_ids(s_, ids, kProposal + "AND state = 1 AND ticket_id ", " ORDER BY ticket_id, id",
                proposal_at);
}

}  // namespace lethe::sql
