// Messages, their addressees, attachments, raw copies, drafts and the keyed
// digests by which mail finds its thread.
//
// Cells of a message are under (person, ticket, body), where `person` is the
// customer who wrote it or, for replies and notes of agents, the ticket's
// requester; files under (person, ticket, attachments), the raw copy under
// (person, ticket, raw).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"
#include "lethe/ports/blobs.h"

namespace lethe::ports {

enum class MessageKind : std::uint8_t { customer = 1, agent, note, event };

// What is known of a message without opening it.
struct MessageFlags {
  bool verified = false;    // joined by proof (DESIGN promise 6)
  bool automatic = false;   // auto-reply, list or bulk mail
  bool bounce = false;      // a delivery report
  bool unreadable = false;  // shown as "unreadable message", raw copy kept until resolved
  bool redacted = false;
};

struct MessageRow {
  core::MessageId id;
  core::TicketId ticket;
  std::optional<core::PersonId> person;  // whose key; absent for events
  std::optional<core::AgentId> author;   // the agent, for agent | note | event
  MessageKind kind = MessageKind::customer;
  MessageFlags flags;
  Instant created_at;
  std::string event;  // events only: "status closed", "assigned 12"; never personal data
  std::optional<Ciphertext> text;
  std::optional<Ciphertext> html;     // sanitised when shown, stored as it came
  std::optional<Ciphertext> snippet;  // the first line or so, for lists
  std::optional<Ciphertext> headers;  // JSON: from, message_id, date, subject, references, quotes
  std::uint32_t cell_version = 1;
};

enum class AddresseeField : std::uint8_t { from = 1, to, cc };
// To and Cc are cells of their own, one per person, each under that person's ticket key.
struct AddresseeRow {
  std::int64_t id;
  core::MessageId message;
  core::TicketId ticket;
  core::PersonId person;
  AddresseeField field = AddresseeField::to;
  Ciphertext mailbox;  // JSON: name, address
};

// A sealed file: stream-sealed bytes under a file key; the key is a small cell.
// Up to 256 KiB the bytes are in the row, above in a blob.
struct SealedFile {
  std::optional<Bytes> inline_bytes;
  std::optional<BlobName> blob;
  std::int64_t size = 0;  // of the plain bytes
};

struct AttachmentRow {
  core::AttachmentId id;
  core::MessageId message;
  core::TicketId ticket;
  core::PersonId person;
  Ciphertext description;  // JSON: name, type, content_id, sha256
  Ciphertext file_key;
  SealedFile file;
  bool shown_inline = false;
  std::uint32_t cell_version = 1;
};

struct RawCopyRow {
  core::MessageId message;  // also the row id of its cells
  core::TicketId ticket;
  core::PersonId person;
  Ciphertext file_key;
  SealedFile file;
  Instant expires_at;
};

struct DraftRow {
  core::DraftId id;
  core::TicketId ticket;
  core::PersonId person;
  core::AgentId agent;
  MessageKind kind = MessageKind::agent;
  Ciphertext text;
  std::uint32_t cell_version = 1;
  Instant updated_at;
};

// A passage of a message that somebody else wrote first, with the line that names them: sealed
// under that person's key, so that it goes when they go. `place` is the byte offset in the
// message's text at which it belongs; several at one place follow in order of id.
struct QuoteRow {
  std::int64_t id;
  core::MessageId message;
  core::TicketId ticket;
  core::PersonId person;
  std::int64_t place = 0;
  Ciphertext text;
};

// A known Message-ID, ours or foreign, as keyed digest.
struct ThreadRow {
  Bytes digest;
  core::TicketId ticket;
  core::MessageId message;
  core::PersonId person;
};

// One delivered mail, for the duplicate rule (DESIGN section 8).
struct MailDigestRow {
  Bytes digest;
  core::TicketId ticket;
  core::MessageId message;
};

class Messages {
 public:
  virtual ~Messages() = default;

