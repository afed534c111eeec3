#include "lethe/app/take_in_mail.h"

#include <algorithm>
#include <memory>

#include "delivery_notice.h"
#include "find_thread.h"
#include "forwarded_mail.h"
#include "forwarding_notes.h"
#include "gate_checks.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/forwarding.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_limits.h"
#include "lethe/app/notifications.h"
#include "lethe/app/people.h"
#include "lethe/base/fault.h"
#include "lethe/base/text.h"
#include "lethe/core/mail_language.h"
#include "lethe/core/reply_text.h"
#include "mail_settings.h"
#include "person_language.h"
#include "prepared_mail.h"
#include "proposals.h"
#include "quotes.h"
#include "retention_marks.h"
#include "returned_mail.h"
#include "ticket_parts.h"
#include "ticket_voices.h"

namespace lethe::app {
namespace {

const FaultPointName kPrepared{"intake.prepared"};
const FaultPointName kApplied{"intake.applied"};
const FaultPointName kDurable{"intake.durable"};

constexpr std::size_t kAddresseesMax = 100;
constexpr std::size_t kSnippetBytes = 240;

// One mail on its way into one transaction.
class Intake {
 public:
  Intake(App& app, ports::Writing& tx, const PreparedMail& mail, const MailSettings& settings)
      : app_(app), tx_(tx), mail_(mail), settings_(settings) {}

  Result<TakenIn> run() {
    const Bytes digest{mail_.digest.begin(), mail_.digest.end()};
    LETHE_TRY(const auto known, tx_.messages().mail_digest(digest));
    if (known) return TakenIn{known->ticket, known->message, true, false};

    LETHE_TRY(const auto written_by, sender_address());
    LETHE_CHECK(refuse_tombstoned(written_by));
    LETHE_TRY(auto thread, find_thread_of(written_by));
    if (!thread) LETHE_CHECK(look_for_forward());
    const Sender addresses = forward_ ? Sender{forward_->from, forward_->name} : written_by;
    LETHE_TRY(const core::PersonId sender, sender_in(thread, addresses));
    LETHE_CHECK(learn_language(app_, tx_, sender, language(), mail_.at));
    LETHE_TRY(const bool participates,
              thread ? takes_part_again(*thread, sender, addresses) : true);

    LETHE_TRY(ports::TicketRow ticket, ticket_for(thread, sender));
    if (forward_) LETHE_CHECK(insert_comment(ticket, sender));
    const auto message = app_.ids.make<core::MessageId>();
    const bool authentic = mail_.trust.is_authentic() && !forward_;
    const bool verified = thread ? participates && (thread->proven || authentic) : authentic;
    LETHE_CHECK(add_participants(ticket, sender, participates));
    LETHE_CHECK(insert_message(ticket, message, sender, verified));
    LETHE_CHECK(insert_all_files(ticket.id, message, sender));
    LETHE_CHECK(insert_digests(ticket.id, message, sender, digest));
    LETHE_CHECK(acknowledge(ticket, sender, addresses));
    LETHE_CHECK(note_returned_mail(app_, tx_, mail_));
    LETHE_CHECK(note_forwarder(message));
    LETHE_CHECK(finish_ticket(ticket, message));
    LETHE_CHECK(tell_agents(ticket, sender));
    LETHE_CHECK(queue_delivery_notice(app_, tx_, mail_, ticket.id, sender, addresses.address));
    LETHE_CHECK(propose_for(app_, tx_, mail_, ticket.id, message, !new_ticket_));
    if (doubtful_forward_) LETHE_CHECK(propose_forwarded(app_, tx_, ticket.id, message));
    return TakenIn{ticket.id, message, false, new_ticket_};
  }

 private:
  struct Sender {
    core::EmailAddress address;
    std::string name;
  };

  // From, else Sender, Reply-To, the envelope; a mail without any comes from "unknown".
  Result<Sender> sender_address() const {
    for (const auto* field : {&mail_.mail.from, &mail_.mail.sender, &mail_.mail.reply_to}) {
      for (const mime::Mailbox& mailbox : *field) {
        if (auto address = core::EmailAddress::parse(mailbox.address)) {
          return Sender{std::move(*address), mailbox.name};
        }
      }
    }
    if (auto address = core::EmailAddress::parse(mail_.envelope.sender)) {
      return Sender{std::move(*address), {}};
    }
    LETHE_TRY(auto unknown, core::EmailAddress::parse("unknown-sender@invalid.invalid"));
    return Sender{std::move(unknown), {}};
  }

