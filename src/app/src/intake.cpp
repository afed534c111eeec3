#include "intake.h"

#include <algorithm>

#include "delivery_notice.h"
#include "forwarding_notes.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/endings.h"
#include "lethe/app/forwarding.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_limits.h"
#include "lethe/app/notifications.h"
#include "lethe/app/people.h"
#include "lethe/base/text.h"
#include "lethe/core/mail_language.h"
#include "lethe/core/mailed_address.h"
#include "lethe/core/reply_text.h"
#include "person_language.h"
#include "proposals.h"
#include "retention_marks.h"
#include "returned_mail.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

constexpr std::size_t kAddresseesMax = 100;

}  // namespace

Result<TakenIn> Intake::run() {
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
  LETHE_TRY(const bool participates, thread ? takes_part_again(*thread, sender, addresses) : true);

  LETHE_TRY(ports::TicketRow ticket, ticket_for(thread, sender));
  if (forward_) LETHE_CHECK(insert_comment(ticket, sender));
  const auto message = app_.ids.make<core::MessageId>();
  const bool authentic = mail_.trust.is_authentic() && !forward_;
  const bool verified = written_by.proven_by_from &&
                        (thread ? participates && (thread->proven || authentic) : authentic);
  LETHE_CHECK(add_participants(ticket, sender, participates));
  if (new_ticket_ || (participates && written_by.proven_by_from))
    LETHE_CHECK(add_copies(ticket.id));
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

// Whom a form's mail is from: its own address takes no answers, the Reply-To is who filled it in.
// Whoever can fill in a form can name anybody there, so such a mail is never verified, joins no
// thread for being theirs, and brings nobody into one.
std::optional<Intake::Sender> Intake::who_filled_in() const {
  if (mail_.automatic() || mail_.mail.from.empty()) return std::nullopt;
  if (!has_null_sender(mail_.envelope) &&
      !core::is_system_address(mail_.mail.from.front().address)) {
    return std::nullopt;
  }
  for (const mime::Mailbox& mailbox : mail_.mail.reply_to) {
    auto address = core::parse_mailed_address(mailbox.address);
    if (!address || is_ours(*address) || core::is_system_address(mailbox.address)) continue;
    return Sender{.address = std::move(*address), .name = mailbox.name, .proven_by_from = false};
  }
  return std::nullopt;
}

// From, else Sender, Reply-To, the envelope; a mail without any comes from "unknown", who is
// anybody and so takes part in nothing: such mails join each other by no known id.
Result<Intake::Sender> Intake::sender_address() const {
  if (auto person = who_filled_in()) return std::move(*person);
  for (const auto* field : {&mail_.mail.from, &mail_.mail.sender, &mail_.mail.reply_to}) {
    for (const mime::Mailbox& mailbox : *field) {
      if (auto address = core::parse_mailed_address(mailbox.address)) {
        return Sender{std::move(*address), mailbox.name};
      }
    }
  }
  if (auto address = core::parse_mailed_address(mail_.envelope.sender)) {
    return Sender{std::move(*address), {}};
  }
  LETHE_TRY(auto unknown, core::EmailAddress::parse("unknown-sender@invalid.invalid"));
  return Sender{.address = std::move(unknown), .name = {}, .proven_by_from = false};
}

// A mail that begins a conversation may be one that an agent hands on.
Status Intake::look_for_forward() {
  LETHE_TRY(auto found, find_forward(app_, tx_, mail_));
  if (!found || is_ours(found->from)) return {};
  doubtful_forward_ = !found->proven;
  if (found->proven) forward_ = std::move(found);
  return {};
}

Status Intake::refuse_tombstoned(const Sender& sender) {
  if (mail_.source == MailSource::door) return {};
  LETHE_TRY(const bool erased, app_.vault.is_tombstoned(sender.address.normalised()));
  if (erased)
    return fail(Errc::erased, "the sender was erased: an import does not bring them back");
  return {};
}

Result<std::optional<Thread>> Intake::find_thread_of(const Sender& sender) {
  if (!sender.proven_by_from) return find_thread(app_, tx_, mail_, std::nullopt);
  LETHE_TRY(const auto person, person_at(app_, sender.address));
  return find_thread(app_, tx_, mail_, person);
}

// The headers of a forwarded mail are the agent's.
std::string Intake::language() const {
  if (!forward_) return mail_.language;
  return core::language_of_text(
      core::new_text_of(clipped_utf8(forward_->text, core::kLanguageMailMax)));
}

// A bounce is about the customer it could not reach: it is theirs, not the mail system's.
Result<core::PersonId> Intake::sender_in(const std::optional<Thread>& thread,
                                         const Sender& sender) {
  const bool report = mail_.verdict.kind == core::MailKind::bounce ||
                      mail_.verdict.kind == core::MailKind::delivery_report;
  if (report && thread && thread->ticket.requester) return *thread->ticket.requester;
  return find_or_create_person(app_, tx_, sender.address, sender.name, mail_.at);
}

// Who left a conversation and writes in it again has come back.
Result<bool> Intake::takes_part_again(const Thread& thread, core::PersonId sender,
                                      const Sender& from) {
  LETHE_TRY(const bool part, takes_part(tx_, thread.ticket.id, sender));
  if (part || mail_.automatic() || !thread.proven || !from.proven_by_from) return part;
  return come_back(app_, tx_, sender, from.address, thread.ticket.id);
}

Result<ports::TicketRow> Intake::ticket_for(std::optional<Thread>& thread, core::PersonId sender) {
  if (!thread) return create_ticket(sender, std::nullopt);
  ports::TicketRow ticket = std::move(thread->ticket);
  if (mail_.automatic() || mail_.machine_made || mail_.is_spam())
    return ticket;  // it never reopens (RFC 3834, DESIGN promise 6)
  LETHE_TRY(const auto settings, read_ticket_settings(tx_));
  core::ReplyEffect effect = core::customer_reply(ticket.state, mail_.at, settings);
  if (std::holds_alternative<core::StartsLinkedTicket>(effect)) {
    return create_ticket(sender, ticket.id);
  }
  if (auto* joins = std::get_if<core::Joins>(&effect)) ticket.state = joins->ticket;
  if (auto* reopens = std::get_if<core::Reopens>(&effect)) ticket.state = reopens->ticket;
  return ticket;
}

const ports::MailboxRow* Intake::mailbox_among(const std::vector<std::string>& recipients) const {
  for (const std::string& recipient : recipients) {
    const auto address = core::EmailAddress::parse(recipient);
    if (!address) continue;
    const auto found =
        std::ranges::find(settings_.mailboxes, address->normalised(), &ports::MailboxRow::address);
    if (found != settings_.mailboxes.end()) return &*found;
  }
  return nullptr;
}

// Forwarded mail belongs to the address that it was first sent to, when that one is ours too.
// Who makes such a header up could have written to that address as well.
Result<const ports::MailboxRow*> Intake::mailbox_reached() const {
  std::vector<core::MailField> fields;
  for (const mime::Header& header : mail_.mail.headers)
    fields.push_back({header.name, header.value});
  const auto* const original = mailbox_among(core::original_recipients(fields));
  if (original != nullptr) return original;
  const auto* const reached = mailbox_among(mail_.envelope.recipients);
  const auto* const named = other_mailbox_named(reached);
  if (named == nullptr) return reached;
  LETHE_TRY(const bool forwarded, is_forwarded_to(tx_, reached->id));
  return forwarded ? named : reached;
}

// Microsoft 365 notes the first address nowhere: where mail is forwarded to `reached`, the first
// address is the one of ours that To or Cc name instead.
const ports::MailboxRow* Intake::other_mailbox_named(const ports::MailboxRow* reached) const {
  if (reached == nullptr) return nullptr;
  const ports::MailboxRow* first = nullptr;
  for (const auto* field : {&mail_.mail.to, &mail_.mail.cc}) {
    for (const mime::Mailbox& mailbox : *field) {
      const auto* const found = mailbox_among({mailbox.address});
      if (found == reached) return nullptr;
      if (first == nullptr) first = found;
    }
  }
  return first;
}

Result<ports::TicketRow> Intake::create_ticket(core::PersonId sender,
                                               std::optional<core::TicketId> follows) {
  ports::TicketRow ticket{
      .id = app_.ids.make<core::TicketId>(),
      .requester = sender,
      .state = core::new_ticket(mail_.at),
      .channel = mail_.source == MailSource::door ? ports::Channel::mail : ports::Channel::import,
      .updated_at = mail_.at,
      .follows = follows};
  if (mail_.is_spam()) ticket.state = core::flagged(ticket.state, core::TicketFlag::spam);
  LETHE_TRY(const ports::MailboxRow* const mailbox, mailbox_reached());
  if (mailbox != nullptr) {
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
Status Intake::add_participants(const ports::TicketRow& ticket, core::PersonId sender,
                                bool participates) {
  const auto role = new_ticket_    ? ports::ParticipantRole::requester
                    : participates ? ports::ParticipantRole::cc
                                   : ports::ParticipantRole::stranger;
  LETHE_CHECK(tx_.tickets().add_participant({ticket.id, sender, role}));
  LETHE_CHECK(part_taken(tx_, sender));
  LETHE_CHECK(find_addressees(mail_.mail.to, ports::AddresseeField::to));
  return find_addressees(mail_.mail.cc, ports::AddresseeField::cc);
}

// Not those whom a stranger writes to.
Status Intake::add_copies(core::TicketId ticket) {
  for (const Addressee& addressee : addressees_) {
    LETHE_TRY(const bool left, has_left(tx_, addressee.person, ticket));
    if (left) continue;
    LETHE_CHECK(
        tx_.tickets().add_participant({ticket, addressee.person, ports::ParticipantRole::cc}));
    LETHE_CHECK(part_taken(tx_, addressee.person));
  }
  return {};
}

// Before any mailbox is named every address is taken in; then the one that this mail was brought
// to is ours, or an answer would go back to ourselves.
bool Intake::is_ours(const core::EmailAddress& address) const {
  if (is_own_address(settings_, address.normalised())) return true;
  if (is_our_postmaster(settings_, address)) return true;
  if (!settings_.mailboxes.empty() || mail_.envelope.recipients.empty()) return false;
  const auto brought_to = core::EmailAddress::parse(mail_.envelope.recipients.front());
  return brought_to && brought_to->normalised() == address.normalised();
}

Status Intake::find_addressees(const std::vector<mime::Mailbox>& field,
                               ports::AddresseeField where) {
  for (const mime::Mailbox& mailbox : field) {
    if (addressees_.size() >= kAddresseesMax) return {};
    const auto address = core::parse_mailed_address(mailbox.address);
    if (!address || is_ours(*address)) continue;
    LETHE_TRY(const auto person,
              find_or_create_person(app_, tx_, *address, mailbox.name, mail_.at));
    addressees_.push_back({person, where, mailbox});
  }
  return {};
}

// Once per ticket, only to a person, only so often (RFC 3834 section 2); a limit that holds one
// back is seen in the ticket.
Status Intake::acknowledge(ports::TicketRow& ticket, core::PersonId sender, const Sender& to) {
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

Status Intake::note_forwarder(core::MessageId message) {
  if (mail_.source != MailSource::door) return {};
  // The mailbox whose setting up waits for it is the one that the service wrote to.
  const auto* const mailbox = mailbox_among(mail_.envelope.recipients);
  if (mailbox == nullptr) return {};
  return note_confirmation(tx_, mail_.mail, mail_.text, mailbox->id, message);
}

// Never by automatic mail (RFC 3834).
Status Intake::tell_agents(const ports::TicketRow& ticket, core::PersonId sender) {
  if (mail_.source != MailSource::door || mail_.automatic() || mail_.is_spam()) return {};
  Doer by{.agent = std::nullopt, .person = sender};
  if (forward_) by.agent = forward_->by;
  return new_ticket_ ? tell_arrived(app_, tx_, ticket, by) : tell_answered(app_, tx_, ticket, by);
}

// An imported mail may be older than what is there: it turns no clock of retention back.
Result<bool> Intake::is_newest_of(const ports::TicketRow& ticket) const {
  if (mail_.source == MailSource::door || !ticket.last_message) return true;
  const auto last = tx_.messages().find(*ticket.last_message);
  if (last) return last->created_at <= mail_.at;
  if (last.error().code == Errc::not_found) return true;
  return std::unexpected(last.error());
}

Status Intake::finish_ticket(ports::TicketRow& ticket, core::MessageId message) {
  ticket.message_count += 1 + comments_;
  LETHE_TRY(const bool newest, is_newest_of(ticket));
  if (newest) ticket.last_message = message;
  ticket.updated_at = std::max(ticket.updated_at, mail_.at);
  const bool by_customer = !mail_.automatic() && (new_ticket_ || !mail_.machine_made);
  if (by_customer) {
    auto& last = ticket.state.last_customer_message;
    last = std::max(last.value_or(mail_.at), mail_.at);
  }
  LETHE_CHECK(tx_.tickets().update(ticket));
  if (!ticket.requester) return {};
  if (new_ticket_) return ticket_arrived(tx_, *ticket.requester, app_.clock.now());
  return tx_.people().set_next_review(*ticket.requester, app_.clock.now());
}

}  // namespace lethe::app
