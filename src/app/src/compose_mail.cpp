// What leaves, word for word.
#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/tickets.h"
#include "lethe/base/encoding.h"
#include "lethe/html/markdown.h"
#include "lethe/mime/compose.h"
#include "mail_settings.h"
#include "mail_texts.h"

namespace lethe::app {
namespace {

using ports::OutgoingKind;

struct Payload {
  mime::Mailbox to;
  std::string link;
};

Result<Payload> read_payload(App& app, const ports::OutgoingRow& row) {
  LETHE_TRY(const Plaintext text, open(app, mail_key(row.person, row.ticket),
                                       place(cell::kPayload, row.id.value()), row.payload));
  const auto object = parse_object(text.reveal());
  return Payload{{text_of(object, "name"), text_of(object, "address")}, text_of(object, "link")};
}

class Composer {
 public:
  Composer(App& app, const ports::Reading& tx, const ports::OutgoingRow& row, Payload payload,
           std::string loop_token)
      : app_(app), tx_(tx), row_(row), payload_(std::move(payload)) {
    mail_.extra_headers.emplace_back("X-Lethe-Loop", std::move(loop_token));
  }

  Result<ports::OutgoingMail> run() {
    mail_.date = row_.created_at;
    mail_.from = {{app_.installation.organisation, app_.installation.mail_from}};
    if (row_.kind == OutgoingKind::reply) LETHE_CHECK(compose_reply());
    if (row_.kind == OutgoingKind::acknowledgement) LETHE_CHECK(compose_acknowledgement());
    if (row_.kind == OutgoingKind::invitation || row_.kind == OutgoingKind::recovery) {
      LETHE_CHECK(compose_link());
    }
    return ports::OutgoingMail{.envelope_from = envelope_from(),
                               .recipients = {payload_.to.address},
                               .content = mime::compose(mail_)};
  }

 private:
  std::string domain() const { return mail_domain(app_.installation); }

  // Bounces come back to a signed address; automatic mail must cause none (RFC 3834 section 3.3).
  std::string envelope_from() const {
    if (row_.kind != OutgoingKind::reply || !row_.ticket) return {};
    return std::string{kBouncePrefix} + app_.vault.sign_reply(*row_.ticket) + "@" + domain();
  }

  Status join_thread() {
    LETHE_TRY(const TicketView view, view_ticket(app_, tx_, *row_.ticket, std::nullopt));
    subject_ = view.summary.subject;
    language_ = language_of(view);
    mail_.reply_to = {
        {app_.installation.organisation,
         std::string{kReplyPrefix} + app_.vault.sign_reply(*row_.ticket) + "@" + domain()}};
    for (const MessageView& message : view.messages) {
      if (message.message_id.empty() || message.id == row_.message) continue;
      if (row_.message && message.id > *row_.message) break;
      mail_.references.push_back(message.message_id);
    }
    if (mail_.references.size() > 20) {
      mail_.references.erase(mail_.references.begin() + 1, mail_.references.end() - 19);
    }
    if (!mail_.references.empty()) mail_.in_reply_to = {mail_.references.back()};
    return {};
  }

  std::string language_of(const TicketView& view) const {
    if (!view.summary.row.requester) return {};
    const auto person = view_person(app_, tx_, *view.summary.row.requester);
    return person ? person->profile.language : std::string{};
  }

  Status compose_reply() {
    LETHE_CHECK(join_thread());
    LETHE_TRY(const MessageView message, view_message(app_, tx_, *row_.message));
    mail_.message_id = message.message_id;
    if (message.agent && !message.agent->name.empty()) {
      mail_.from.front().name = message.agent->name + " (" + app_.installation.organisation + ")";
    }
    mail_.subject = answer_subject(subject_);
    for (const MailboxView& to : message.to) mail_.to.push_back({to.name, to.address});
    for (const MailboxView& cc : message.cc) mail_.cc.push_back({cc.name, cc.address});
    mail_.text = message.text;
    mail_.html = html::markdown_to_html(message.text);
    return attach(message);
  }

  Status attach(const MessageView& message) {
    for (const AttachmentView& file : message.attachments) {
      LETHE_TRY(const FileView whole, read_attachment(app_, file.id));
      mail_.attachments.push_back({file.name, file.type, std::string{whole.bytes.reveal()}, ""});
    }
    return {};
  }

  Status compose_acknowledgement() {
    LETHE_CHECK(join_thread());
    automatic("auto-replied");
    mail_.to = {payload_.to};
    LETHE_TRY(const auto ticket, tx_.tickets().find(*row_.ticket));
    const MailText text =
        acknowledgement_text({.language = language_,
                              .organisation = app_.installation.organisation,
                              .number = ticket.number,
                              .subject = subject_,
                              .privacy_url = app_.installation.public_url + "/privacy"});
    mail_.subject = text.subject;
    mail_.text = text.body;
    own_id();
    return {};
  }

  Status compose_link() {
    automatic("auto-generated");
    mail_.to = {payload_.to};
    const MailText text = link_text(row_.kind, {.organisation = app_.installation.organisation,
                                                .name = payload_.to.name,
                                                .link = payload_.link});
    mail_.subject = text.subject;
    mail_.text = text.body;
    own_id();
    return {};
  }

  void automatic(std::string kind) {
    mail_.extra_headers.emplace_back("Auto-Submitted", std::move(kind));
    mail_.extra_headers.emplace_back("X-Auto-Response-Suppress", "All");
  }

  // Signed with the outgoing id, so that it is the same at every attempt.
  void own_id() {
    const auto as_message = core::MessageId::of(row_.id.value());
    const auto ticket = row_.ticket.value_or(core::TicketId::of(row_.id.value()));
    mail_.message_id = app_.vault.sign_message_id(ticket, as_message) + "@" + domain();
  }

  App& app_;
  const ports::Reading& tx_;
  const ports::OutgoingRow& row_;
  Payload payload_;
  mime::Outgoing mail_;
  std::string subject_, language_;
};

}  // namespace

Result<ports::OutgoingMail> compose_outgoing(App& app, const ports::Reading& tx,
                                             const ports::OutgoingRow& row) {
  LETHE_TRY(Payload payload, read_payload(app, row));
  return Composer{app, tx, row, std::move(payload), loop_token(app)}.run();
}

}  // namespace lethe::app