  // A mail that begins a conversation may be one that an agent hands on.
  Status look_for_forward() {
    LETHE_TRY(auto found, find_forward(app_, tx_, mail_));
    if (!found || is_ours(found->from)) return {};
    doubtful_forward_ = !found->proven;
    if (found->proven) forward_ = std::move(found);
    return {};
  }

  const std::string& text() const { return forward_ ? forward_->text : mail_.text; }
  // The headers of a forwarded mail are the agent's.
  std::string language() const {
    return forward_ ? core::language_of_text(core::new_text_of(forward_->text)) : mail_.language;
  }
  const std::string& subject() const { return forward_ ? forward_->subject : mail_.mail.subject; }
  // That of a forwarded mail holds the agent's words as well.
  bool keeps_html() const { return !forward_ && !mail_.html.empty(); }

  Status refuse_tombstoned(const Sender& sender) {
    if (mail_.source == MailSource::door) return {};
    LETHE_TRY(const bool erased, app_.vault.is_tombstoned(sender.address.normalised()));
    if (erased)
      return fail(Errc::erased, "the sender was erased: an import does not bring them back");
    return {};
  }

  Result<std::optional<Thread>> find_thread_of(const Sender& sender) {
    LETHE_TRY(const auto person, person_at(app_, sender.address));
    return find_thread(app_, tx_, mail_, person);
  }

  // A bounce is about the customer it could not reach: it is theirs, not the mail system's.
  Result<core::PersonId> sender_in(const std::optional<Thread>& thread, const Sender& sender) {
    const bool report = mail_.verdict.kind == core::MailKind::bounce ||
                        mail_.verdict.kind == core::MailKind::delivery_report;
    if (report && thread && thread->ticket.requester) return *thread->ticket.requester;
    return find_or_create_person(app_, tx_, sender.address, sender.name, mail_.at);
  }

  // Who left a conversation and writes in it again has come back.
  Result<bool> takes_part_again(const Thread& thread, core::PersonId sender, const Sender& from) {
    LETHE_TRY(const bool part, takes_part(tx_, thread.ticket.id, sender));
    if (part || mail_.automatic() || !thread.proven) return part;
    return come_back(app_, tx_, sender, from.address, thread.ticket.id);
  }

  Result<ports::TicketRow> ticket_for(std::optional<Thread>& thread, core::PersonId sender) {
    if (!thread) return create_ticket(sender, std::nullopt);
    ports::TicketRow ticket = std::move(thread->ticket);
    if (mail_.automatic() || mail_.is_spam())
      return ticket;  // it never reopens (RFC 3834, DESIGN promise 6)
    core::ReplyEffect effect = core::customer_reply(ticket.state, mail_.at, {});
    if (std::holds_alternative<core::StartsLinkedTicket>(effect)) {
      return create_ticket(sender, ticket.id);
    }
    if (auto* joins = std::get_if<core::Joins>(&effect)) ticket.state = joins->ticket;
    if (auto* reopens = std::get_if<core::Reopens>(&effect)) ticket.state = reopens->ticket;
    return ticket;
  }

  const ports::MailboxRow* mailbox_among(const std::vector<std::string>& recipients) const {
    for (const std::string& recipient : recipients) {
      const auto address = core::EmailAddress::parse(recipient);
      if (!address) continue;
      const auto found = std::ranges::find(settings_.mailboxes, address->normalised(),
                                           &ports::MailboxRow::address);
      if (found != settings_.mailboxes.end()) return &*found;
    }
    return nullptr;
  }

  // Forwarded mail belongs to the address that it was first sent to, when that one is ours too.
  // Who makes such a header up could have written to that address as well.
  const ports::MailboxRow* mailbox_reached() const {
    std::vector<core::MailField> fields;
    for (const mime::Header& header : mail_.mail.headers)
      fields.push_back({header.name, header.value});
    const auto* const original = mailbox_among(core::original_recipients(fields));
    return original != nullptr ? original : mailbox_among(mail_.envelope.recipients);
  }

