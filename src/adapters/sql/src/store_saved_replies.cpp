#include "store_saved_replies.h"

namespace lethe::sql {
namespace {

using ports::SavedReplyRow;

// Of "id, title, group_id, language, version, created_at, updated_at".
SavedReplyRow row_without_text(const Row& row) {
  return {.id = row.id<core::SavedReplyId>(0),
          .title = row.string(1),
          .text = {},
          .group = row.optional_id<core::GroupId>(2),
          .language = row.string(3),
          .version = row.int64(4),
          .created_at = row.instant(5),
          .updated_at = row.instant(6)};
}

// The same, and "text".
SavedReplyRow whole_row(const Row& row) {
  SavedReplyRow reply = row_without_text(row);
  reply.text = row.string(7);
  return reply;
}

}  // namespace

Result<std::vector<SavedReplyRow>> SqlSavedReplies::titles() const {
  return all(s_.connection,
             "SELECT id, title, group_id, language, version, created_at, updated_at "
             "FROM saved_replies WHERE workspace_id = $1 ORDER BY title, id",
             {s_.workspace}, row_without_text);
}

Result<std::vector<SavedReplyRow>> SqlSavedReplies::page(Instant at, std::int64_t id,
                                                         int limit) const {
  return all(s_.connection,
             "SELECT id, title, group_id, language, version, created_at, updated_at, text "
             "FROM saved_replies WHERE workspace_id = $1 "
             "AND (updated_at > $2 OR (updated_at = $2 AND id > $3)) "
             "ORDER BY updated_at, id LIMIT $4",
             {s_.workspace, at, id, limit}, whole_row);
}

Result<SavedReplyRow> SqlSavedReplies::find(core::SavedReplyId id) const {
  return found(first(s_.connection,
                     "SELECT id, title, group_id, language, version, created_at, updated_at, text "
                     "FROM saved_replies WHERE workspace_id = $1 AND id = $2",
                     {s_.workspace, id}, whole_row),
               "saved reply");
}

Result<std::int64_t> SqlSavedReplies::count() const {
  return one_int64(s_.connection, "SELECT COUNT(*) FROM saved_replies WHERE workspace_id = $1",
                   {s_.workspace});
}

Result<std::vector<ports::AccessEventRow>> SqlSavedReplies::changes(int limit) const {
  using Kind = ports::AccessEventKind;
  return all(s_.connection,
             "SELECT id, at, kind, by_agent_id, agent_id, detail FROM access_events "
             "WHERE workspace_id = $1 AND kind BETWEEN $3 AND $4 ORDER BY id DESC LIMIT $2",
             {s_.workspace, limit, number_of(Kind::saved_reply_added),
              number_of(Kind::saved_reply_removed)},
             access_event_at);
}

Status SqlSavedReplies::save(const SavedReplyRow& row) {
  return s_.connection.post(
      "INSERT INTO saved_replies (workspace_id, id, title, text, group_id, language, version, "
      "created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
      "ON CONFLICT (workspace_id, id) DO UPDATE SET title = excluded.title, text = excluded.text, "
      "group_id = excluded.group_id, language = excluded.language, version = excluded.version, "
      "updated_at = excluded.updated_at",
      {s_.workspace, row.id, row.title, row.text, row.group, row.language, row.version,
       row.created_at, row.updated_at});
}

Status SqlSavedReplies::remove(core::SavedReplyId id) {
  return s_.connection.post("DELETE FROM saved_replies WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

}  // namespace lethe::sql
