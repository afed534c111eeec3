#include "store_bulk.h"

namespace lethe::sql {
namespace {

using ports::AddresseeRow;
using ports::AttachmentRow;
using ports::BlobName;
using ports::DraftRow;
using ports::MailDigestRow;
using ports::MessageRow;
using ports::QuoteRow;
using ports::RawCopyRow;
using ports::SealedFile;
using ports::ThreadRow;

const std::string kMessage =
    "SELECT id, ticket_id, person_id, author_id, kind, flags, created_at, event, text, html, "
    "snippet, headers, cell_version FROM messages WHERE workspace_id = $1 ";
const std::string kSnippet =
    "SELECT id, ticket_id, person_id, author_id, kind, flags, created_at, event, NULL, NULL, "
    "snippet, NULL, cell_version FROM messages WHERE workspace_id = $1 ";
const std::string kAttachment =
    "SELECT id, message_id, ticket_id, person_id, description, file_key, sealed_bytes, blob, size, "
    "shown_inline, cell_version FROM attachments WHERE workspace_id = $1 ";
const std::string kRawCopy =
    "SELECT message_id, ticket_id, person_id, file_key, sealed_bytes, blob, size, expires_at "
    "FROM raw_copies WHERE workspace_id = $1 ";

std::int64_t packed(const ports::MessageFlags& flags) {
  return (flags.verified ? 1 : 0) | (flags.automatic ? 2 : 0) | (flags.bounce ? 4 : 0) |
         (flags.unreadable ? 8 : 0) | (flags.redacted ? 16 : 0);
}
ports::MessageFlags unpacked(std::int64_t bits) {
  return {.verified = (bits & 1) != 0,
          .automatic = (bits & 2) != 0,
          .bounce = (bits & 4) != 0,
          .unreadable = (bits & 8) != 0,
          .redacted = (bits & 16) != 0};
}

MessageRow message_at(const Row& row) {
  const auto person = row.optional_id<core::PersonId>(2);
  return {.id = row.id<core::MessageId>(0),
          .ticket = row.id<core::TicketId>(1),
          .person = person,
          .author = row.optional_id<core::AgentId>(3),
          .kind = enum_at<ports::MessageKind>(row, 4),
          .flags = unpacked(row.int64(5)),
          .created_at = row.instant(6),
          .event = row.string(7),
          .text = optional_cell_at(row, 8, person),
          .html = optional_cell_at(row, 9, person),
          .snippet = optional_cell_at(row, 10, person),
          .headers = optional_cell_at(row, 11, person),
          .cell_version = static_cast<std::uint32_t>(row.int64(12))};
}

std::optional<BlobName> blob_at(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  auto name = BlobName::parse(row.text(column));
  return name ? std::optional{std::move(*name)} : std::nullopt;
}

AttachmentRow attachment_at(const Row& row) {
  const auto person = row.id<core::PersonId>(3);
  return {.id = row.id<core::AttachmentId>(0),
          .message = row.id<core::MessageId>(1),
          .ticket = row.id<core::TicketId>(2),
          .person = person,
          .description = cell_at(row, 4, person),
          .file_key = cell_at(row, 5, person),
          .file = {row.optional_bytes(6), blob_at(row, 7), row.int64(8)},
          .shown_inline = row.boolean(9),
          .cell_version = static_cast<std::uint32_t>(row.int64(10))};
}

RawCopyRow raw_copy_at(const Row& row) {
  const auto person = row.id<core::PersonId>(2);
  return {.message = row.id<core::MessageId>(0),
          .ticket = row.id<core::TicketId>(1),
          .person = person,
          .file_key = cell_at(row, 3, person),
          .file = {row.optional_bytes(4), blob_at(row, 5), row.int64(6)},
          .expires_at = row.instant(7)};
}

Param blob_param(const SealedFile& file) {
  return file.blob ? Param{std::string_view{file.blob->text()}} : Param{Null{}};
}

core::MessageId message_id_at(const Row& row) { return row.id<core::MessageId>(0); }

const std::string kAddressee =
    "SELECT id, message_id, ticket_id, person_id, field, mailbox FROM addressees "
    "WHERE workspace_id = $1 ";

AddresseeRow addressee_at(const Row& row) {
  const auto person = row.id<core::PersonId>(3);
  return {row.int64(0),
          row.id<core::MessageId>(1),
          row.id<core::TicketId>(2),
          person,
          enum_at<ports::AddresseeField>(row, 4),
          cell_at(row, 5, person)};
}

const std::string kQuote =
    "SELECT id, message_id, ticket_id, person_id, place, text FROM quotes "
    "WHERE workspace_id = $1 ";

QuoteRow quote_at(const Row& row) {
  const auto person = row.id<core::PersonId>(3);
  return {row.int64(0), row.id<core::MessageId>(1), row.id<core::TicketId>(2), person,
          row.int64(4), cell_at(row, 5, person)};
}

}  // namespace

Result<MessageRow> SqlMessages::find(core::MessageId id) const {
  return found(first(s_.connection, kMessage + "AND id = $2", {s_.workspace, id}, message_at),
               "message");
}

Result<std::vector<MessageRow>> SqlMessages::of_ticket(core::TicketId id) const {
  return all(s_.connection, kMessage + "AND ticket_id = $2 ORDER BY id", {s_.workspace, id},
             message_at);
}

Result<std::vector<MessageRow>> SqlMessages::page(core::TicketId id, std::int64_t after_id,
                                                  int limit) const {
  return all(s_.connection, kMessage + "AND ticket_id = $2 AND id > $3 ORDER BY id LIMIT $4",
             {s_.workspace, id, after_id, limit}, message_at);
}

Result<std::vector<MessageRow>> SqlMessages::after(std::int64_t after_id, int limit) const {
  return all(s_.connection, kMessage + "AND id > $2 ORDER BY id LIMIT $3",
             {s_.workspace, after_id, limit}, message_at);
}

Result<std::vector<AddresseeRow>> SqlMessages::addressees(core::MessageId id) const {
  return all(s_.connection, kAddressee + "AND message_id = $2 ORDER BY id", {s_.workspace, id},
             addressee_at);
}

Result<std::vector<AttachmentRow>> SqlMessages::attachments(core::TicketId id) const {
  return all(s_.connection, kAttachment + "AND ticket_id = $2 ORDER BY id", {s_.workspace, id},
             attachment_at);
}

Result<AttachmentRow> SqlMessages::attachment(core::AttachmentId id) const {
  return found(first(s_.connection, kAttachment + "AND id = $2", {s_.workspace, id}, attachment_at),
               "attachment");
}

Result<std::optional<RawCopyRow>> SqlMessages::raw_copy(core::MessageId id) const {
  return first(s_.connection, kRawCopy + "AND message_id = $2", {s_.workspace, id}, raw_copy_at);
}

Result<std::vector<RawCopyRow>> SqlMessages::raw_copies(core::TicketId id) const {
  return all(s_.connection, kRawCopy + "AND ticket_id = $2 ORDER BY message_id", {s_.workspace, id},
             raw_copy_at);
}

Result<std::vector<core::MessageId>> SqlMessages::raw_copies_expired(Instant now, int limit) const {
  return all(s_.connection,
             "SELECT message_id FROM raw_copies WHERE workspace_id = $1 AND expires_at <= $2 "
             "ORDER BY expires_at, message_id LIMIT $3",
             {s_.workspace, now, limit}, message_id_at);
}

Result<std::vector<QuoteRow>> SqlMessages::quotes(core::MessageId id) const {
  return all(s_.connection, kQuote + "AND message_id = $2 ORDER BY place, id", {s_.workspace, id},
             quote_at);
}

Result<std::vector<DraftRow>> SqlMessages::drafts(core::TicketId id) const {
  return all(s_.connection,
             "SELECT id, ticket_id, person_id, agent_id, kind, text, cell_version, updated_at "
             "FROM drafts WHERE workspace_id = $1 AND ticket_id = $2 ORDER BY id",
             {s_.workspace, id}, [](const Row& row) {
               const auto person = row.id<core::PersonId>(2);
               return DraftRow{row.id<core::DraftId>(0),
                               row.id<core::TicketId>(1),
                               person,
                               row.id<core::AgentId>(3),
                               enum_at<ports::MessageKind>(row, 4),
                               cell_at(row, 5, person),
                               static_cast<std::uint32_t>(row.int64(6)),
                               row.instant(7)};
             });
}

Result<std::vector<ThreadRow>> SqlMessages::threads(ByteView digest) const {
  return all(s_.connection,
             "SELECT digest, ticket_id, message_id, person_id FROM threads "
             "WHERE workspace_id = $1 AND digest = $2 ORDER BY ticket_id DESC, message_id DESC",
             {s_.workspace, digest}, [](const Row& row) {
               return ThreadRow{row.bytes(0), row.id<core::TicketId>(1), row.id<core::MessageId>(2),
                                row.id<core::PersonId>(3)};
             });
}

Result<std::optional<MailDigestRow>> SqlMessages::mail_digest(ByteView digest) const {
  return first(s_.connection,
               "SELECT digest, ticket_id, message_id FROM mail_digests "
               "WHERE workspace_id = $1 AND digest = $2",
               {s_.workspace, digest}, [](const Row& row) {
                 return MailDigestRow{row.bytes(0), row.id<core::TicketId>(1),
                                      row.id<core::MessageId>(2)};
               });
}

Result<std::vector<core::MessageId>> SqlMessages::of_person(core::PersonId id) const {
  return all(s_.connection,
             "SELECT id FROM messages WHERE workspace_id = $1 AND person_id = $2 ORDER BY id",
             {s_.workspace, id}, message_id_at);
}

Result<std::vector<BlobName>> SqlMessages::blobs_after(std::string_view after, int limit) const {
  LETHE_TRY(auto maybe,
            all(s_.connection,
                "SELECT blob FROM attachments WHERE workspace_id = $1 AND blob IS NOT NULL AND "
                "blob > $2 UNION SELECT blob FROM raw_copies WHERE workspace_id = $1 AND blob IS "
                "NOT NULL AND blob > $2 ORDER BY 1 LIMIT $3",
                {s_.workspace, after, limit}, [](const Row& row) { return blob_at(row, 0); }));
  std::vector<BlobName> names;
  for (auto& name : maybe) {
    if (!name) return fail(Errc::corrupt, "a file row names no blob");
    names.push_back(std::move(*name));
  }
  return names;
}

Status SqlMessages::insert(const MessageRow& row) {
  return s_.connection.post(
      "INSERT INTO messages (workspace_id, id, ticket_id, person_id, author_id, kind, flags, "
      "created_at, event, text, html, snippet, headers, cell_version) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      {s_.workspace, row.id, row.ticket, row.person, row.author, number_of(row.kind),
       packed(row.flags), row.created_at, row.event, row.text, row.html, row.snippet, row.headers,
       row.cell_version});
}