  Status note_forwarder(core::MessageId message) {
    if (mail_.source != MailSource::door) return {};
    // The mailbox whose setting up waits for it is the one that the service wrote to.
    const auto* const mailbox = mailbox_among(mail_.envelope.recipients);
    if (mailbox == nullptr) return {};
    return note_confirmation(tx_, mail_.mail, mail_.text, mailbox->id, message);
  }

  Result<ports::TicketRow> create_ticket(core::PersonId sender,
                                         std::optional<core::TicketId> follows) {
    ports::TicketRow ticket{
        .id = app_.ids.make<core::TicketId>(),
        .requester = sender,
        .state = core::new_ticket(mail_.at),
        .channel = mail_.source == MailSource::door ? ports::Channel::mail : ports::Channel::import,
        .updated_at = mail_.at,
        .follows = follows};
    if (mail_.is_spam()) ticket.state = core::flagged(ticket.state, core::TicketFlag::spam);
    if (const ports::MailboxRow* mailbox = mailbox_reached()) {
      ticket.group = mailbox->group;
      ticket.type = mailbox->type;
    }
    LETHE_TRY(ticket.number, tx_.tickets().take_number());
    LETHE_TRY(ticket.subject, seal(app_, body_key(sender, ticket.id),
                                   place(cell::kSubject, ticket.id.value()), subject()));
    LETHE_CHECK(tx_.tickets().insert(ticket));
    LETHE_CHECK(tx_.index_queue().push({ports::DocumentKind::ticket, ticket.id.value()}, sender));
    new_ticket_ = true;
    return ticket;
  }

  // To and Cc without ourselves, each with the person it reaches.
  Status add_participants(const ports::TicketRow& ticket, core::PersonId sender,
                          bool participates) {
    const auto role = new_ticket_    ? ports::ParticipantRole::requester
                      : participates ? ports::ParticipantRole::cc
                                     : ports::ParticipantRole::stranger;
    LETHE_CHECK(tx_.tickets().add_participant({ticket.id, sender, role}));
    LETHE_CHECK(part_taken(tx_, sender));
    LETHE_CHECK(find_addressees(mail_.mail.to, ports::AddresseeField::to));
    LETHE_CHECK(find_addressees(mail_.mail.cc, ports::AddresseeField::cc));
    if (role == ports::ParticipantRole::stranger) return {};  // nor whom they write to
    for (const Addressee& addressee : addressees_) {
      LETHE_TRY(const bool left, has_left(tx_, addressee.person, ticket.id));
      if (left) continue;
      LETHE_CHECK(
          tx_.tickets().add_participant({ticket.id, addressee.person, ports::ParticipantRole::cc}));
      LETHE_CHECK(part_taken(tx_, addressee.person));
    }
    return {};
  }

  // Before any mailbox is named every address is taken in; then the one that this mail was brought
  // to is ours, or an answer would go back to ourselves.
  bool is_ours(const core::EmailAddress& address) const {
    if (is_own_address(settings_, address.normalised())) return true;
    if (!settings_.mailboxes.empty() || mail_.envelope.recipients.empty()) return false;
    const auto brought_to = core::EmailAddress::parse(mail_.envelope.recipients.front());
    return brought_to && brought_to->normalised() == address.normalised();
  }

  Status find_addressees(const std::vector<mime::Mailbox>& field, ports::AddresseeField where) {
    for (const mime::Mailbox& mailbox : field) {
      if (addressees_.size() >= kAddresseesMax) return {};
      const auto address = core::EmailAddress::parse(mailbox.address);
      if (!address || is_ours(*address)) continue;
      LETHE_TRY(const auto person,
                find_or_create_person(app_, tx_, *address, mailbox.name, mail_.at));
      addressees_.push_back({person, where, mailbox});
    }
    return {};
  }

  // What the agent wrote above the mail, as a note before it, and that they handed it on.
  Status insert_comment(const ports::TicketRow& ticket, core::PersonId sender) {
    LETHE_CHECK(tx_.tickets().add_handler(ticket.id, forward_->by));
    if (!trimmed(forward_->comment).empty()) {
      comments_ = 1;
      LETHE_CHECK(app::insert_message(app_, tx_, ticket,
                                      {.id = app_.ids.make<core::MessageId>(),
                                       .person = sender,
                                       .author = forward_->by,
                                       .kind = ports::MessageKind::note,
                                       .text = forward_->comment,
                                       .headers = {},
                                       .at = mail_.at}));
    }
    return add_event(app_, tx_, ticket.id, forward_->by, "forwarded");
  }