  [[nodiscard]] virtual Result<MessageRow> find(core::MessageId id) const = 0;
  // Oldest first.
  [[nodiscard]] virtual Result<std::vector<MessageRow>> of_ticket(core::TicketId id) const = 0;
  // The first `limit` messages with an id above `after_id`, oldest first: paging.
  [[nodiscard]] virtual Result<std::vector<MessageRow>> page(core::TicketId id,
                                                             std::int64_t after_id,
                                                             int limit) const = 0;
  [[nodiscard]] virtual Result<std::vector<AddresseeRow>> addressees(core::MessageId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<AttachmentRow>> attachments(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<AttachmentRow> attachment(core::AttachmentId id) const = 0;
  [[nodiscard]] virtual Result<std::optional<RawCopyRow>> raw_copy(core::MessageId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<RawCopyRow>> raw_copies(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<core::MessageId>> raw_copies_expired(
      Instant now, int limit) const = 0;
  [[nodiscard]] virtual Result<std::vector<QuoteRow>> quotes(core::MessageId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<DraftRow>> drafts(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<ThreadRow>> threads(ByteView digest) const = 0;
  [[nodiscard]] virtual Result<std::optional<MailDigestRow>> mail_digest(ByteView digest) const = 0;
  // Messages with an id above `after`, ascending: rebuilding the index walks them.
  [[nodiscard]] virtual Result<std::vector<MessageRow>> after(std::int64_t after_id,
                                                              int limit) const = 0;
  // Every message sealed under this person's keys, in any ticket.
  [[nodiscard]] virtual Result<std::vector<core::MessageId>> of_person(core::PersonId id) const = 0;
  // Every blob a row still refers to, ascending, above `after`: orphans are what is not among them.
  [[nodiscard]] virtual Result<std::vector<BlobName>> blobs_after(std::string_view after,
                                                                  int limit) const = 0;

  [[nodiscard]] virtual Status insert(const MessageRow& row) = 0;
  [[nodiscard]] virtual Status update(const MessageRow& row) = 0;  // after redaction
  [[nodiscard]] virtual Status insert_addressee(const AddresseeRow& row) = 0;
  [[nodiscard]] virtual Status insert_attachment(const AttachmentRow& row) = 0;
  [[nodiscard]] virtual Status update_attachment(const AttachmentRow& row) = 0;
  [[nodiscard]] virtual Status insert_raw_copy(const RawCopyRow& row) = 0;
  [[nodiscard]] virtual Status insert_quote(const QuoteRow& row) = 0;
  [[nodiscard]] virtual Status remove_quote(std::int64_t id) = 0;
  [[nodiscard]] virtual Status remove_addressee(std::int64_t id) = 0;
  [[nodiscard]] virtual Status save_draft(
      const DraftRow& row) = 0;  // one per (ticket, agent, kind)
  [[nodiscard]] virtual Status remove_draft(core::DraftId id) = 0;
  [[nodiscard]] virtual Status remove_drafts_before(Instant at) = 0;
  [[nodiscard]] virtual Status insert_thread(const ThreadRow& row) = 0;
  // already_exists when the digest is known: the mail is a duplicate.
  [[nodiscard]] virtual Status insert_mail_digest(const MailDigestRow& row) = 0;

  // Removal, for erasure; each is ok when nothing is left. Blobs are removed by the caller.
  [[nodiscard]] virtual Status remove_message(core::MessageId id) = 0;  // with all that hangs on it
  [[nodiscard]] virtual Status remove_attachment(core::AttachmentId id) = 0;
  [[nodiscard]] virtual Status remove_raw_copy(core::MessageId id) = 0;
  // Addressee, quote, thread, draft, free-tag and participant rows of one person everywhere.
  [[nodiscard]] virtual Status remove_traces_of(core::PersonId id) = 0;
  // Everything below a ticket: messages, addressees, files, drafts, threads, digests.
  [[nodiscard]] virtual Status remove_content_of(core::TicketId id) = 0;
};

}  // namespace lethe::ports
