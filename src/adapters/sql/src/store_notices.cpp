#include "store_notices.h"

#include "lethe/base/text.h"

namespace lethe::sql {
namespace {

using ports::NoticeWishRow;

const std::string kWishes =
    "SELECT agent_id, events, watched_groups, wait_seconds FROM agent_notices WHERE workspace_id = "
    "$1 ";

std::string text_of(const std::vector<core::GroupId>& groups) {
  std::string text;
  for (const core::GroupId group : groups) {
    text += (text.empty() ? "" : ",") + group.to_string();
  }
  return text;
}

std::vector<core::GroupId> groups_of(std::string_view text) {
  std::vector<core::GroupId> groups;
  for (const std::string_view part : split(text, ',')) {
    if (const auto id = core::GroupId::parse(part)) groups.push_back(*id);
  }
  return groups;
}

NoticeWishRow wish_at(const Row& row) {
  return {.agent = row.id<core::AgentId>(0),
          .events = row.int64(1),
          .groups = groups_of(row.string(2)),
          .wait = Seconds{row.int64(3)}};
}

}  // namespace

Result<std::optional<NoticeWishRow>> SqlNotices::of(core::AgentId agent) const {
  return first(s_.connection, kWishes + "AND agent_id = $2", {s_.workspace, agent}, wish_at);
}

Result<std::vector<NoticeWishRow>> SqlNotices::all() const {
  return sql::all(s_.connection, kWishes + "ORDER BY agent_id", {s_.workspace}, wish_at);
}

Result<std::optional<ports::OutgoingRow>> SqlNotices::waiting(core::PersonId agent,
                                                              std::optional<core::TicketId> ticket,
                                                              Instant now) const {
  return SqlOutbox{s_}.waiting_notice(agent, ticket, now);
}

Result<std::int64_t> SqlNotices::made_after(core::PersonId agent, Instant since) const {
  return one_int64(s_.connection,
                   "SELECT COUNT(*) FROM outgoing WHERE workspace_id = $1 AND person_id = $2 AND "
                   "kind = 5 AND state <> 4 AND ticket_id IS NOT NULL AND created_at > $3",
                   {s_.workspace, agent, since});
}

Status SqlNotices::save(const NoticeWishRow& row) {
  return s_.connection.post(
      "INSERT INTO agent_notices (workspace_id, agent_id, events, watched_groups, wait_seconds) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, agent_id) DO UPDATE SET events = "
      "excluded.events, watched_groups = excluded.watched_groups, wait_seconds = "
      "excluded.wait_seconds",
      {s_.workspace, row.agent, row.events, text_of(row.groups), row.wait.count()});
}

Status SqlNotices::remove(core::AgentId agent) {
  return s_.connection.post("DELETE FROM agent_notices WHERE workspace_id = $1 AND agent_id = $2",
                            {s_.workspace, agent});
}

}  // namespace lethe::sql