  Status insert_message(const ports::TicketRow& ticket, core::MessageId id, core::PersonId sender,
                        bool verified) {
    LETHE_TRY(const KnownVoices voices, voices_for(ticket, sender));
    const Unquoted own = take_out_quotes(text(), sender, voices);
    ports::MessageRow row{.id = id,
                          .ticket = ticket.id,
                          .person = sender,
                          .kind = ports::MessageKind::customer,
                          .flags = {.verified = verified,
                                    .automatic = mail_.automatic(),
                                    .bounce = mail_.verdict.kind == core::MailKind::bounce,
                                    .unreadable = mail_.unreadable},
                          .created_at = mail_.at};
    const vault::KeyRef key = body_key(sender, ticket.id);
    const auto sealed = [&](CellName name, std::string_view text) {
      return seal(app_, key, place(name, id.value()), text);
    };
    LETHE_TRY(row.text, sealed(cell::kText, own.text));
    // HTML that repeats somebody else's words is not kept: the text holds them under their key.
    if (keeps_html() && own.passages.empty()) {
      LETHE_TRY(row.html, sealed(cell::kHtml, mail_.html));
    }
    const std::string snippet = squeezed(core::new_text_of(own.text));
    LETHE_TRY(row.snippet, sealed(cell::kSnippet, clipped_utf8(snippet, kSnippetBytes)));
    LETHE_TRY(row.headers, sealed(cell::kHeaders, headers_json()));
    LETHE_CHECK(tx_.messages().insert(row));
    LETHE_CHECK(insert_passages(ticket.id, id, own.passages));
    LETHE_CHECK(insert_addressees(ticket.id, id));
    return tx_.index_queue().push({ports::DocumentKind::message, id.value()}, sender);
  }

  Result<KnownVoices> voices_for(const ports::TicketRow& ticket, core::PersonId sender) {
    KnownVoices voices;
    for (const Addressee& addressee : addressees_) {
      voices.add_name(addressee.person, addressee.mailbox.name);
      voices.add_name(addressee.person, addressee.mailbox.address);
    }
    if (!new_ticket_) LETHE_CHECK(add_voices_of(app_, tx_, ticket.id, sender, voices));
    return voices;
  }

  std::string headers_json() const {
    mime::Mailbox from = mail_.mail.from.empty() ? mime::Mailbox{} : mail_.mail.from.front();
    if (forward_) from = {forward_->name, forward_->from.display()};
    // What vouches for the agent says nothing of whom the agent names.
    const core::MailTrust trust = forward_ ? core::MailTrust{} : mail_.trust;
    boost::json::array warnings;
    for (const mime::Warning warning : mail_.mail.warnings) {
      warnings.emplace_back(std::string{name_of(warning)});
    }
    return boost::json::serialize(
        boost::json::object{{"from_name", from.name},
                            {"from", from.address},
                            {"subject", subject()},
                            {"message_id", mail_.mail.message_id},
                            {"date", std::string{mail_.mail.header("Date").value_or("")}},
                            {"references", array_of(referenced_ids(mail_.mail))},
                            {"kind", std::string{name_of(mail_.verdict.kind)}},
                            {"trust", to_json(trust)},
                            {"warnings", std::move(warnings)}});
  }

  Status insert_passages(core::TicketId ticket, core::MessageId message,
                         const std::vector<QuotedPassage>& passages) {
    for (const QuotedPassage& passage : passages) {
      const std::int64_t id = app_.ids.next();
      LETHE_TRY(auto text, seal(app_, body_key(passage.author, ticket), place(cell::kQuote, id),
                                passage.text));
      LETHE_CHECK(
          tx_.messages().insert_quote({id, message, ticket, passage.author,
                                       static_cast<std::int64_t>(passage.place), std::move(text)}));
    }
    return {};
  }