Status SqlMessages::update(const MessageRow& row) {
  return s_.connection.post(
      "UPDATE messages SET flags = $3, text = $4, html = $5, snippet = $6, headers = $7, "
      "cell_version = $8 WHERE workspace_id = $1 AND id = $2",
      {s_.workspace, row.id, packed(row.flags), row.text, row.html, row.snippet, row.headers,
       row.cell_version});
}

Status SqlMessages::insert_addressee(const AddresseeRow& row) {
  return s_.connection.post(
      "INSERT INTO addressees (workspace_id, id, message_id, ticket_id, person_id, field, mailbox) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {s_.workspace, row.id, row.message, row.ticket, row.person, number_of(row.field),
       row.mailbox});
}

Status SqlMessages::remove_addressee(std::int64_t id) {
  return s_.connection.post("DELETE FROM addressees WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlMessages::insert_attachment(const AttachmentRow& row) {
  return s_.connection.post(
      "INSERT INTO attachments (workspace_id, id, message_id, ticket_id, person_id, description, "
      "file_key, sealed_bytes, blob, size, shown_inline, cell_version) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {s_.workspace, row.id, row.message, row.ticket, row.person, row.description, row.file_key,
       row.file.inline_bytes, blob_param(row.file), row.file.size, row.shown_inline,
       row.cell_version});
}

