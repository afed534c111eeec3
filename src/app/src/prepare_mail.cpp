#include <utility>

#include "gate_checks.h"
#include "json.h"
#include "lethe/app/people.h"
#include "lethe/base/text.h"
#include "lethe/core/mail_language.h"
#include "lethe/core/minimise.h"
#include "lethe/html/text.h"
#include "lethe/mime/parse.h"
#include "minimise_mail.h"
#include "prepared_mail.h"

namespace lethe::app {
namespace {

// The envelope's sender is noted first, as a server notes it at final delivery (RFC 5321 section
// 4.4). What other doors know may be a guess: there the mail's own field counts.
core::MailFacts facts_of(const mime::Message& mail, const ports::Envelope& envelope) {
  core::MailFacts facts;
  if (has_null_sender(envelope)) facts.headers.push_back({"Return-Path", "<>"});
  const bool is_heard = envelope.door == ports::Door::smtp || envelope.door == ports::Door::lmtp;
  if (is_heard && !envelope.sender.empty())
    facts.headers.push_back({"Return-Path", envelope.sender});
  for (const mime::Header& header : mail.headers)
    facts.headers.push_back({header.name, header.value});
  facts.parts.push_back({"text/plain", mail.text, false});
  if (!mail.html.empty()) facts.parts.push_back({"text/html", mail.html, false});
  for (const mime::Attachment& file : mail.attachments) {
    facts.parts.push_back({file.type, file.content, !file.name.empty()});
  }
  return facts;
}

// Of what a person wrote, not of a machine's text nor of what it quotes.
std::string language_of(const PreparedMail& mail) {
  if (mail.automatic() || mail.is_spam() || mail.unreadable) return {};
  return core::language_of_mail({mail.mail.header("Content-Language").value_or(""),
                                 mail.mail.header("Accept-Language").value_or(""),
                                 core::new_text_of(mail.text, mail.segments)});
}

void add_to_digest(Bytes& material, std::string_view text) {
  append_u64(material, text.size());
  material.insert(material.end(), text.begin(), text.end());
}

// Message-ID, From, Date, decoded bodies and attachments, without trace headers (DESIGN section 8).
vault::Digest duplicate_digest(App& app, const mime::Message& mail) {
  Bytes material;
  add_to_digest(material, mail.message_id);
  for (const mime::Mailbox& from : mail.from) add_to_digest(material, from.address);
  add_to_digest(material, mail.header("Date").value_or(""));
  add_to_digest(material, mail.subject);
  add_to_digest(material, mail.text);
  add_to_digest(material, mail.html);
  for (const mime::Attachment& file : mail.attachments) {
    add_to_digest(material, file.name);
    add_to_digest(material, file.content);
  }
  const vault::Digest digest = app.vault.digest(vault::DigestPurpose::duplicate, material);
  wipe(material);
  return digest;
}

Status seal_files(App& app, PreparedMail& mail, const std::vector<FileMarks>& marks) {
  for (std::size_t n = 0; n < mail.mail.attachments.size(); ++n) {
    mime::Attachment& file = mail.mail.attachments[n];
    const std::string name = file.name.empty() ? "attachment" : file.name;
    const std::string description =
        file_description(name, file.type, file.content_id, file.content);
    LETHE_TRY(PreparedFile sealed, seal_file(app, file.content, with_marks(description, marks[n])));
    sealed.shown_inline = file.is_inline && !marks[n].is_locked();
    mail.files.push_back(std::move(sealed));
    // Sealed, it is read again only where a mail is inside: the others' bytes go now.
    if (!file.type.starts_with("message/")) std::string{}.swap(file.content);
  }
  return {};
}

// Nothing that a person could read came out, though something was sent.
bool is_unreadable(const mime::Message& mail, std::string_view raw) {
  return mail.from.empty() && mail.text.empty() && mail.html.empty() && mail.attachments.empty() &&
         !raw.empty();
}

// No list has room for a name that fills a screen; the raw copy has it whole.
void clip_names(mime::Message& mail) {
  for (auto* const list :
       {&mail.from, &mail.sender, &mail.reply_to, &mail.to, &mail.cc, &mail.bcc}) {
    for (mime::Mailbox& mailbox : *list) {
      mailbox.name.resize(clipped_utf8(mailbox.name, kPersonNameBytesMax).size());
    }
  }
}

// What we sent ourselves and some server returned to us.
bool is_own_mail(const mime::Message& mail, const MailSettings& settings) {
  const auto token = mail.header("X-Lethe-Loop");
  return token && trimmed(*token) == settings.loop_token;
}

// Whom a mail without an envelope was brought to: what the delivering server noted, else the first
// addressee.
std::vector<std::string> recipients_from_headers(const mime::Message& mail) {
  for (const char* name : {"X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To"}) {
    if (const auto noted = mail.header(name)) return {std::string{trimmed(*noted)}};
  }
  if (mail.to.empty()) return {};
  return {mail.to.front().address};
}

Instant written_at(App& app, const mime::Message& mail, MailSource source) {
  const Instant now = app.clock.now();
  if (source == MailSource::door || !mail.date) return now;
  return *mail.date < now ? *mail.date : now;
}

// Whom a tombstone names is no addressee of an imported mail. True when anybody was left out.
Result<bool> leave_out_erased(App& app, std::vector<mime::Mailbox>& field) {
  std::vector<mime::Mailbox> kept;
  const std::size_t before = field.size();
  for (mime::Mailbox& mailbox : field) {
    const auto address = core::EmailAddress::parse(mailbox.address);
    bool erased = false;
    if (address) {
      LETHE_TRY(erased, app.vault.is_tombstoned(address->normalised()));
    }
    if (!erased) kept.push_back(std::move(mailbox));
  }
  field = std::move(kept);
  return field.size() < before;
}

}  // namespace

bool has_null_sender(const ports::Envelope& envelope) noexcept {
  const bool is_told = envelope.door == ports::Door::smtp || envelope.door == ports::Door::lmtp ||
                       envelope.door == ports::Door::webhook;
  return is_told && envelope.sender.empty();
}

void PreparedMailDeleter::operator()(PreparedMail* mail) const noexcept { delete mail; }

Result<PreparedMailPtr> prepare_mail(App& app, ports::Delivery&& delivery, MailSource source,
                                     const MailChecks& checks) {
  PreparedMailPtr mail{new PreparedMail};
  mail->envelope = std::move(delivery.envelope);
  mail->source = source;
  mail->mail = mime::parse(delivery.content);
  mail->unreadable = is_unreadable(mail->mail, delivery.content);
  mail->at = written_at(app, mail->mail, source);
  if (source == MailSource::imported && mail->envelope.recipients.empty()) {
    mail->envelope.recipients = recipients_from_headers(mail->mail);
  }

  {
    const core::MailFacts facts = facts_of(mail->mail, mail->envelope);
    if (core::loops_between_servers(facts)) {
      return fail(Errc::out_of_range, "this message has passed too many servers: it loops");
    }
    LETHE_TRY(mail->settings, read_mail_settings(app));
    mail->verdict = core::classify(facts);
    mail->may_be_answered = core::may_auto_answer(
        facts, mail->verdict, {mail->settings.loop_token, mail->settings.own_addresses});
    mail->machine_made = core::is_machine_made(facts);
    mail->came_back = is_own_mail(mail->mail, mail->settings);
    if (source == MailSource::door) {
      const std::string from = mail->mail.from.empty() ? "" : mail->mail.from.front().address;
      mail->trust = ask_filter(app, checks, mail->envelope, delivery.content, facts, from);
    }
  }

  bool touched = minimise_mail(mail->mail, mail->settings.masks);
  if (source == MailSource::imported) {
    for (auto* field : {&mail->mail.to, &mail->mail.cc}) {
      LETHE_TRY(const bool left_out, leave_out_erased(app, *field));
      touched = touched || left_out;  // the headers of a raw copy name everybody
    }
  }
  LETHE_TRY(const auto marks,
            check_files(checks, mail->mail.attachments,
                        delivery.can_wait ? ScannerAway::wait : ScannerAway::mark, touched));
  mail->digest = duplicate_digest(app, mail->mail);
  clip_names(mail->mail);
  // Moved: a mail waits for its transaction with one copy of its text, not two.
  mail->text =
      mail->mail.text.empty() ? html::to_text(mail->mail.html) : std::exchange(mail->mail.text, {});
  mail->segments = core::split_reply(mail->text);
  mail->html = std::exchange(mail->mail.html, {});
  mail->language = language_of(*mail);
  LETHE_CHECK(seal_files(app, *mail, marks));
  // With a card number somewhere inside an encoding there is no raw copy: minimised or not at all.
  // Of a mail that nobody can read it is all there is.
  mail->raw_kept = Days{mail->settings.raw_copy_days};
  if (!touched && (mail->raw_kept > Days{0} || mail->unreadable)) {
    const std::string kept = core::without_forged_results(
        core::without_trace_headers(delivery.content), checks.trusted_authserv_ids);
    LETHE_TRY(mail->raw, seal_file(app, kept, std::string{}));
  }
  wipe(delivery.content);
  return mail;
}

}  // namespace lethe::app
