#include "delivery_notice.h"

#include <algorithm>
#include <iterator>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_limits.h"
#include "lethe/core/mailed_address.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

// Those for the recipients of this copy: a mail may be split between intakes.
std::vector<ports::DeliveryNotice> notices_of(const ports::Envelope& envelope) {
  std::vector<ports::DeliveryNotice> notices;
  std::ranges::copy_if(envelope.notices, std::back_inserter(notices), [&](const auto& notice) {
    return std::ranges::find(envelope.recipients, notice.recipient) != envelope.recipients.end();
  });
  return notices;
}

// By what the mail says of itself. A reverse path that is not the author's belongs to a list or a
// forwarder, or to somebody who never wrote to us.
bool may_be_noticed(const PreparedMail& mail, const core::EmailAddress& author) {
  if (mail.source != MailSource::door || !mail.may_be_answered || mail.is_spam()) return false;
  if (mail.trust.spf == core::AuthResult::fail || mail.trust.dmarc == core::AuthResult::fail) {
    return false;
  }
  const auto reverse_path = core::parse_mailed_address(mail.envelope.sender);
  return reverse_path && reverse_path->normalised() == author.normalised();
}

std::string payload_of(const PreparedMail& mail, const core::EmailAddress& author,
                       const std::vector<ports::DeliveryNotice>& notices) {
  boost::json::array recipients;
  for (const ports::DeliveryNotice& notice : notices) {
    recipients.emplace_back(boost::json::object{{"address", notice.recipient},
                                                {"original", notice.original_recipient}});
  }
  boost::json::object notice{{"envelope_id", mail.envelope.notice_id},
                             {"message_id", mail.mail.message_id},
                             {"arrived", unix_seconds(mail.at)}};
  notice.emplace("recipients", std::move(recipients));
  boost::json::object payload{{"address", author.display()}, {"name", ""}};
  payload.emplace("notice", std::move(notice));
  return boost::json::serialize(payload);
}

boost::json::object object_in(const boost::json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  return value != nullptr && value->is_object() ? value->get_object() : boost::json::object{};
}

}  // namespace

Status queue_delivery_notice(App& app, ports::Writing& tx, const PreparedMail& mail,
                             core::TicketId ticket, core::PersonId sender,
                             const core::EmailAddress& author) {
  const auto notices = notices_of(mail.envelope);
  if (notices.empty() || !may_be_noticed(mail, author)) return {};
  LETHE_TRY(const auto unwanted, held_back(app, tx, author, MailPurpose::acknowledgement, ticket));
  if (unwanted) return {};
  LETHE_TRY(const auto limit, count_automatic_mail(app, tx, author, ticket));
  if (limit) {
    return add_event(app, tx, ticket, std::nullopt, "unnotified " + std::string{name_of(*limit)});
  }
  const auto id = app.ids.make<core::OutgoingId>();
  LETHE_TRY(auto cell, seal(app, mail_key(sender, ticket), place(cell::kPayload, id.value()),
                            payload_of(mail, author, notices)));
  return tx.outbox().insert({.id = id,
                             .kind = ports::OutgoingKind::delivery_notice,
                             .person = sender,
                             .ticket = ticket,
                             .payload = std::move(cell),
                             .due_at = app.clock.now(),
                             .created_at = app.clock.now()});
}

mime::StatusReport report_of_payload(std::string_view payload, std::string_view reporting_mta) {
  const boost::json::object notice = object_in(parse_object(payload), "notice");
  mime::StatusReport report{.reporting_mta = std::string{reporting_mta},
                            .envelope_id = text_of(notice, "envelope_id"),
                            .message_id = text_of(notice, "message_id"),
                            .arrived = instant_of(number_of(notice, "arrived")),
                            .recipients = {}};
  const auto* recipients = notice.if_contains("recipients");
  if (recipients == nullptr || !recipients->is_array()) return report;
  for (const boost::json::value& one : recipients->get_array()) {
    if (!one.is_object()) continue;
    report.recipients.push_back({.address = text_of(one.get_object(), "address"),
                                 .original = text_of(one.get_object(), "original"),
                                 .action = "delivered",
                                 .status = "2.1.5"});
  }
  return report;
}

}  // namespace lethe::app
