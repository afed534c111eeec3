// A mail that was forwarded without proof, turned over by hand.
#include <algorithm>

#include "find_thread.h"
#include "forward_frame.h"
#include "forwarded_mail.h"
#include "gate_checks.h"
#include "hand_over.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/app/requester.h"
#include "lethe/base/text.h"
#include "lethe/mime/message.h"
#include "mail_settings.h"
#include "quotes.h"
#include "sealed_files.h"
#include "ticket_parts.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

// The mail as it lies in the store, and what it forwards.
struct Found {
  ports::TicketRow ticket;
  ports::MessageRow message;
  boost::json::object headers;
  Forward forward;
  std::string whole;  // its text, quotations in their places
};

class Reader {
 public:
  Reader(App& app, const ports::Reading& tx) : app_(app), tx_(tx) {}

  Result<std::optional<Found>> find(const ports::ProposalRow& proposal) {
    LETHE_TRY(auto ticket, changeable_ticket(tx_, proposal.ticket));
    LETHE_TRY(auto message, tx_.messages().find(proposal.message));
    const bool its_requesters = message.person && message.person == ticket.requester;
    if (!its_requesters || message.ticket != ticket.id) return std::nullopt;
    LETHE_TRY(const auto by, forwarded_by(*message.person));
    if (!by) return std::nullopt;
    LETHE_TRY(auto headers, headers_of(message));
    LETHE_TRY(const auto quotes, tx_.messages().quotes(message.id));
    LETHE_TRY(auto whole, whole_text(app_, message, quotes));
    LETHE_TRY(auto forward, forward_of(message, whole, text_of(headers, "subject"), *by));
    if (!forward) return std::nullopt;
    return Found{std::move(ticket), std::move(message), std::move(headers), std::move(*forward),
                 std::move(whole)};
  }

 private:
  // Deactivated since, they have written it all the same.
  Result<std::optional<core::AgentId>> forwarded_by(core::PersonId person) {
    const auto agent = tx_.agents().of_person(person);
    if (agent) return agent->id;
    if (agent.error().code == Errc::not_found) return std::nullopt;
    return std::unexpected(agent.error());
  }

  Result<boost::json::object> headers_of(const ports::MessageRow& row) {
    LETHE_TRY(const Plaintext text,
              open(app_, body_key(*row.person, row.ticket),
                   place(cell::kHeaders, row.id.value(), row.cell_version), row.headers));
    return parse_object(text.reveal());
  }

  Result<std::optional<Forward>> forward_of(const ports::MessageRow& row, const std::string& text,
                                            const std::string& subject, core::AgentId by) {
    LETHE_TRY(const MailSettings settings, read_mail_settings(app_, tx_));
    auto forward = forward_in(subject, text, {}, settings, by);
    if (!forward) {
      LETHE_TRY(const auto attached, attached_mail(row));
      if (attached) forward = forward_in(subject, text, attached->reveal(), settings, by);
    }
    if (!forward || is_own_address(settings, forward->from.normalised())) return std::nullopt;
    LETHE_TRY(const auto person, person_at(app_, forward->from));
    if (person == row.person) return std::nullopt;
    return forward;
  }

  // Of several nobody can say whose conversation it is to be; a locked one is not opened.
  Result<std::optional<Plaintext>> attached_mail(const ports::MessageRow& row) {
    LETHE_TRY(const auto files, tx_.messages().attachments(row.ticket));
    const ports::AttachmentRow* only = nullptr;
    for (const ports::AttachmentRow& file : files) {
      if (file.message != row.id) continue;
      LETHE_TRY(const Plaintext about,
                open(app_, files_key(file.person, file.ticket),
                     place(cell::kFileDescription, file.id.value(), file.cell_version),
                     file.description));
      if (!mime::is_mail(text_of(parse_object(about.reveal()), "type"))) continue;
      if (only != nullptr || marks_in(about.reveal()).is_locked()) return std::nullopt;
      only = &file;
    }
    if (only == nullptr) return std::nullopt;
    LETHE_TRY(auto bytes, open_file(app_, files_key(only->person, only->ticket),
                                    place(cell::kFileKey, only->id.value(), only->cell_version),
                                    only->file_key, only->file));
    return std::optional{std::move(bytes)};
  }

