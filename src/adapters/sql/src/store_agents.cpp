#include "store_rows.h"

namespace lethe::sql {
namespace {

using ports::AgentRow;
using ports::LinkRow;
using ports::SessionRow;
using ports::TokenRow;
using ports::ViewRow;

const std::string kAgent =
    "SELECT id, person_id, role, state, password_hash, language, created_at, failed_sign_ins, "
    "locked_until FROM agents WHERE workspace_id = $1 ";
const std::string kToken =
    "SELECT id, digest, agent_id, scope, name, created_at, used_at FROM tokens "
    "WHERE workspace_id = $1 ";

AgentRow agent_at(const Row& row) {
  return {.id = row.id<core::AgentId>(0),
          .person = row.id<core::PersonId>(1),
          .role = enum_at<ports::Role>(row, 2),
          .state = enum_at<ports::AgentState>(row, 3),
          .password_hash = row.optional_string(4),
          .language = row.string(5),
          .created_at = row.instant(6),
          .failed_sign_ins = row.int64(7),
          .locked_until = row.optional_instant(8)};
}

TokenRow token_at(const Row& row) {
  return {
      row.int64(0),  row.bytes(1),   row.id<core::AgentId>(2), enum_at<ports::TokenScope>(row, 3),
      row.string(4), row.instant(5), row.optional_instant(6)};
}

}  // namespace

Result<AgentRow> SqlAgents::find(core::AgentId id) const {
  return found(first(s_.connection, kAgent + "AND id = $2", {s_.workspace, id}, agent_at), "agent");
}

Result<AgentRow> SqlAgents::of_person(core::PersonId id) const {
  return found(first(s_.connection, kAgent + "AND person_id = $2", {s_.workspace, id}, agent_at),
               "agent");
}

Result<std::vector<AgentRow>> SqlAgents::all() const {
  return sql::all(s_.connection, kAgent + "ORDER BY id", {s_.workspace}, agent_at);
}

Result<SessionRow> SqlAgents::session(ByteView digest) const {
  return found(first(s_.connection,
                     "SELECT digest, agent_id, csrf, created_at, seen_at FROM sessions "
                     "WHERE workspace_id = $1 AND digest = $2",
                     {s_.workspace, digest},
                     [](const Row& row) {
                       return SessionRow{row.bytes(0), row.id<core::AgentId>(1), row.bytes(2),
                                         row.instant(3), row.instant(4)};
                     }),
               "session");
}

Result<TokenRow> SqlAgents::token(ByteView digest) const {
  return found(first(s_.connection, kToken + "AND digest = $2", {s_.workspace, digest}, token_at),
               "token");
}

Result<std::vector<TokenRow>> SqlAgents::tokens() const {
  return sql::all(s_.connection, kToken + "ORDER BY id", {s_.workspace}, token_at);
}

Result<LinkRow> SqlAgents::link(ByteView digest) const {
  return found(first(s_.connection,
                     "SELECT digest, agent_id, purpose, expires_at FROM links "
                     "WHERE workspace_id = $1 AND digest = $2",
                     {s_.workspace, digest},
                     [](const Row& row) {
                       return LinkRow{row.bytes(0), row.id<core::AgentId>(1),
                                      enum_at<ports::LinkPurpose>(row, 2), row.instant(3)};
                     }),
               "link");
}

Result<std::vector<ViewRow>> SqlAgents::views(core::AgentId id) const {
  return sql::all(s_.connection,
                  "SELECT id, agent_id, person_id, definition FROM views WHERE workspace_id = $1 "
                  "AND agent_id = $2 ORDER BY id",
                  {s_.workspace, id}, [](const Row& row) {
                    const auto person = row.id<core::PersonId>(2);
                    return ViewRow{row.id<core::ViewId>(0), row.id<core::AgentId>(1), person,
                                   cell_at(row, 3, person)};
                  });
}

Status SqlAgents::insert(const AgentRow& row) {
  return s_.connection.post(
      "INSERT INTO agents (workspace_id, id, person_id, role, state, password_hash, language, "
      "created_at, failed_sign_ins, locked_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {s_.workspace, row.id, row.person, number_of(row.role), number_of(row.state),
       row.password_hash, row.language, row.created_at, row.failed_sign_ins, row.locked_until});
}

