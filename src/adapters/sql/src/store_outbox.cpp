#include "store_bulk.h"
#include "store_rows.h"

namespace lethe::sql {
namespace {

using ports::MailMarkRow;
using ports::OutgoingRow;

const std::string kOutgoing =
    "SELECT id, kind, state, person_id, ticket_id, message_id, payload, due_at, attempts, "
    "last_error, created_at, sent_at FROM outgoing WHERE workspace_id = $1 ";

OutgoingRow outgoing_at(const Row& row) {
  const auto person = row.id<core::PersonId>(3);
  return {.id = row.id<core::OutgoingId>(0),
          .kind = enum_at<ports::OutgoingKind>(row, 1),
          .state = enum_at<ports::OutgoingState>(row, 2),
          .person = person,
          .ticket = row.optional_id<core::TicketId>(4),
          .message = row.optional_id<core::MessageId>(5),
          .payload = optional_cell_at(row, 6, person),
          .due_at = row.instant(7),
          .attempts = row.int64(8),
          .last_error = row.string(9),
          .created_at = row.instant(10),
          .sent_at = row.optional_instant(11)};
}

const std::string kMarks =
    "SELECT digest, person_id, kind, ticket_id, n, reason, at, until FROM mail_marks WHERE "
    "workspace_id = $1 ";

MailMarkRow mark_at(const Row& row) {
  MailMarkRow mark{.digest = row.bytes(0),
                   .person = row.id<core::PersonId>(1),
                   .kind = enum_at<ports::MailMarkKind>(row, 2),
                   .ticket = std::nullopt,
                   .count = row.int64(4),
                   .reason = row.string(5),
                   .at = row.instant(6),
                   .until = row.optional_instant(7)};
  if (row.int64(3) != 0) mark.ticket = core::TicketId::of(row.int64(3));
  return mark;
}

// A key column holds no NULL.
std::int64_t number_of(const std::optional<core::TicketId>& ticket) {
  return ticket ? ticket->value() : 0;
}

}  // namespace

Result<std::vector<OutgoingRow>> SqlOutbox::select(const std::string& rest,
                                                   const std::vector<Param>& params) const {
  return all(s_.connection, kOutgoing + rest, params, outgoing_at);
}

Result<OutgoingRow> SqlOutbox::find(core::OutgoingId id) const {
  return found(first(s_.connection, kOutgoing + "AND id = $2", {s_.workspace, id}, outgoing_at),
               "mail");
}

Result<std::vector<OutgoingRow>> SqlOutbox::due(Instant now, int limit) const {
  return select("AND state = 1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3",
                {s_.workspace, now, limit});
}

Result<std::optional<Instant>> SqlOutbox::next_due() const {
  return first(s_.connection,
               "SELECT due_at FROM outgoing WHERE workspace_id = $1 AND state = 1 "
               "ORDER BY due_at, id LIMIT 1",
               {s_.workspace}, [](const Row& row) { return row.instant(0); });
}

Result<std::vector<OutgoingRow>> SqlOutbox::of_message(core::MessageId id) const {
  return select("AND message_id = $2 ORDER BY id", {s_.workspace, id});
}

Result<std::vector<OutgoingRow>> SqlOutbox::of_ticket(core::TicketId id) const {
  return select("AND ticket_id = $2 ORDER BY id", {s_.workspace, id});
}

Result<std::int64_t> SqlOutbox::sent_to(core::PersonId id) const {
  return one_int64(s_.connection,
                   "SELECT COUNT(*) FROM outgoing WHERE workspace_id = $1 AND person_id = $2 AND "
                   "state = 2",
                   {s_.workspace, id});
}

Result<std::int64_t> SqlOutbox::sent_about(core::TicketId id) const {
  return one_int64(s_.connection,
                   "SELECT COUNT(*) FROM outgoing WHERE workspace_id = $1 AND ticket_id = $2 AND "
                   "state = 2 AND kind <> 5",
                   {s_.workspace, id});
}

Result<std::int64_t> SqlOutbox::count_failed() const {
  return one_int64(s_.connection,
                   "SELECT COUNT(*) FROM outgoing WHERE workspace_id = $1 AND state = 3",
                   {s_.workspace});
}

// The state stands in the text: the indexes are over the rows of one state.
Result<std::vector<OutgoingRow>> SqlOutbox::of_state(ports::OutgoingState state, int limit) const {
  const bool waits = state == ports::OutgoingState::queued;
  return select("AND state = " + std::to_string(static_cast<int>(state)) +
                    (waits ? " ORDER BY due_at, id LIMIT $2" : " ORDER BY id DESC LIMIT $2"),
                {s_.workspace, limit});
}

Result<std::optional<OutgoingRow>> SqlOutbox::waiting_notice(core::PersonId person,
                                                             std::optional<core::TicketId> ticket,
                                                             Instant now) const {
  const std::string notices = kOutgoing +
                              "AND person_id = $2 AND kind = 5 AND state = 1 AND due_at > $3 AND "
                              "payload IS NOT NULL AND ";
  const std::string last = " ORDER BY id DESC LIMIT 1";
  if (!ticket) {
    return first(s_.connection, notices + "ticket_id IS NULL" + last, {s_.workspace, person, now},
                 outgoing_at);
  }
  return first(s_.connection, notices + "ticket_id = $4" + last,
               {s_.workspace, person, now, *ticket}, outgoing_at);
}

Status SqlOutbox::insert(const OutgoingRow& row) {
  return s_.connection.post(
      "INSERT INTO outgoing (workspace_id, id, kind, state, person_id, ticket_id, message_id, "
      "payload, due_at, attempts, last_error, created_at, sent_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {s_.workspace, row.id, number_of(row.kind), number_of(row.state), row.person, row.ticket,
       row.message, row.payload, row.due_at, row.attempts, row.last_error, row.created_at,
       row.sent_at});
}