  Status insert_addressees(core::TicketId ticket, core::MessageId message) {
    for (const Addressee& addressee : addressees_) {
      const std::int64_t id = app_.ids.next();
      const std::string mailbox = boost::json::serialize(boost::json::object{
          {"name", addressee.mailbox.name}, {"address", addressee.mailbox.address}});
      LETHE_TRY(auto cell,
                seal(app_, body_key(addressee.person, ticket), place(cell::kMailbox, id), mailbox));
      LETHE_CHECK(tx_.messages().insert_addressee(
          {id, message, ticket, addressee.person, addressee.field, std::move(cell)}));
    }
    return {};
  }

  Status insert_all_files(core::TicketId ticket, core::MessageId message, core::PersonId sender) {
    LETHE_CHECK(insert_files(app_, tx_, ticket, message, sender, mail_.files));
    return insert_raw_copy(ticket, message, sender);
  }

  Status insert_raw_copy(core::TicketId ticket, core::MessageId message, core::PersonId sender) {
    if (!mail_.raw) return {};
    LETHE_TRY(auto key,
              app_.vault.seal_file_key(raw_key(sender, ticket),
                                       place(cell::kRawKey, message.value()), mail_.raw->key));
    return tx_.messages().insert_raw_copy({message, ticket, sender, std::move(key), mail_.raw->file,
                                           app_.clock.now() + mail_.raw_kept});
  }

  Status insert_digests(core::TicketId ticket, core::MessageId message, core::PersonId sender,
                        const Bytes& digest) {
    if (!mail_.mail.message_id.empty()) {
      LETHE_CHECK(tx_.messages().insert_thread(
          {message_id_digest(app_, mail_.mail.message_id), ticket, message, sender}));
    }
    // The sender's next mail may answer the original, which never came here itself.
    if (forward_ && !forward_->message_id.empty() &&
        forward_->message_id != mail_.mail.message_id) {
      LETHE_CHECK(tx_.messages().insert_thread(
          {message_id_digest(app_, forward_->message_id), ticket, message, sender}));
    }
    Bytes outlook = outlook_thread_digest(app_, mail_.mail);
    if (!outlook.empty()) {
      LETHE_CHECK(tx_.messages().insert_thread({std::move(outlook), ticket, message, sender}));
    }
    return tx_.messages().insert_mail_digest({digest, ticket, message});
  }

  // Once per ticket, only to a person, only so often (RFC 3834 section 2); a limit that holds one
  // back is seen in the ticket.
  Status acknowledge(ports::TicketRow& ticket, core::PersonId sender, const Sender& to) {
    const bool answerable = mail_.may_be_answered && (!forward_ || forward_->may_be_answered);
    if (!new_ticket_ || mail_.source != MailSource::door || !answerable || mail_.is_spam()) {
      return {};
    }
    LETHE_TRY(const auto unwanted,
              held_back(app_, tx_, to.address, MailPurpose::acknowledgement, ticket.id));
    if (unwanted) return {};
    LETHE_TRY(const auto limit, count_automatic_mail(app_, tx_, to.address, ticket.id));
    if (limit) {
      return add_event(app_, tx_, ticket.id, std::nullopt,
                       "unacknowledged " + std::string{name_of(*limit)});
    }
    const auto id = app_.ids.make<core::OutgoingId>();
    const std::string payload = boost::json::serialize(
        boost::json::object{{"address", to.address.display()}, {"name", to.name}});
    LETHE_TRY(auto cell,
              seal(app_, mail_key(sender, ticket.id), place(cell::kPayload, id.value()), payload));
    ticket.acknowledged = true;
    return tx_.outbox().insert({.id = id,
                                .kind = ports::OutgoingKind::acknowledgement,
                                .person = sender,
                                .ticket = ticket.id,
                                .payload = std::move(cell),
                                .due_at = app_.clock.now(),
                                .created_at = app_.clock.now()});
  }

  // Never by automatic mail (RFC 3834).
  Status tell_agents(const ports::TicketRow& ticket, core::PersonId sender) {
    if (mail_.source != MailSource::door || mail_.automatic() || mail_.is_spam()) return {};
    Doer by{.agent = std::nullopt, .person = sender};
    if (forward_) by.agent = forward_->by;
    return new_ticket_ ? tell_arrived(app_, tx_, ticket, by) : tell_answered(app_, tx_, ticket, by);
  }