  App& app_;
  const ports::Reading& tx_;
};

class TurnIt {
 public:
  TurnIt(App& app, ports::Writing& tx, Found found, core::PersonId to)
      : app_(app), tx_(tx), found_(std::move(found)), to_(to) {}

  Status run() {
    LETHE_TRY(const Unquoted own, without_quotes());
    choose_note();
    LETHE_CHECK(frame(own));
    LETHE_CHECK(give_words(own));
    LETHE_CHECK(replace_passages(own.passages));
    LETHE_CHECK(know_original());
    LETHE_CHECK(insert_comment());
    LETHE_CHECK(tx_.tickets().add_handler(found_.ticket.id, found_.forward.by));
    return hand_over(app_, tx_, std::move(found_.ticket), to_, found_.forward.subject);
  }

 private:
  // As at the gate: of a first mail only whom it was written to can be told.
  Result<Unquoted> without_quotes() {
    KnownVoices voices;
    LETHE_TRY(const auto addressees, tx_.messages().addressees(found_.message.id));
    for (const ports::AddresseeRow& row : addressees) {
      if (row.person == to_) continue;
      LETHE_TRY(const std::string text,
                text_or_nothing(app_, body_key(row.person, row.ticket),
                                place(cell::kMailbox, row.id), row.mailbox));
      const auto mailbox = parse_object(text);
      voices.add_name(row.person, text_of(mailbox, "name"));
      voices.add_name(row.person, text_of(mailbox, "address"));
    }
    return take_out_quotes(found_.forward.text, to_, voices);
  }

  // HTML of a forward is not kept: the words of who forwarded it are in it (docs/adr 2).
  Status give_words(const Unquoted& own) {
    ports::MessageRow row = found_.message;
    const auto sealed = [&](CellName name, std::string_view text) {
      return seal(app_, body_key(*row.person, row.ticket),
                  place(name, row.id.value(), row.cell_version), text);
    };
    LETHE_TRY(row.text, sealed(cell::kText, own.text));
    LETHE_TRY(row.snippet, sealed(cell::kSnippet, snippet_of(own.text)));
    LETHE_TRY(row.headers, sealed(cell::kHeaders, headers()));
    row.html.reset();
    row.flags.verified = false;
    return give_message(app_, tx_, std::move(row), to_);
  }

  // What vouches for who forwarded it says nothing of whom they name.
  std::string headers() const {
    boost::json::object headers = found_.headers;
    headers["from_name"] = found_.forward.name;
    headers["from"] = found_.forward.from.display();
    headers["subject"] = found_.forward.subject;
    headers["trust"] = to_json(core::MailTrust{});
    if (frame_) headers[{kForwardFrame.data(), kForwardFrame.size()}] = *frame_;
    return boost::json::serialize(headers);
  }

  // Marks before every line and passages of others in them do not go together again.
  Status frame(const Unquoted& own) {
    const Forward& forward = found_.forward;
    frame_ = frame_of(found_.whole, note_ ? forward.comment : std::string{}, forward.text);
    if (frame_ && !shift_of(*frame_, {}) && !own.passages.empty()) frame_.reset();
    if (!frame_) return {};
    LETHE_TRY(const Plaintext subject,
              open(app_, body_key(*found_.message.person, found_.ticket.id),
                   place(cell::kSubject, found_.ticket.id.value(), found_.ticket.cell_version),
                   found_.ticket.subject));
    auto& frame = *frame_;
    frame["by"] = found_.message.person->value();
    frame["note"] = note_ ? note_->value() : 0;
    frame["subject"] = text_of(found_.headers, "subject");
    frame["ticket_subject"] = subject.reveal();
    frame["verified"] = found_.message.flags.verified;
    if (const auto* trust = found_.headers.if_contains("trust")) frame["trust"] = *trust;
    return {};
  }