Status SqlOutbox::update(const OutgoingRow& row) {
  return s_.connection.post(
      "UPDATE outgoing SET state = $3, payload = $4, due_at = $5, attempts = $6, last_error = $7, "
      "sent_at = $8 WHERE workspace_id = $1 AND id = $2",
      {s_.workspace, row.id, number_of(row.state), row.payload, row.due_at, row.attempts,
       row.last_error, row.sent_at});
}

Result<std::int64_t> SqlOutbox::cancel_for_person(core::PersonId id) {
  return s_.connection.execute(
      "UPDATE outgoing SET state = 4, payload = NULL WHERE workspace_id = $1 AND person_id = $2 "
      "AND state IN (1, 3)",
      {s_.workspace, id});
}

Result<std::int64_t> SqlOutbox::cancel_for_ticket(core::TicketId id) {
  return s_.connection.execute(
      "UPDATE outgoing SET state = 4, payload = NULL WHERE workspace_id = $1 AND ticket_id = $2 "
      "AND state IN (1, 3)",
      {s_.workspace, id});
}

Status SqlOutbox::remove_for_person(core::PersonId id) {
  LETHE_CHECK(s_.connection.post(
      "DELETE FROM mail_marks WHERE workspace_id = $1 AND person_id = $2", {s_.workspace, id}));
  return s_.connection.post("DELETE FROM outgoing WHERE workspace_id = $1 AND person_id = $2",
                            {s_.workspace, id});
}

Status SqlOutbox::remove_for_ticket(core::TicketId id) {
  LETHE_CHECK(s_.connection.post(
      "DELETE FROM mail_marks WHERE workspace_id = $1 AND ticket_id = $2", {s_.workspace, id}));
  return s_.connection.post("DELETE FROM outgoing WHERE workspace_id = $1 AND ticket_id = $2",
                            {s_.workspace, id});
}

Result<std::vector<MailMarkRow>> SqlOutbox::marks_at(ByteView digest) const {
  return all(s_.connection, kMarks + "AND digest = $2 ORDER BY kind, ticket_id",
             {s_.workspace, digest}, mark_at);
}

Result<std::vector<MailMarkRow>> SqlOutbox::marks_of(core::PersonId id) const {
  return all(s_.connection, kMarks + "AND person_id = $2 ORDER BY at, kind, ticket_id",
             {s_.workspace, id}, mark_at);
}

Status SqlOutbox::save_mark(const MailMarkRow& row) {
  return s_.connection.post(
      "INSERT INTO mail_marks (workspace_id, digest, person_id, kind, ticket_id, n, reason, at, "
      "until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
      "ON CONFLICT (workspace_id, digest, kind, ticket_id) DO UPDATE SET person_id = "
      "excluded.person_id, n = excluded.n, reason = excluded.reason, at = excluded.at, until = "
      "excluded.until",
      {s_.workspace, ByteView{row.digest}, row.person, number_of(row.kind), number_of(row.ticket),
       row.count, row.reason, row.at, row.until});
}

Status SqlOutbox::remove_mark(ByteView digest, ports::MailMarkKind kind,
                              std::optional<core::TicketId> ticket) {
  return s_.connection.post(
      "DELETE FROM mail_marks WHERE workspace_id = $1 AND digest = $2 AND kind = $3 AND ticket_id "
      "= $4",
      {s_.workspace, digest, number_of(kind), number_of(ticket)});
}

Status SqlOutbox::remove_marks_ended(Instant now) {
  return s_.connection.post("DELETE FROM mail_marks WHERE workspace_id = $1 AND until <= $2",
                            {s_.workspace, now});
}

Result<std::vector<OutgoingRow>> SqlBulk::outgoing(MessageIds ids) const {
  return by_ids(s_, ids, kOutgoing + "AND message_id ", " ORDER BY message_id, id", outgoing_at);
}

}  // namespace lethe::sql