  Status finish_ticket(ports::TicketRow& ticket, core::MessageId message) {
    ticket.message_count += 1 + comments_;
    ticket.last_message = message;
    ticket.updated_at = std::max(ticket.updated_at, mail_.at);
    if (!mail_.automatic()) ticket.state.last_customer_message = mail_.at;
    LETHE_CHECK(tx_.tickets().update(ticket));
    if (!ticket.requester) return {};
    if (new_ticket_) return ticket_arrived(tx_, *ticket.requester, app_.clock.now());
    return tx_.people().set_next_review(*ticket.requester, app_.clock.now());
  }

  struct Addressee {
    core::PersonId person;
    ports::AddresseeField field;
    const mime::Mailbox& mailbox;
  };

  App& app_;
  ports::Writing& tx_;
  const PreparedMail& mail_;
  const MailSettings& settings_;
  std::vector<Addressee> addressees_;
  std::optional<Forward> forward_;  // proven
  bool doubtful_forward_ = false;
  int comments_ = 0;
  bool new_ticket_ = false;
};

void discard_files(App& app, const PreparedMail& mail) {
  for (const PreparedFile& file : mail.files) discard_file(app, file);
  if (mail.raw) discard_file(app, *mail.raw);
}

void announce(App& app, const TakenIn& taken) {
  app.events.publish(
      {taken.new_ticket ? ports::EventKind::ticket_created : ports::EventKind::ticket_changed,
       taken.ticket, std::nullopt});
}

}  // namespace

Result<TakenIn> take_in(App& app, ports::Writing& tx, const PreparedMail& mail) {
  return Intake{app, tx, mail, mail.settings}.run();
}

void take_in_mail(App& app, ports::Delivery&& delivery, MailSource source,
                  std::function<void(Result<TakenIn>)> done, const MailChecks& checks) {
  auto prepared = prepare_mail(app, std::move(delivery), source, checks);
  if (!prepared) return done(std::unexpected(std::move(prepared).error()));
  LETHE_FAULT_POINT("intake.prepared");

  struct Work {
    PreparedMailPtr mail;
    std::optional<TakenIn> taken;
  };
  auto work = std::make_shared<Work>(Work{std::move(*prepared), std::nullopt});
  app.store.submit(
      [&app, work](ports::Writing& tx) -> Status {
        LETHE_TRY(work->taken, take_in(app, tx, *work->mail));
        LETHE_FAULT_POINT("intake.applied");
        return {};
      },
      [&app, work, done = std::move(done)](Status status) {
        LETHE_FAULT_POINT("intake.durable");
        if (!status || work->taken->duplicate) discard_files(app, *work->mail);
        if (!status) return done(std::unexpected(std::move(status).error()));
        if (!work->taken->duplicate) announce(app, *work->taken);
        done(*work->taken);
      });
}

Result<ports::RcptVerdict> TakeInMail::check_recipient(const ports::Envelope&,
                                                       std::string_view recipient) {
  using enum ports::RcptVerdict;
  const std::string_view token = signed_token_of(recipient);
  if (!token.empty()) return ticket_of_token(app_, token) ? accepted : unknown;
  LETHE_TRY(const MailSettings settings, read_mail_settings(app_));
  if (settings.mailboxes.empty()) return accepted;
  const auto address = core::EmailAddress::parse(recipient);
  const bool postmaster = equals_ignoring_ascii_case(recipient, "postmaster");
  if (postmaster) return accepted;
  return address && is_own_address(settings, address->normalised()) ? accepted : unknown;
}

void TakeInMail::take_in(ports::Delivery&& delivery, std::function<void(Status)> done) {
  if (const auto trip = round_trip_token(app_, delivery.content)) {
    wipe(delivery.content);
    return app_.store.submit(
        [&app = app_, trip = *trip, door = delivery.envelope.door](ports::Writing& tx) {
          return note_round_trip(app, tx, trip, door);
        },
        std::move(done));
  }
  const MailChecks none;
  take_in_mail(
      app_, std::move(delivery), MailSource::door,
      [done = std::move(done)](Result<TakenIn> taken) {
        done(taken ? Status{} : Status{std::unexpected(std::move(taken).error())});
      },
      checks_ != nullptr ? *checks_ : none);
}

}  // namespace lethe::app
