// Tickets as agents and API clients see them, and what they do with them.
//
// Views are decrypted: drop them as soon as they are shown. Changes return the
// new state; every one publishes an event after it is durable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/app/file_marks.h"
#include "lethe/core/address.h"
#include "lethe/core/mail_trust.h"
#include "lethe/ports/store.h"

namespace lethe::app {

// A person or an agent in few words. `name` is empty for the erased ("former agent").
struct Who {
  std::int64_t id = 0;  // of the person or the agent
  std::string name;
  std::string email;
};

struct TicketSummary {
  ports::TicketRow row;
  std::optional<Who> requester;
  std::optional<Who> assignee;
  std::string subject;
  std::string snippet;          // of the last message that says something
  bool last_is_agents = false;  // the snippet is an agent's
  std::vector<core::TagId> tags;
  std::vector<std::string> free_tags;
  bool unread = false;  // a customer wrote after the asking agent looked
};

struct AttachmentView {
  core::AttachmentId id;
  core::MessageId message;
  std::string name, type, content_id, sha256;
  std::int64_t size = 0;
  bool shown_inline = false;
  FileMarks marks;
};

struct MailboxView {
  std::string name, address;
};

struct MessageView {
  core::MessageId id;
  ports::MessageKind kind = ports::MessageKind::customer;
  ports::MessageFlags flags;
  std::optional<Who> person;  // the customer who wrote it
  std::optional<Who> agent;   // the agent who wrote or did it
  Instant created_at;
  std::string text;   // quotations put back where their authors still exist
  std::string event;  // events only
  bool has_html = false;
  std::string message_id;
  std::string from_name, from_address;
  std::vector<MailboxView> to, cc;
  std::vector<AttachmentView> attachments;
  core::MailTrust trust;  // `source` is nobody: nothing is known of it
  // Agents' replies: what became of the mail.
  enum class Delivery { none, waiting, sent, failed, cancelled };
  Delivery delivery = Delivery::none;
  std::optional<Instant> leaves_at;  // waiting: until then it can be taken back
};

struct TicketView {
  TicketSummary summary;
  std::vector<MessageView> messages;  // oldest first
  std::vector<Who> cc;                // participants beside the requester, strangers left out
  std::optional<std::string> draft_reply, draft_note;  // of the asking agent
  // The newest of them.
  std::optional<Instant> draft_at;
  std::optional<core::DraftId> draft;
  ports::MessageKind draft_kind = ports::MessageKind::agent;
};

[[nodiscard]] Result<std::vector<TicketSummary>> list_tickets(App& app, const ports::Reading& tx,
                                                              const ports::TicketQuery& query,
                                                              std::optional<core::AgentId> asking);
// Many with a fixed number of reads, in the order given.
[[nodiscard]] Result<std::vector<TicketSummary>> summarise_tickets(
    App& app, const ports::Reading& tx, std::vector<ports::TicketRow> rows,
    std::optional<core::AgentId> asking);
[[nodiscard]] Result<TicketSummary> summarise_ticket(App& app, const ports::Reading& tx,
                                                     const ports::TicketRow& row,
                                                     std::optional<core::AgentId> asking);
// An erased ticket gives its shell: a summary without words, no messages. Errors: not_found.
[[nodiscard]] Result<TicketView> view_ticket(App& app, const ports::Reading& tx, core::TicketId id,
                                             std::optional<core::AgentId> asking);
// Errors: not_found, erased.
[[nodiscard]] Result<MessageView> view_message(App& app, const ports::Reading& tx,
                                               core::MessageId id);
[[nodiscard]] Result<Who> agent_in_few_words(App& app, const ports::Reading& tx, core::AgentId id);
// Everybody who may sign in and has a name or an address, in the order of their ids.
[[nodiscard]] Result<std::vector<Who>> active_agents(App& app, const ports::Reading& tx);

// The HTML of a mail as it came; show it only through html::sanitise. Errors: not_found, erased.
[[nodiscard]] Result<Plaintext> message_html(App& app, core::MessageId id);
struct FileView {
  AttachmentView about;
  Plaintext bytes;
};
// Errors: not_found, erased, corrupt.
[[nodiscard]] Result<FileView> read_attachment(App& app, core::AttachmentId id);
// The minimised mail as it came. Errors: not_found when it is no longer kept.
[[nodiscard]] Result<Plaintext> read_raw_copy(App& app, core::MessageId id);

struct NewFile {
  std::string name, type, bytes;
};

// More to be written in the transaction that makes something, with the path of what is made
// ("tickets/7"): both are there afterwards or neither. Its error is the maker's.
using WithMade = std::function<Status(ports::Writing& tx, std::string_view resource)>;

struct NewTicket {
  core::EmailAddress requester;
  std::string requester_name;
  std::string subject;
  std::string text;
  ports::Channel channel = ports::Channel::api;
  std::optional<core::GroupId> group;
  std::optional<core::TypeId> type;
  std::vector<std::string> tags;    // managed ones by name, others become free tags
  std::optional<core::AgentId> by;  // an agent who writes it down for the customer
  // Imports: their own times and state.
  std::optional<Instant> created_at;
  WithMade with_made{};
};
[[nodiscard]] Result<core::TicketId> create_ticket(App& app, const NewTicket& order);

struct TicketChange {
  std::optional<std::string>
      status;  // "open".."closed", "spam", "trash", and "not_spam", "not_trash"
  std::optional<std::optional<core::GroupId>> group;
  std::optional<std::optional<core::TypeId>> type;
  std::optional<std::optional<core::AgentId>> assignee;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::int64_t> if_version;  // If-Match: conflict when it changed meanwhile
};
// Errors: not_found, erased, conflict, invalid_argument (field).
[[nodiscard]] Status change_ticket(App& app, core::TicketId id, const TicketChange& change,
                                   std::optional<core::AgentId> by);

// All files of one answer together: 25 MB as mail carries them.
inline constexpr std::size_t kAnswerFileBytesMax = 18'000'000;

struct NewAnswer {
  core::TicketId ticket;
  core::AgentId by;
  ports::MessageKind kind = ports::MessageKind::agent;  // agent | note
  std::string text;                                     // Markdown
  std::vector<core::EmailAddress> cc;
  std::vector<NewFile> files;
  std::optional<std::string> status;  // after sending
  // The newest message the agent saw; conflict when a newer one of somebody else exists.
  std::optional<core::MessageId> seen;
  Seconds undo{10};  // how long the mail waits
  // The draft it was written from. It goes, and so does every draft that the text begins with;
  // what the agent wrote elsewhere meanwhile stays.
  std::optional<core::DraftId> draft;
  WithMade with_made{};  // "messages/7"
};
struct Answered {
  core::MessageId message;
  std::optional<Instant> leaves_at;
};
// Pictures among the files that the text shows as `![words](name of the file)` stand in the mail.
// Errors: not_found, erased, invalid_argument (empty text; somebody on Cc who left), too_large (the
// files), conflict (somebody answered meanwhile).
[[nodiscard]] Result<Answered> answer_ticket(App& app, const NewAnswer& answer);
// Takes a reply back while none of its mails left; its text becomes the agent's draft again, before
// what the agent has begun since.
// Errors: conflict (too late), not_found.
[[nodiscard]] Status take_back(App& app, core::MessageId message, core::AgentId by);

// Saves or, with empty text, drops the agent's draft. Errors: not_found, erased.
[[nodiscard]] Status save_draft(App& app, core::TicketId ticket, core::AgentId by,
                                ports::MessageKind kind, std::string_view text);

// A draft as one window of an agent has it; another window may have saved a newer one.
struct NewDraft {
  core::TicketId ticket;
  core::AgentId by;
  ports::MessageKind kind = ports::MessageKind::agent;  // agent | note
  std::string text;
  std::optional<core::DraftId> seen;  // the one that this window shows; its own saves count
  // What becomes of drafts that this window does not show and whose words it lacks.
  enum class Others { refuse, join, replace };
  Others others = Others::refuse;
};
// Keeps one draft of the agent, whether it is to be a reply or a note, and returns its id; nullopt
// when the text is empty, which drops the one seen. `join` puts the others' words behind the text.
// Errors: not_found, erased, conflict with field "draft" (a newer one was kept elsewhere).
[[nodiscard]] Result<std::optional<core::DraftId>> keep_draft(App& app, const NewDraft& draft);

[[nodiscard]] Status mark_read(App& app, core::TicketId ticket, core::AgentId by, bool read);

// Solved tickets whose days have passed become closed. Returns how many.
[[nodiscard]] Result<int> close_solved_tickets(App& app);

}  // namespace lethe::app