Status SqlAgents::update(const AgentRow& row) {
  return s_.connection.post(
      "UPDATE agents SET role = $3, state = $4, password_hash = $5, language = $6, "
      "failed_sign_ins = $7, locked_until = $8 WHERE workspace_id = $1 AND id = $2",
      {s_.workspace, row.id, number_of(row.role), number_of(row.state), row.password_hash,
       row.language, row.failed_sign_ins, row.locked_until});
}

Status SqlAgents::insert_session(const SessionRow& row) {
  return s_.connection.post(
      "INSERT INTO sessions (workspace_id, digest, agent_id, csrf, created_at, seen_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {s_.workspace, row.digest, row.agent, row.csrf, row.created_at, row.seen_at});
}

Status SqlAgents::touch_session(ByteView digest, Instant seen_at) {
  return s_.connection.post(
      "UPDATE sessions SET seen_at = $3 WHERE workspace_id = $1 AND digest = $2",
      {s_.workspace, digest, seen_at});
}

Status SqlAgents::remove_session(ByteView digest) {
  return s_.connection.post("DELETE FROM sessions WHERE workspace_id = $1 AND digest = $2",
                            {s_.workspace, digest});
}

Status SqlAgents::remove_sessions_of(core::AgentId id) {
  return s_.connection.post("DELETE FROM sessions WHERE workspace_id = $1 AND agent_id = $2",
                            {s_.workspace, id});
}

Status SqlAgents::remove_sessions_idle_since(Instant seen_before, Instant made_before) {
  return s_.connection.post(
      "DELETE FROM sessions WHERE workspace_id = $1 AND (seen_at < $2 OR created_at < $3)",
      {s_.workspace, seen_before, made_before});
}

Status SqlAgents::insert_token(const TokenRow& row) {
  return s_.connection.post(
      "INSERT INTO tokens (workspace_id, id, digest, agent_id, scope, name, created_at, used_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {s_.workspace, row.id, row.digest, row.agent, number_of(row.scope), row.name, row.created_at,
       row.used_at});
}

Status SqlAgents::touch_token(std::int64_t id, Instant at) {
  return s_.connection.post("UPDATE tokens SET used_at = $3 WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id, at});
}

Status SqlAgents::remove_token(std::int64_t id) {
  return s_.connection.post("DELETE FROM tokens WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlAgents::insert_link(const LinkRow& row) {
  return s_.connection.post(
      "INSERT INTO links (workspace_id, digest, agent_id, purpose, expires_at) "
      "VALUES ($1, $2, $3, $4, $5)",
      {s_.workspace, row.digest, row.agent, number_of(row.purpose), row.expires_at});
}

Status SqlAgents::remove_link(ByteView digest) {
  return s_.connection.post("DELETE FROM links WHERE workspace_id = $1 AND digest = $2",
                            {s_.workspace, digest});
}

Status SqlAgents::remove_links_of(core::AgentId id) {
  return s_.connection.post("DELETE FROM links WHERE workspace_id = $1 AND agent_id = $2",
                            {s_.workspace, id});
}

Status SqlAgents::save_view(const ViewRow& row) {
  return s_.connection.post(
      "INSERT INTO views (workspace_id, id, agent_id, person_id, definition) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, id) DO UPDATE SET "
      "definition = excluded.definition",
      {s_.workspace, row.id, row.agent, row.person, row.definition});
}

Status SqlAgents::remove_view(core::ViewId id) {
  return s_.connection.post("DELETE FROM views WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlAgents::remove_all_access() {
  for (const char* sql : {"DELETE FROM sessions WHERE workspace_id = $1",
                          "DELETE FROM tokens WHERE workspace_id = $1",
                          "DELETE FROM links WHERE workspace_id = $1"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace}));
  }
  return {};
}

}  // namespace lethe::sql
