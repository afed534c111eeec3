// An agent answers, notes, takes back.
#include <algorithm>
#include <ranges>

#include "drafts.h"
#include "find_thread.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/endings.h"
#include "lethe/app/indexing.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/people.h"
#include "lethe/app/tickets.h"
#include "lethe/base/text.h"
#include "mail_settings.h"
#include "retention_marks.h"
#include "ticket_parts.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

using ports::MessageKind;

constexpr std::size_t kRecipientsMax = 100;

// Somebody else's message that the agent had not seen when writing.
Status refuse_unseen(const ports::Reading& tx, const NewAnswer& answer) {
  if (!answer.seen || answer.kind == MessageKind::note) return {};
  LETHE_TRY(const auto messages, tx.messages().of_ticket(answer.ticket));
  for (const ports::MessageRow& message : messages) {
    const bool newer = message.id > *answer.seen && message.kind != MessageKind::event &&
                       message.kind != MessageKind::note;
    if (newer && message.author != answer.by) {
      return fail(Errc::conflict, "somebody wrote in this ticket meanwhile; read it first", "seen");
    }
  }
  return {};
}

// Base64 makes three bytes four, and the usual server takes 25 MB.
Status check_size(const std::vector<NewFile>& files) {
  std::size_t bytes = 0;
  for (const NewFile& file : files) bytes += file.bytes.size();
  if (bytes <= kAnswerFileBytesMax) return {};
  return fail(Errc::too_large,
              "The files are " + std::to_string((bytes + 999'999) / 1'000'000) +
                  " MB together; a mail carries at most 18 MB. Leave one out, or send it in a "
                  "second answer.",
              "files");
}

std::string our_message_id(App& app, core::TicketId ticket, core::MessageId message) {
  return app.vault.sign_message_id(ticket, message) + "@" + mail_domain(app.installation);
}

class Answering {
 public:
  Answering(App& app, ports::Writing& tx, const NewAnswer& answer,
            const std::vector<PreparedFile>& files, core::MessageId message)
      : app_(app),
        tx_(tx),
        answer_(answer),
        files_(files),
        message_(message),
        now_(app.clock.now()) {}

  Status run() {
    LETHE_TRY(auto ticket, changeable_ticket(tx_, answer_.ticket));
    LETHE_CHECK(refuse_unseen(tx_, answer_));
    const bool reply = answer_.kind == MessageKind::agent;
    LETHE_CHECK(insert_message(app_, tx_, ticket,
                               {.id = message_,
                                .person = *ticket.requester,
                                .author = answer_.by,
                                .kind = answer_.kind,
                                .text = answer_.text,
                                .headers = reply ? headers(ticket) : std::string{},
                                .at = now_}));
    LETHE_CHECK(insert_files(app_, tx_, ticket.id, message_, *ticket.requester, files_));
    if (reply) LETHE_CHECK(queue_mails(ticket));
    LETHE_CHECK(tx_.tickets().add_handler(ticket.id, answer_.by));
    LETHE_CHECK(drop_sent_drafts(app_, tx_, ticket.id, answer_.by, answer_.draft, answer_.text));
    return finish(ticket);
  }

 private:
  std::string headers(const ports::TicketRow& ticket) const {
    return boost::json::serialize(
        boost::json::object{{"message_id", our_message_id(app_, ticket.id, message_)}});
  }

  Status queue_mails(const ports::TicketRow& ticket) {
    LETHE_TRY(const PersonView requester, view_person(app_, tx_, *ticket.requester));
    if (requester.emails.empty()) {
      return fail(Errc::invalid_argument, "the customer has no e-mail address", "ticket");
    }
    LETHE_TRY(const std::string address, address_for(requester));
    LETHE_CHECK(queue_mail(ticket, requester.id, ports::AddresseeField::to, requester.profile.name,
                           address));
    std::vector<core::EmailAddress> written;  // an address named twice gets one mail
    for (const core::EmailAddress& cc : answer_.cc) {
      if (std::ranges::find(written, cc) != written.end()) continue;
      written.push_back(cc);
      LETHE_TRY(const auto person, find_or_create_person(app_, tx_, cc, "", now_));
      if (person == requester.id) continue;
      LETHE_TRY(const bool left, has_left(tx_, person, ticket.id));
      if (left) {
        return fail(Errc::invalid_argument,
                    "One of the people on Cc has left this conversation. Take the address out.",
                    "cc");
      }
      LETHE_TRY(const PersonView who, view_person(app_, tx_, person));
      LETHE_CHECK(tx_.tickets().add_participant({ticket.id, person, ports::ParticipantRole::cc}));
      LETHE_CHECK(part_taken(tx_, person));
      LETHE_CHECK(
          queue_mail(ticket, person, ports::AddresseeField::cc, who.profile.name, cc.display()));
    }
    return {};
  }

  // The one of the customer's addresses that they last wrote from here: another may lead to a
  // mailbox that is no longer theirs, or that others read. Without any, their first.
  Result<std::string> address_for(const PersonView& requester) {
    if (requester.emails.size() < 2) return requester.emails.front();
    LETHE_TRY(const auto messages, tx_.messages().of_ticket(answer_.ticket));
    for (const ports::MessageRow& message : messages | std::views::reverse) {
      const bool is_theirs = message.kind == MessageKind::customer &&
                             message.person == requester.id && !message.flags.automatic;
      if (!is_theirs) continue;
      LETHE_TRY(const std::string headers,
                text_or_nothing(app_, body_key(requester.id, message.ticket),
                                place(cell::kHeaders, message.id.value(), message.cell_version),
                                message.headers));
      const auto from = core::EmailAddress::parse(text_of(parse_object(headers), "from"));
      if (!from) continue;
      for (const std::string& email : requester.emails) {
        if (core::EmailAddress::parse(email) == *from) return email;
      }
    }
    return requester.emails.front();
  }

  Status queue_mail(const ports::TicketRow& ticket, core::PersonId person,
                    ports::AddresseeField field, const std::string& name,
                    const std::string& address) {
    const std::string mailbox =
        boost::json::serialize(boost::json::object{{"name", name}, {"address", address}});
    const vault::KeyRef key = body_key(person, ticket.id);
    const std::int64_t addressee = app_.ids.next();
    LETHE_TRY(auto shown, seal(app_, key, place(cell::kMailbox, addressee), mailbox));
    LETHE_CHECK(tx_.messages().insert_addressee(
        {addressee, message_, ticket.id, person, field, std::move(shown)}));
    const auto id = app_.ids.make<core::OutgoingId>();
    LETHE_TRY(auto payload, seal(app_, key, place(cell::kPayload, id.value()), mailbox));
    return tx_.outbox().insert({.id = id,
                                .kind = ports::OutgoingKind::reply,
                                .person = person,
                                .ticket = ticket.id,
                                .message = message_,
                                .payload = std::move(payload),
                                .due_at = now_ + answer_.undo,
                                .created_at = now_});
  }

  Status finish(ports::TicketRow& ticket) {
    if (answer_.status) {
      LETHE_TRY(const auto settings, read_ticket_settings(tx_));
      LETHE_TRY(auto state, state_with(ticket.state, *answer_.status, now_, settings));
      const bool changed = state != ticket.state;
      ticket.state = std::move(state);
      if (changed) {
        LETHE_CHECK(add_event(app_, tx_, ticket.id, answer_.by,
                              "status " + std::string{core::shown_status(ticket.state)}));
      }
    }
    ticket.message_count += 1;
    ticket.last_message = message_;
    ticket.updated_at = now_;
    LETHE_CHECK(tx_.tickets().update(ticket));
    return tx_.people().set_next_review(*ticket.requester, now_);
  }

  App& app_;
  ports::Writing& tx_;
  const NewAnswer& answer_;
  const std::vector<PreparedFile>& files_;
  core::MessageId message_;
  Instant now_;
};

// What the agent has begun since the reply was sent stays, behind the reply's words.
Status write_back(App& app, ports::Writing& tx, const ports::TicketRow& ticket, core::AgentId by,
                  std::string_view reply) {
  LETHE_TRY(const auto begun, unseen_drafts(app, tx, ticket.id, by, std::nullopt, reply));
  std::string text{reply};
  for (const DraftWords& draft : begun) {
    if (draft.kind == MessageKind::agent) text += "\n\n" + draft.text;
  }
  LETHE_CHECK(write_draft(app, tx, ticket, by, MessageKind::agent, text));
  return {};
}

Status restore_last_message(ports::Writing& tx, ports::TicketRow& ticket) {
  LETHE_TRY(const auto messages, tx.messages().of_ticket(ticket.id));
  ticket.last_message.reset();
  ticket.message_count = 0;
  Instant newest = Instant::min();  // by time: imported messages came in late
  for (const ports::MessageRow& message : messages) {
    if (message.kind == MessageKind::event) continue;
    ticket.message_count += 1;
    if (message.created_at < newest) continue;
    newest = message.created_at;
    ticket.last_message = message.id;
  }
  return tx.tickets().update(ticket);
}

// "Send and close" closed it in the same second: without the answer nobody would look at it again.
Status reopen_if_closed_with(App& app, ports::Writing& tx, ports::TicketRow& ticket,
                             core::MessageId message, core::AgentId by) {
  LETHE_TRY(const auto answer, tx.messages().find(message));
  if (ticket.state.closed != answer.created_at) return {};
  LETHE_TRY(const auto settings, read_ticket_settings(tx));
  LETHE_TRY(ticket.state, state_with(ticket.state, "open", app.clock.now(), settings));
  LETHE_CHECK(add_event(app, tx, ticket.id, by, "status open"));
  return tx.people().set_next_review(*ticket.requester, app.clock.now());
}

Status cancel_mails(App& app, ports::Writing& tx, core::MessageId message) {
  LETHE_TRY(auto mails, tx.outbox().of_message(message));
  for (const ports::OutgoingRow& mail : mails) {
    const bool waits = mail.state == ports::OutgoingState::queued && mail.due_at > app.clock.now();
    if (!waits) return fail(Errc::conflict, "too late: the mail has left");
  }
  for (ports::OutgoingRow& mail : mails) {
    mail.state = ports::OutgoingState::cancelled;
    mail.payload.reset();
    LETHE_CHECK(tx.outbox().update(mail));
  }
  return {};
}

struct TakenBack {
  core::TicketId ticket;
  Plaintext text;
  std::optional<ports::Document> document;
  std::vector<ports::SealedFile> files;
};

Result<TakenBack> find_reply(App& app, core::MessageId message, core::AgentId by) {
  std::optional<TakenBack> found;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().find(message));
    if (row.kind != MessageKind::agent || row.author != by) {
      return fail(Errc::not_found, "there is no such reply of yours");
    }
    LETHE_TRY(auto text, open(app, body_key(*row.person, row.ticket),
                              place(cell::kText, row.id.value(), row.cell_version), row.text));
    found = TakenBack{row.ticket, std::move(text), std::nullopt, {}};
    LETHE_TRY(found->document,
              document_of(app, tx, {ports::DocumentKind::message, message.value()}));
    LETHE_TRY(auto files, tx.messages().attachments(row.ticket));
    for (ports::AttachmentRow& file : files) {
      if (file.message == message) found->files.push_back(std::move(file.file));
    }
    return {};
  }));
  return std::move(*found);
}

}  // namespace