Status SqlMessages::update_attachment(const AttachmentRow& row) {
  return s_.connection.post(
      "UPDATE attachments SET description = $3, file_key = $4, sealed_bytes = $5, blob = $6, "
      "size = $7, cell_version = $8 WHERE workspace_id = $1 AND id = $2",
      {s_.workspace, row.id, row.description, row.file_key, row.file.inline_bytes,
       blob_param(row.file), row.file.size, row.cell_version});
}

Status SqlMessages::insert_raw_copy(const RawCopyRow& row) {
  return s_.connection.post(
      "INSERT INTO raw_copies (workspace_id, message_id, ticket_id, person_id, file_key, "
      "sealed_bytes, blob, size, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {s_.workspace, row.message, row.ticket, row.person, row.file_key, row.file.inline_bytes,
       blob_param(row.file), row.file.size, row.expires_at});
}

Status SqlMessages::insert_quote(const QuoteRow& row) {
  return s_.connection.post(
      "INSERT INTO quotes (workspace_id, id, message_id, ticket_id, person_id, place, text) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {s_.workspace, row.id, row.message, row.ticket, row.person, row.place, row.text});
}

Status SqlMessages::remove_quote(std::int64_t id) {
  return s_.connection.post("DELETE FROM quotes WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlMessages::save_draft(const DraftRow& row) {
  return s_.connection.post(
      "INSERT INTO drafts (workspace_id, id, ticket_id, person_id, agent_id, kind, text, "
      "cell_version, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
      "ON CONFLICT (workspace_id, ticket_id, agent_id, kind) DO UPDATE SET id = excluded.id, "
      "person_id = excluded.person_id, text = excluded.text, cell_version = excluded.cell_version, "
      "updated_at = excluded.updated_at",
      {s_.workspace, row.id, row.ticket, row.person, row.agent, number_of(row.kind), row.text,
       row.cell_version, row.updated_at});
}

Status SqlMessages::remove_draft(core::DraftId id) {
  return s_.connection.post("DELETE FROM drafts WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlMessages::remove_drafts_before(Instant at) {
  return s_.connection.post("DELETE FROM drafts WHERE workspace_id = $1 AND updated_at < $2",
                            {s_.workspace, at});
}

Status SqlMessages::insert_thread(const ThreadRow& row) {
  return s_.connection.post(
      "INSERT INTO threads (workspace_id, digest, ticket_id, message_id, person_id) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      {s_.workspace, row.digest, row.ticket, row.message, row.person});
}

Status SqlMessages::insert_mail_digest(const MailDigestRow& row) {
  LETHE_TRY(const std::int64_t inserted,
            s_.connection.execute(
                "INSERT INTO mail_digests (workspace_id, digest, ticket_id, message_id) "
                "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                {s_.workspace, row.digest, row.ticket, row.message}));
  if (inserted == 0) return fail(Errc::already_exists, "this mail was taken in already");
  return {};
}

Status SqlMessages::remove_message(core::MessageId id) {
  // Threads and proposals are found by their ticket: they have no index by message.
  for (const char* sql : {"DELETE FROM threads WHERE workspace_id = $1 AND message_id = $2 AND "
                          "ticket_id = (SELECT ticket_id FROM messages WHERE workspace_id = $1 "
                          "AND id = $2)",
                          "DELETE FROM quotes WHERE workspace_id = $1 AND message_id = $2",
                          "DELETE FROM addressees WHERE workspace_id = $1 AND message_id = $2",
                          "DELETE FROM attachments WHERE workspace_id = $1 AND message_id = $2",
                          "DELETE FROM raw_copies WHERE workspace_id = $1 AND message_id = $2",
                          "DELETE FROM mail_digests WHERE workspace_id = $1 AND message_id = $2",
                          "DELETE FROM outgoing WHERE workspace_id = $1 AND message_id = $2",
                          "DELETE FROM proposals WHERE workspace_id = $1 AND message_id = $2 AND "
                          "ticket_id = (SELECT ticket_id FROM messages WHERE workspace_id = $1 "
                          "AND id = $2)",
                          "DELETE FROM messages WHERE workspace_id = $1 AND id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id}));
  }
  return {};
}

Status SqlMessages::remove_attachment(core::AttachmentId id) {
  return s_.connection.post("DELETE FROM attachments WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlMessages::remove_raw_copy(core::MessageId id) {
  return s_.connection.post("DELETE FROM raw_copies WHERE workspace_id = $1 AND message_id = $2",
                            {s_.workspace, id});
}

Status SqlMessages::remove_traces_of(core::PersonId id) {
  for (const char* sql :
       {"DELETE FROM quotes WHERE workspace_id = $1 AND person_id = $2",
        "DELETE FROM addressees WHERE workspace_id = $1 AND person_id = $2",
        "DELETE FROM threads WHERE workspace_id = $1 AND person_id = $2",
        "DELETE FROM drafts WHERE workspace_id = $1 AND person_id = $2",
        "DELETE FROM free_tags WHERE workspace_id = $1 AND person_id = $2",
        "DELETE FROM former_requesters WHERE workspace_id = $1 AND person_id = $2",
        "DELETE FROM participants WHERE workspace_id = $1 AND person_id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id}));
  }
  return {};
}

Status SqlMessages::remove_content_of(core::TicketId id) {
  for (const char* sql :
       {"DELETE FROM quotes WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM addressees WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM attachments WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM raw_copies WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM drafts WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM threads WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM mail_digests WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM free_tags WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM former_requesters WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM participants WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM handlers WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM reads WHERE workspace_id = $1 AND ticket_id = $2",
        "DELETE FROM messages WHERE workspace_id = $1 AND ticket_id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id}));
  }
  return {};
}

Result<std::vector<MessageRow>> SqlBulk::messages(MessageIds ids) const {
  return by_ids(s_, ids, kMessage + "AND id ", " ORDER BY id", message_at);
}

Result<std::vector<MessageRow>> SqlBulk::snippets(MessageIds ids) const {
  return by_ids(s_, ids, kSnippet + "AND id ", " ORDER BY id", message_at);
}

Result<std::vector<QuoteRow>> SqlBulk::quotes(MessageIds ids) const {
  return by_ids(s_, ids, kQuote + "AND message_id ", " ORDER BY message_id, place, id", quote_at);
}

Result<std::vector<AddresseeRow>> SqlBulk::addressees(MessageIds ids) const {
  return by_ids(s_, ids, kAddressee + "AND message_id ", " ORDER BY message_id, id", addressee_at);
}

}  // namespace lethe::sql
