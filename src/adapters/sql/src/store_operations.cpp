#include "store_operations.h"

namespace lethe::sql {

using ports::QuarantinedRow;
using ports::RefusalRow;

Result<std::vector<ports::OutgoingRow>> SqlOperations::outgoing(ports::OutgoingState state,
                                                                int limit) const {
  return SqlOutbox{s_}.of_state(state, limit);
}

Result<std::vector<RefusalRow>> SqlOperations::refusals(int limit) const {
  return all(s_.connection,
             "SELECT at, door, code, enhanced, reason, mailbox_id, n FROM refusals WHERE "
             "workspace_id = $1 ORDER BY at DESC, n DESC, door, code, enhanced LIMIT $2",
             {s_.workspace, limit}, [](const Row& row) {
               return RefusalRow{.at = row.instant(0),
                                 .door = enum_at<ports::Door>(row, 1),
                                 .code = static_cast<int>(row.int64(2)),
                                 .enhanced = row.string(3),
                                 .reason = enum_at<ports::RefusalReason>(row, 4),
                                 .mailbox = row.int64(5),
                                 .count = row.int64(6)};
             });
}

Result<std::vector<QuarantinedRow>> SqlOperations::quarantined(int limit) const {
  return all(s_.connection,
             "SELECT q.attachment_id, a.ticket_id, q.at FROM quarantined q JOIN attachments a ON "
             "a.workspace_id = q.workspace_id AND a.id = q.attachment_id WHERE q.workspace_id = $1 "
             "ORDER BY q.attachment_id DESC LIMIT $2",
             {s_.workspace, limit}, [](const Row& row) {
               return QuarantinedRow{row.id<core::AttachmentId>(0), row.id<core::TicketId>(1),
                                     row.instant(2)};
             });
}

Result<std::optional<core::TicketId>> SqlOperations::oldest_live_ticket() const {
  return first(s_.connection,
               "SELECT id FROM tickets WHERE workspace_id = $1 AND erased = 0 ORDER BY id LIMIT 1",
               {s_.workspace}, [](const Row& row) { return row.id<core::TicketId>(0); });
}

Status SqlOperations::add_refusals(const RefusalRow& row) {
  return s_.connection.post(
      "INSERT INTO refusals (workspace_id, at, door, code, enhanced, reason, mailbox_id, n) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workspace_id, at, door, code, enhanced, "
      "reason, mailbox_id) DO UPDATE SET n = refusals.n + excluded.n",
      {s_.workspace, row.at, number_of(row.door), static_cast<std::int64_t>(row.code),
       std::string_view{row.enhanced}, number_of(row.reason), row.mailbox, row.count});
}

Status SqlOperations::trim_refusals(Instant before, int kept) {
  LETHE_CHECK(s_.connection.post("DELETE FROM refusals WHERE workspace_id = $1 AND at < $2",
                                 {s_.workspace, before}));
  return s_.connection.post(
      "DELETE FROM refusals WHERE workspace_id = $1 AND at < (SELECT at FROM refusals WHERE "
      "workspace_id = $1 ORDER BY at DESC LIMIT 1 OFFSET $2)",
      {s_.workspace, kept - 1});
}

Status SqlOperations::lock_away(core::AttachmentId file, Instant at) {
  return s_.connection.post(
      "INSERT INTO quarantined (workspace_id, attachment_id, at) VALUES ($1, $2, $3) "
      "ON CONFLICT DO NOTHING",
      {s_.workspace, file, at});
}

Status SqlOperations::let_out(core::AttachmentId file) {
  return s_.connection.post(
      "DELETE FROM quarantined WHERE workspace_id = $1 AND attachment_id = $2",
      {s_.workspace, file});
}

Status SqlOperations::trim_quarantined() {
  return s_.connection.post(
      "DELETE FROM quarantined WHERE workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM attachments a "
      "WHERE a.workspace_id = quarantined.workspace_id AND a.id = quarantined.attachment_id)",
      {s_.workspace});
}

}  // namespace lethe::sql