Result<Answered> answer_ticket(App& app, const NewAnswer& answer) {
  if (trimmed(answer.text).empty()) {
    return fail(Errc::invalid_argument, "write something first", "text");
  }
  if (answer.kind != MessageKind::agent && answer.kind != MessageKind::note) {
    return fail(Errc::invalid_argument, "kind is agent or note", "kind");
  }
  if (answer.cc.size() > kRecipientsMax) {
    return fail(Errc::out_of_range, "at most 100 addresses", "cc");
  }
  LETHE_CHECK(check_size(answer.files));
  LETHE_TRY(const auto files, seal_new_files(app, answer.files));
  const auto message = app.ids.make<core::MessageId>();
  const Status status = app.store.write([&](ports::Writing& tx) -> Status {
    if (answer.with_made) LETHE_CHECK(answer.with_made(tx, "messages/" + message.to_string()));
    return Answering{app, tx, answer, files, message}.run();
  });
  if (!status) {
    for (const PreparedFile& file : files) discard_file(app, file);
    return std::unexpected(status.error());
  }
  app.events.publish({ports::EventKind::ticket_changed, answer.ticket, answer.by});
  Answered answered{.message = message};
  if (answer.kind == MessageKind::agent) answered.leaves_at = app.clock.now() + answer.undo;
  return answered;
}

Status take_back(App& app, core::MessageId message, core::AgentId by) {
  const std::scoped_lock lock{app.index_and_erasure};
  LETHE_TRY(const TakenBack taken, find_reply(app, message, by));
  if (taken.document) LETHE_CHECK(app.search.apply({*taken.document}, {}));
  const Status status = app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto ticket, live_ticket(tx, taken.ticket));
    LETHE_CHECK(cancel_mails(app, tx, message));
    LETHE_CHECK(reopen_if_closed_with(app, tx, ticket, message, by));
    LETHE_CHECK(write_back(app, tx, ticket, by, taken.text.reveal()));
    LETHE_CHECK(tx.messages().remove_message(message));
    return restore_last_message(tx, ticket);
  });
  if (!status) {
    if (taken.document) LETHE_CHECK(app.search.apply({}, {*taken.document}));
    return status;
  }
  for (const ports::SealedFile& file : taken.files) LETHE_CHECK(remove_blob_of(app, file));
  app.events.publish({ports::EventKind::ticket_changed, taken.ticket, by});
  return {};
}

}  // namespace lethe::app
