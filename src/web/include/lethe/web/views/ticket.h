// One ticket with its conversation.
#pragma once

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct Attachment {
  std::string name;
  std::uint64_t size = 0;
  Url url;    // empty: erased
  Url erase;  // erase this file; empty: not offered
  bool erased = false;
};

// Something in a message that looks like personal data which should not stay.
struct Finding {
  std::string id;
  std::string what;     // "Card number"
  std::string remains;  // "card ending 7724"
};

// A calendar file of a message, in words.
struct Meeting {
  std::string title;  // "Invitation: Budget round"
  std::string when;   // "5 January 2026, 10:00 – 11:30 (Europe/Berlin), repeats"
  std::string where;
  std::string organizer;
};

struct Message {
  enum class Kind { customer, agent, note, event };
  Kind kind = Kind::customer;
  std::string id;
  PersonRef person;  // customer
  AgentRef agent;    // agent, note
  std::string to;    // agent: "to sofia.l@mail.example"
  std::vector<std::string> cc;
  std::string event;  // event: the whole sentence
  Instant at{};
  RichText text;
  RichText quoted;           // shown behind "Show quoted text"
  bool quoted_open = false;  // stands nowhere else in the ticket, as what was forwarded
  Url html_frame;            // not empty: "Show HTML"
  bool html_open = false;
  std::vector<Attachment> attachments;
  std::vector<Finding> findings;
  bool verified = true;  // false: "Sender not verified"
  bool is_new = false;
  bool erased = false;   // redacted whole, or its author erased
  bool sending = false;  // waits for its undo time
  std::string delivery;  // "Not delivered: ...", empty when fine
  bool try_again = false;
  std::vector<Meeting> meetings;
  std::string protection;  // "Signed with S/MIME, not checked."; empty when there is none
  std::string checks;      // customer: "SPF passed · DKIM failed"; empty: nobody was asked
};

struct ConsentLine {
  std::string purpose;
  std::string state;  // "yes, 3 Jun 2026"
};

// The person beside a ticket, and the head of a person's page.
struct PersonPanel {
  PersonRef person;
  std::vector<std::string> emails;
  bool has_phone = false;
  std::vector<std::string> phones;  // filled only after "Show"
  Url show_phone;
  std::string company;
  std::string language;
  std::vector<ConsentLine> consents;
  std::optional<Instant> since;
  bool frozen = false;
  bool hidden = false;
  std::string bounces;  // "Mail to ... comes back"; empty when it does not
  Url lift_bounces;     // POST: mail is sent to it again
  Url export_url;
  Url erase_url;
};

struct EarlierTicket {
  std::string subject;
  Url url;  // empty: erased
  Instant at{};
  std::string erased_by;  // "General, 1 year"
};

// What is kept of the answer that is being written: part of the composer, and the whole answer to
// typing in it.
struct DraftState {
  std::string id;  // of the draft that the page shows; empty when none is kept
  std::optional<Instant> saved_at;
  bool clash = false;  // not saved: another window of the same agent kept a newer one
};

struct Composer {
  enum class Mode { reply, note };
  Mode mode = Mode::reply;
  std::string to;
  std::string cc;
  std::string text;
  DraftState draft;
  std::string version;    // of the conversation it answers; stops a send when someone was faster
  bool can_send = true;   // false: says that no outgoing mail server is configured
  Options saved_replies;  // value: the id, which the page turns into words
  FormErrors errors;      // "text", "cc", "files"
  Url settings;           // where to configure sending
  std::optional<RichText> preview;  // how the text will look, when scripts are off
};

// Someone answered while this reply was written.
struct Collision {
  std::string who;
  Instant at{};
  RichText theirs;
  std::string yours;
  std::string cc;          // as typed
  bool had_files = false;  // which a page cannot give back: they are to be chosen again
};

struct UndoSend {
  std::string message_id;
  int seconds = 10;
  Instant goes_out_at{};
};

// Somebody who gets copies of the conversation.
struct CopiedPerson {
  std::string name;
  std::string email;
  Url remove;  // POST: no further copies
};

struct Ticket {
  std::string id;
  std::int64_t number = 0;
  std::string subject;
  bool erased = false;
  Status status = Status::open;
  Options statuses;
  Options assignees;
  Options groups;
  Options types;
  std::vector<std::string> tags;
  Options known_tags;
  std::string back_label;  // the list it was opened from
  Url back;
  Url previous;
  Url next;
  std::vector<std::string> presence;  // "Jonas is writing a reply"
  Url presence_stream;
  std::vector<Message> messages;
  std::optional<Composer> composer;  // nothing: cannot be answered (erased, read only)
  std::optional<UndoSend> undo;
  std::optional<Collision> collision;
  std::optional<Link> merged_into;  // "ticket #4811": this one cannot be changed any more
  Url unmerge;                      // POST, beside merged_into
  std::vector<CopiedPerson> copied;
  std::vector<Link> proposals;  // "This may belong to ticket #4811": label and link
  Retention retention;
  bool can_hold = false;
  bool can_erase = false;
  bool can_redact = false;
  bool has_attachments = false;
  std::optional<PersonPanel> person;  // nothing: erased
  std::vector<EarlierTicket> earlier;
  std::int64_t earlier_total = 0;
};

// The sandboxed document with a mail's own HTML, on its own path with its own policy.
struct MailFrame {
  SafeHtml html;
  bool remote_images_blocked = false;
  std::int64_t blocked = 0;  // how many
};

// The answer to typing in the composer: how the reply will look.
struct ReplyPreview {
  RichText text;
};

struct Redact {
  std::string ticket_id;
  std::string message_id;
  std::string author;
  std::string text;   // of the message, to mark the passage in
  FormErrors errors;  // "passage"
};

}  // namespace lethe::web::views
