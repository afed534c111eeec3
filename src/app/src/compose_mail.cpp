// What leaves, word for word.
#include <algorithm>

#include "delivery_notice.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_design.h"
#include "lethe/app/people.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/tickets.h"
#include "lethe/base/encoding.h"
#include "lethe/html/markdown.h"
#include "lethe/mime/compose.h"
#include "mail_settings.h"
#include "mail_texts.h"
#include "notice_mail.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

using ports::OutgoingKind;

struct Payload {
  mime::Mailbox to;
  std::string link;
  mime::StatusReport report;
};

Result<Payload> read_payload(App& app, const ports::OutgoingRow& row) {
  LETHE_TRY(const Plaintext text, open(app, mail_key(row.person, row.ticket),
                                       place(cell::kPayload, row.id.value()), row.payload));
  const auto object = parse_object(text.reveal());
  Payload payload{
      {text_of(object, "name"), text_of(object, "address")}, text_of(object, "link"), {}};
  if (row.kind == OutgoingKind::delivery_notice) {
    payload.report = report_of_payload(text.reveal(), mail_domain(app.installation));
  }
  return payload;
}

// `![words](photo.png)` names an attached picture: it stands in the mail by its Content-ID.
std::string with_pictures(std::string text, const std::string& name,
                          const std::string& content_id) {
  for (const std::string& written :
       {"](" + name + ")", "](<" + name + ">)", "](cid:" + name + ")"}) {
    for (auto at = text.find(written); at != std::string::npos; at = text.find(written, at + 1)) {
      const auto open = text.rfind('[', at);
      if (open == std::string::npos || open == 0 || text[open - 1] != '!') continue;
      text.replace(at, written.size(), "](cid:" + content_id + ")");
    }
  }
  return text;
}

class Composer {
 public:
  Composer(App& app, const ports::Reading& tx, const ports::OutgoingRow& row, Payload payload,
           const Notice& news)
      : app_(app), tx_(tx), row_(row), payload_(std::move(payload)), news_(news) {
    mail_.extra_headers.emplace_back("X-Lethe-Loop", loop_token(app));
  }

  Result<ports::OutgoingMail> run() {
    facts_.organisation = organisation_of(app_, tx_);
    facts_.name = payload_.to.name;
    mail_.date = row_.created_at;
    mail_.from = {{facts_.organisation, app_.installation.mail_from}};
    LETHE_CHECK(choose_language());
    if (row_.kind == OutgoingKind::reply) LETHE_CHECK(compose_reply());
    if (row_.kind == OutgoingKind::acknowledgement) LETHE_CHECK(compose_acknowledgement());
    if (row_.kind == OutgoingKind::invitation || row_.kind == OutgoingKind::recovery) {
      LETHE_CHECK(compose_link());
    }
    if (row_.kind == OutgoingKind::notification) LETHE_CHECK(compose_notification());
    if (row_.kind == OutgoingKind::delivery_notice) compose_delivery_notice();
    write_addresses();
    return ports::OutgoingMail{.envelope_from = envelope_from(),
                               .recipients = {payload_.to.address},
                               .content = mime::compose(mail_)};
  }

