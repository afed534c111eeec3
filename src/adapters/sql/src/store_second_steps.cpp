// The part of ports::Agents about authenticators.
#include "store_rows.h"

namespace lethe::sql {

using ports::AccessEventRow;
using ports::SecondStepRow;

Result<std::optional<SecondStepRow>> SqlAgents::second_step(core::AgentId id) const {
  return first(s_.connection,
               "SELECT agent_id, person_id, secret, cell_version, confirmed_at, last_step "
               "FROM second_steps WHERE workspace_id = $1 AND agent_id = $2",
               {s_.workspace, id}, [](const Row& row) {
                 const auto person = row.id<core::PersonId>(1);
                 return SecondStepRow{
                     row.id<core::AgentId>(0), person,
                     cell_at(row, 2, person),  static_cast<std::uint32_t>(row.int64(3)),
                     row.optional_instant(4),  row.int64(5)};
               });
}

Result<std::vector<core::AgentId>> SqlAgents::with_second_step() const {
  return sql::all(s_.connection,
                  "SELECT agent_id FROM second_steps WHERE workspace_id = $1 "
                  "AND confirmed_at IS NOT NULL ORDER BY agent_id",
                  {s_.workspace}, [](const Row& row) { return row.id<core::AgentId>(0); });
}

Result<std::vector<AccessEventRow>> SqlAgents::access_events(int limit) const {
  using Kind = ports::AccessEventKind;
  return sql::all(s_.connection,
                  "SELECT id, at, kind, by_agent_id, agent_id, detail FROM access_events "
                  "WHERE workspace_id = $1 AND kind < $3 ORDER BY id DESC LIMIT $2",
                  {s_.workspace, limit, number_of(Kind::saved_reply_added)}, access_event_at);
}

Result<std::vector<AccessEventRow>> SqlAgents::access_events(
    const ports::AccessEventQuery& query) const {
  std::string text =
      "SELECT id, at, kind, by_agent_id, agent_id, detail FROM access_events "
      "WHERE workspace_id = $1 AND id < $2 "
      "AND (kind BETWEEN $3 AND $4 OR kind BETWEEN $5 AND $6)";
  std::vector<Param> params{s_.workspace,
                            query.before,
                            number_of(query.kinds.first),
                            number_of(query.kinds.last),
                            number_of(query.or_kinds.first),
                            number_of(query.or_kinds.last),
                            query.limit};
  if (query.by_machine) {
    text += " AND by_agent_id IS NULL";
  } else if (query.by) {
    text += " AND by_agent_id = $8";
    params.emplace_back(*query.by);
  }
  return sql::all(s_.connection, text + " ORDER BY id DESC LIMIT $7", params, access_event_at);
}

Status SqlAgents::save_second_step(const SecondStepRow& row) {
  return s_.connection.post(
      "INSERT INTO second_steps (workspace_id, agent_id, person_id, secret, cell_version, "
      "confirmed_at, last_step) VALUES ($1, $2, $3, $4, $5, $6, $7) "
      "ON CONFLICT (workspace_id, agent_id) DO UPDATE SET secret = excluded.secret, "
      "cell_version = excluded.cell_version, confirmed_at = excluded.confirmed_at, "
      "last_step = excluded.last_step",
      {s_.workspace, row.agent, row.person, row.secret, row.cell_version, row.confirmed_at,
       row.last_step});
}

Status SqlAgents::remove_second_step(core::AgentId id) {
  return s_.connection.post("DELETE FROM second_steps WHERE workspace_id = $1 AND agent_id = $2",
                            {s_.workspace, id});
}

Status SqlAgents::insert_access_event(const AccessEventRow& row) {
  return s_.connection.post(
      "INSERT INTO access_events (workspace_id, id, at, kind, by_agent_id, agent_id, detail) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {s_.workspace, row.id, row.at, number_of(row.kind), row.by, row.agent, row.detail});
}

}  // namespace lethe::sql
