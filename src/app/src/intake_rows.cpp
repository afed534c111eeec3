#include <algorithm>

#include "gate_checks.h"
#include "intake.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/base/text.h"
#include "minimise_mail.h"
#include "proposals.h"
#include "ticket_parts.h"
#include "ticket_voices.h"

namespace lethe::app {

// What the agent wrote above the mail, as a note before it, and that they handed it on.
Status Intake::insert_comment(const ports::TicketRow& ticket, core::PersonId sender) {
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

Status Intake::insert_message(const ports::TicketRow& ticket, core::MessageId id,
                              core::PersonId sender, bool verified) {
  LETHE_TRY(const KnownVoices voices, voices_for(ticket, sender));
  const Unquoted own = forward_ ? take_out_quotes(forward_->text, sender, voices)
                                : take_out_quotes(mail_.text, mail_.segments, sender, voices);
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
  const bool is_whole = !forward_ && own.passages.empty();
  LETHE_TRY(row.snippet, sealed(cell::kSnippet, is_whole ? snippet_of(mail_.text, mail_.segments)
                                                         : snippet_of(own.text)));
  LETHE_TRY(row.headers, sealed(cell::kHeaders, headers_json()));
  LETHE_CHECK(tx_.messages().insert(row));
  LETHE_CHECK(insert_passages(app_, tx_, ticket.id, id, own.passages));
  LETHE_CHECK(insert_addressees(ticket.id, id));
  return tx_.index_queue().push({ports::DocumentKind::message, id.value()}, sender);
}

Result<KnownVoices> Intake::voices_for(const ports::TicketRow& ticket, core::PersonId sender) {
  KnownVoices voices;
  for (const Addressee& addressee : addressees_) {
    voices.add_name(addressee.person, addressee.mailbox.name);
    voices.add_name(addressee.person, addressee.mailbox.address);
  }
  if (!new_ticket_) LETHE_CHECK(add_voices_of(app_, tx_, ticket.id, sender, voices));
  return voices;
}

std::string Intake::headers_json() const {
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
                          {"message_id", shown_id(mail_.mail.message_id)},
                          {"date", std::string{mail_.mail.header("Date").value_or("")}},
                          {"references", array_of(shown_ids(referenced_ids(mail_.mail)))},
                          {"kind", std::string{name_of(mail_.verdict.kind)}},
                          {"trust", to_json(trust)},
                          {"warnings", std::move(warnings)}});
}

Status Intake::insert_addressees(core::TicketId ticket, core::MessageId message) {
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

Status Intake::insert_all_files(core::TicketId ticket, core::MessageId message,
                                core::PersonId sender) {
  LETHE_CHECK(insert_files(app_, tx_, ticket, message, sender, mail_.files));
  return insert_raw_copy(ticket, message, sender);
}

Status Intake::insert_raw_copy(core::TicketId ticket, core::MessageId message,
                               core::PersonId sender) {
  if (!mail_.raw) return {};
  LETHE_TRY(auto key,
            app_.vault.seal_file_key(raw_key(sender, ticket), place(cell::kRawKey, message.value()),
                                     mail_.raw->key));
  return tx_.messages().insert_raw_copy({message, ticket, sender, std::move(key), mail_.raw->file,
                                         app_.clock.now() + mail_.raw_kept});
}

Status Intake::insert_digests(core::TicketId ticket, core::MessageId message, core::PersonId sender,
                              const Bytes& digest) {
  if (!mail_.mail.message_id.empty()) {
    LETHE_CHECK(tx_.messages().insert_thread(
        {message_id_digest(app_, mail_.mail.message_id), ticket, message, sender}));
  }
  // The sender's next mail may answer the original, which never came here itself.
  if (forward_ && !forward_->message_id.empty() && forward_->message_id != mail_.mail.message_id) {
    LETHE_CHECK(tx_.messages().insert_thread(
        {message_id_digest(app_, forward_->message_id), ticket, message, sender}));
  }
  Bytes outlook = outlook_thread_digest(app_, mail_.mail);
  if (!outlook.empty()) {
    LETHE_CHECK(tx_.messages().insert_thread({std::move(outlook), ticket, message, sender}));
  }
  return tx_.messages().insert_mail_digest({digest, ticket, message});
}

}  // namespace lethe::app