  Status replace_passages(const std::vector<QuotedPassage>& passages) {
    const core::MessageId message = found_.message.id;
    LETHE_TRY(const auto rows, tx_.messages().quotes(message));
    for (const ports::QuoteRow& row : rows) LETHE_CHECK(tx_.messages().remove_quote(row.id));
    return insert_passages(app_, tx_, found_.ticket.id, message, passages);
  }

  // The sender's next mail may answer the original, which never came here itself.
  Status know_original() {
    const std::string& original = found_.forward.message_id;
    if (original.empty() || original == text_of(found_.headers, "message_id")) return {};
    return tx_.messages().insert_thread(
        {message_id_digest(app_, original), found_.ticket.id, found_.message.id, to_});
  }

  // Right before the mail, where they wrote it: conversations are read in the order of ids.
  void choose_note() {
    if (trimmed(found_.forward.comment).empty()) return;
    note_ = core::MessageId::of(found_.message.id.value() - 1);
    if (tx_.messages().find(*note_)) note_ = app_.ids.make<core::MessageId>();
  }

  Status insert_comment() {
    const Forward& forward = found_.forward;
    if (!note_) return {};
    return insert_message(app_, tx_, found_.ticket,
                          {.id = *note_,
                           .person = to_,
                           .author = forward.by,
                           .kind = ports::MessageKind::note,
                           .text = forward.comment,
                           .headers = {},
                           .at = found_.message.created_at});
  }

  App& app_;
  ports::Writing& tx_;
  Found found_;
  core::PersonId to_;
  std::optional<core::MessageId> note_;       // of the forwarder's words
  std::optional<boost::json::object> frame_;  // what giving it back needs
};

std::unexpected<Error> no_forward() {
  return fail(Errc::conflict, "this mail cannot be turned over any more; read it again");
}

// Merged or erased meanwhile: no trouble of the page that asks.
bool is_in_the_way(const Error& error) {
  return error.code == Errc::conflict || error.code == Errc::erased ||
         error.code == Errc::not_found;
}

Status turn(App& app, ports::Writing& tx, const ports::ProposalRow& proposal,
            std::optional<core::AgentId> by) {
  LETHE_TRY(auto found, Reader(app, tx).find(proposal));
  if (!found) return no_forward();
  LETHE_TRY(const auto to, find_or_create_person(app, tx, found->forward.from, found->forward.name,
                                                 app.clock.now()));
  LETHE_CHECK(TurnIt(app, tx, std::move(*found), to).run());
  return add_event(app, tx, proposal.ticket, by, "turned_over");
}

}  // namespace

Result<std::optional<TurnOver>> plan_turn_over(App& app, const ports::Reading& tx,
                                               const ports::ProposalRow& proposal) {
  const auto found = Reader(app, tx).find(proposal);
  if (!found && !is_in_the_way(found.error())) return std::unexpected(found.error());
  if (!found || !*found) return std::nullopt;
  const Forward& forward = (*found)->forward;
  return TurnOver{forward.name, forward.from.display(), !trimmed(forward.comment).empty()};
}

Status turn_over(App& app, const ports::ProposalRow& proposal, std::optional<core::AgentId> by) {
  {
    const std::scoped_lock lock{app.index_and_erasure};
    std::optional<core::PersonId> from;
    std::vector<ports::DocumentKey> documents;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto found, Reader(app, tx).find(proposal));
      if (!found) return no_forward();
      from = found->message.person;
      LETHE_CHECK(refuse_if_held(tx, *from, proposal.ticket, app.clock.now()));
      LETHE_TRY(documents, documents_of_requester(tx, found->ticket));
      documents.push_back({ports::DocumentKind::message, proposal.message.value()});
      return {};
    }));
    LETHE_CHECK(leave_index(app, documents, *from));
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) { return turn(app, tx, proposal, by); }));
  }
  app.events.publish({ports::EventKind::ticket_changed, proposal.ticket, by});
  return {};
}

}  // namespace lethe::app