 private:
  // Only a recipient whose own address needs SMTPUTF8 is reached by it: everybody else's copy shows
  // such addresses so that any server takes it.
  void write_addresses() {
    for (auto* field : {&mail_.from, &mail_.reply_to, &mail_.to, &mail_.cc}) {
      for (mime::Mailbox& mailbox : *field) mailbox.address = address_in_mail(mailbox.address);
    }
    mail_.takes_utf8_addresses =
        std::ranges::any_of(address_in_mail(payload_.to.address),
                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  }

  std::string domain() const { return mail_domain(app_.installation); }

  // Bounces come back to an address that names this very mail; automatic mail must cause none (RFC
  // 3834 section 3.3).
  std::string envelope_from() const {
    if (row_.kind != OutgoingKind::reply || !row_.ticket) return {};
    const auto as_message = core::MessageId::of(row_.id.value());
    return std::string{kBouncePrefix} + app_.vault.sign_message_id(*row_.ticket, as_message) + "@" +
           domain();
  }

  // The recipient's, else that of who asked, else the organisation's. Agents chose theirs.
  Status choose_language() {
    LETHE_TRY(const auto workspace, tx_.catalog().setting("language"));
    const bool to_agent = row_.kind == OutgoingKind::notification;
    std::string wanted = to_agent ? language_of_agent() : language_of(row_.person);
    if (wanted.empty() && row_.ticket && !to_agent) {
      LETHE_TRY(const auto ticket, tx_.tickets().find(*row_.ticket));
      if (ticket.requester) wanted = language_of(*ticket.requester);
    }
    language_ = mail_language(wanted, workspace.value_or(""));
    return {};
  }

  std::string language_of(core::PersonId id) const {
    const auto person = view_person(app_, tx_, id);
    return person ? person->profile.language : std::string{};
  }

  std::string language_of_agent() const {
    const auto agent = tx_.agents().of_person(row_.person);
    return agent && !agent->language.empty() ? agent->language : language_of(row_.person);
  }

  Status join_thread() {
    LETHE_TRY(const auto ticket, tx_.tickets().find(*row_.ticket));
    LETHE_TRY(const auto summary, summarise_ticket(app_, tx_, ticket, std::nullopt));
    facts_.subject = summary.subject;
    facts_.number = "#" + std::to_string(ticket.number);
    mail_.subject = answer_subject(facts_.subject);
    asked_ = ticket.requester == row_.person;
    mail_.reply_to = {
        {facts_.organisation,
         std::string{kReplyPrefix} + app_.vault.sign_reply(*row_.ticket) + "@" + domain()}};
    LETHE_TRY(mail_.references, earlier_mails());
    if (!mail_.references.empty()) mail_.in_reply_to = {mail_.references.back()};
    return {};
  }

  // The ids of the first mail of the ticket and of the newest before this one: no more cells of a
  // long ticket are opened than are named.
  Result<std::vector<std::string>> earlier_mails() const {
    constexpr std::size_t kNewest = 19;
    LETHE_TRY(auto rows, tx_.messages().of_ticket(*row_.ticket));
    std::erase_if(rows, [&](const ports::MessageRow& row) {
      return !row.person || (row_.message && row.id >= *row_.message);
    });
    std::vector<std::string> ids;  // newest first
    std::size_t unread = rows.size();
    while (unread > 0 && ids.size() < kNewest) LETHE_CHECK(add_id(rows[--unread], ids));
    const std::size_t taken = ids.size();
    for (std::size_t i = 0; i < unread && ids.size() == taken; ++i) {
      LETHE_CHECK(add_id(rows[i], ids));
    }
    std::ranges::reverse(ids);
    return ids;
  }

  Status add_id(const ports::MessageRow& row, std::vector<std::string>& ids) const {
    LETHE_TRY(
        const std::string headers,
        text_or_nothing(app_, body_key(*row.person, row.ticket),
                        place(cell::kHeaders, row.id.value(), row.cell_version), row.headers));
    std::string id = text_of(parse_object(headers), "message_id");
    if (!id.empty()) ids.push_back(std::move(id));
    return {};
  }

  Status compose_reply() {
    LETHE_CHECK(join_thread());
    LETHE_TRY(const MessageView message, view_message(app_, tx_, *row_.message));
    mail_.message_id = message.message_id;
    if (message.agent && !message.agent->name.empty()) {
      facts_.agent = message.agent->name;
      mail_.from.front().name = message.agent->name + " (" + facts_.organisation + ")";
    }
    for (const MailboxView& to : message.to) mail_.to.push_back({to.name, to.address});
    for (const MailboxView& cc : message.cc) mail_.cc.push_back({cc.name, cc.address});
    std::string markdown = message.text;
    LETHE_CHECK(attach(message, markdown));
    LETHE_TRY(const MailTexts texts, read_mail_texts(tx_, language_));
    MailFooter footer{.language = language_, .organisation = facts_.organisation};
    footer.signature = filled_in(texts.signature, facts_);
    footer.can_leave = !asked_;
    return finish(message.text, html::markdown_to_html(markdown), std::move(footer),
                  asked_ ? ChoiceSubject::none : ChoiceSubject::thread);
  }

  Status attach(const MessageView& message, std::string& markdown) {
    for (const AttachmentView& file : message.attachments) {
      LETHE_TRY(const FileView whole, read_attachment(app_, file.id));
      mime::OutgoingFile out{file.name, file.type, std::string{whole.bytes.reveal()}, {}};
      const std::string content_id = file.id.to_string() + "@" + domain();
      std::string shown = file.type.starts_with("image/")
                              ? with_pictures(markdown, file.name, content_id)
                              : markdown;
      if (shown == markdown) {
        mail_.attachments.push_back(std::move(out));
        continue;
      }
      markdown = std::move(shown);
      out.content_id = content_id;
      mail_.inline_parts.push_back(std::move(out));
    }
    return {};
  }

  Status compose_acknowledgement() {
    LETHE_CHECK(join_thread());
    automatic("auto-replied");
    mail_.to = {payload_.to};
    LETHE_TRY(const MailTexts texts, read_mail_texts(tx_, language_));
    const std::string words =
        filled_in(texts.greeting, facts_) + "\n\n" + filled_in(texts.acknowledgement, facts_);
    own_id();
    return finish(words, html_of_words(words),
                  {.language = language_,
                   .organisation = facts_.organisation,
                   .privacy_url = app_.installation.public_url + "/privacy"},
                  ChoiceSubject::acknowledgements);
  }

  Status compose_link() {
    automatic("auto-generated");
    mail_.to = {payload_.to};
    const MailText text = link_text(row_.kind, {.language = language_,
                                                .organisation = facts_.organisation,
                                                .name = payload_.to.name,
                                                .link = payload_.link});
    mail_.subject = text.subject;
    own_id();
    // A new password was asked for by its owner; an invitation was not.
    const bool asked_for = row_.kind == OutgoingKind::recovery;
    return finish(text.body, html_of_words(text.body),
                  {.language = language_, .organisation = facts_.organisation},
                  asked_for ? ChoiceSubject::none : ChoiceSubject::notifications);
  }

  // To an agent, whose mailbox is no place for what a customer said: a number and a link.
  Status compose_notification() {
    automatic("auto-generated");
    mail_.to = {payload_.to};
    NoticeFacts facts{.language = language_,
                      .name = payload_.to.name,
                      .public_url = app_.installation.public_url,
                      .notice = news_,
                      .number = {},
                      .group = {},
                      .link = app_.installation.public_url + "/inbox"};
    if (row_.ticket) LETHE_CHECK(name_ticket(facts));
    const MailText text = notice_text(facts);
    mail_.subject = text.subject;
    own_id();
    return finish(text.body, html_of_words(text.body),
                  {.language = language_, .organisation = facts_.organisation},
                  ChoiceSubject::notifications);
  }

  Status name_ticket(NoticeFacts& facts) const {
    LETHE_TRY(const auto ticket, tx_.tickets().find(*row_.ticket));
    facts.number = "#" + std::to_string(ticket.number);
    facts.link = app_.installation.public_url + "/tickets/" + ticket.id.to_string();
    if (!ticket.group) return {};
    LETHE_TRY(const auto groups, tx_.catalog().named(ports::NamedKind::group));
    for (const ports::CatalogRow& group : groups) {
      if (group.id == ticket.group->value()) facts.group = group.name;
    }
    return {};
  }

  // Read by programs first: no footer, no HTML, nothing of the mail but its id.
  void compose_delivery_notice() {
    automatic("auto-replied");
    mail_.to = {payload_.to};
    MailText text = delivery_text(language_, facts_.organisation);
    mail_.subject = std::move(text.subject);
    mail_.text = std::move(text.body);
    own_id();
    if (!payload_.report.message_id.empty()) {
      mail_.in_reply_to = mail_.references = {payload_.report.message_id};
    }
    mail_.report = std::move(payload_.report);
  }

  // Both bodies with the footer, and the link to one's choices; with one click (RFC 8058) in all
  // but answers to one's own question.
  Status finish(std::string_view text, std::string_view html, MailFooter footer,
                ChoiceSubject subject) {
    LETHE_TRY(const std::string colour, read_mail_colour(tx_));
    LETHE_TRY(const auto address, core::EmailAddress::parse(payload_.to.address));
    const std::string token = choices_token(app_, row_.person, address, row_.ticket, subject);
    footer.choices_url = app_.installation.public_url + "/choices/" + token;
    MailBodies bodies = dressed(text, html, colour, footer);
    mail_.text = std::move(bodies.text);
    mail_.html = std::move(bodies.html);
    if (subject == ChoiceSubject::none) return {};
    mail_.extra_headers.emplace_back(
        "List-Unsubscribe", "<" + app_.installation.public_url + "/unsubscribe/" + token + ">");
    mail_.extra_headers.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    return {};
  }

  void automatic(std::string kind) {
    mail_.extra_headers.emplace_back("Auto-Submitted", std::move(kind));
    mail_.extra_headers.emplace_back("X-Auto-Response-Suppress", "All");
  }

  // Signed with the outgoing id, so that it is the same at every attempt under one reply key.
  void own_id() {
    const auto as_message = core::MessageId::of(row_.id.value());
    const auto ticket = row_.ticket.value_or(core::TicketId::of(row_.id.value()));
    mail_.message_id = app_.vault.sign_message_id(ticket, as_message) + "@" + domain();
  }

  App& app_;
  const ports::Reading& tx_;
  const ports::OutgoingRow& row_;
  Payload payload_;
  Notice news_;  // of a notification
  mime::Outgoing mail_;
  MailFactsOut facts_;
  std::string language_;
  bool asked_ = false;  // the recipient is who asked, not somebody on Cc
};

}  // namespace

Result<core::EmailAddress> address_of_mail(App& app, const ports::OutgoingRow& row) {
  LETHE_TRY(const Payload payload, read_payload(app, row));
  return core::EmailAddress::parse(payload.to.address);
}

Result<std::optional<ports::OutgoingMail>> compose_outgoing(App& app, const ports::Reading& tx,
                                                            const ports::OutgoingRow& row) {
  LETHE_TRY(Payload payload, read_payload(app, row));
  std::optional<Notice> news;
  if (row.kind == OutgoingKind::notification) {
    LETHE_TRY(news, still_news(app, tx, row));
    if (!news) return std::nullopt;
  }
  return Composer{app, tx, row, std::move(payload), news.value_or(Notice{})}.run();
}

}  // namespace lethe::app
