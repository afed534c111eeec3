#include "lethe/app/forwarding.h"

#include <algorithm>

#include "forwarding_notes.h"
#include "json.h"
#include "lethe/app/mail_sources.h"
#include "lethe/app/tickets.h"
#include "lethe/base/encoding.h"
#include "lethe/base/secret.h"
#include "lethe/base/text.h"
#include "lethe/mime/compose.h"
#include "lethe/mime/parse.h"
#include "mail_settings.h"
#include "mail_texts.h"

namespace lethe::app {
namespace {

constexpr std::string_view kConfirmation = "mail.confirmation.";  // and the mailbox's number
constexpr std::string_view kRoundTrip = "mail.round_trip.";
constexpr std::string_view kTokenPrefix = "lethe-round-trip-";
constexpr std::size_t kHeadBytesMax = std::size_t{64} * 1024;
constexpr Seconds kTokenLife{7 * 24 * 60 * 60};

std::string key_of(std::string_view prefix, std::int64_t mailbox) {
  return std::string{prefix} + std::to_string(mailbox);
}

std::string signature_of(App& app, std::string_view signed_part) {
  const std::string text = "round trip " + std::string{signed_part};
  return to_hex(app.vault.digest(vault::DigestPurpose::thread, as_bytes(text)));
}

std::string signed_token(App& app, std::int64_t mailbox, const RoundTrip& trip) {
  const std::string part = std::to_string(mailbox) + "-" + std::to_string(trip.number) + "-" +
                           std::to_string(unix_seconds(*trip.sent));
  return std::string{kTokenPrefix} + part + "-" + signature_of(app, part);
}

std::optional<Instant> instant_in(const boost::json::object& object, std::string_view name) {
  const std::int64_t seconds = number_of(object, name);
  return seconds == 0 ? std::nullopt : std::optional{instant_of(seconds)};
}

Status save_round_trip(ports::Writing& tx, std::int64_t mailbox, const RoundTrip& trip) {
  boost::json::object object{{"number", trip.number},
                             {"door", static_cast<std::int64_t>(trip.door)}};
  if (trip.sent) object["sent"] = unix_seconds(*trip.sent);
  if (trip.back) object["back"] = unix_seconds(*trip.back);
  return tx.catalog().set_setting(key_of(kRoundTrip, mailbox), boost::json::serialize(object));
}

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

Result<ForwarderConfirmation> read_confirmation(App& app, const ports::Reading& tx,
                                                core::MessageId id) {
  LETHE_TRY(const auto row, tx.messages().find(id));
  LETHE_TRY(const MessageView message, view_message(app, tx, id));
  LETHE_TRY(const auto ticket, tx.tickets().find(row.ticket));
  LETHE_TRY(const TicketSummary summary, summarise_ticket(app, tx, ticket, std::nullopt));
  auto request = core::forwarder_request(message.from_address, summary.subject, message.text);
  if (!request) return fail(Errc::not_found, "the message says nothing of forwarding any more");
  return ForwarderConfirmation{.request = std::move(*request),
                               .ticket = row.ticket,
                               .at = message.created_at,
                               .is_authentic = message.trust.is_authentic()};
}

std::string round_trip_content(App& app, std::int64_t mailbox, const RoundTrip& trip,
                               const core::EmailAddress& to, std::string_view language) {
  MailText words = forwarding_test_text(language);
  mime::Outgoing mail;
  mail.from = {{"", address_in_mail(app.installation.mail_from)}};
  mail.to = {{"", address_in_mail(to.display())}};
  mail.subject = std::move(words.subject);
  mail.date = *trip.sent;
  mail.message_id = signed_token(app, mailbox, trip) + "@" + mail_domain(app.installation);
  mail.extra_headers = {{"Auto-Submitted", "auto-generated"},
                        {"X-Auto-Response-Suppress", "All"},
                        {"X-Lethe-Loop", loop_token(app)}};
  mail.text = std::move(words.body);
  return mime::compose(mail);
}

}  // namespace

Status note_confirmation(ports::Writing& tx, const mime::Message& mail, std::string_view text,
                         std::int64_t mailbox, core::MessageId message) {
  const std::string from = mail.from.empty() ? std::string{} : mail.from.front().address;
  if (!core::forwarder_request(from, mail.subject, text)) return {};
  return tx.catalog().set_setting(key_of(kConfirmation, mailbox), message.to_string());
}

Result<std::optional<ForwarderConfirmation>> forwarder_confirmation(App& app,
                                                                    const ports::Reading& tx,
                                                                    std::int64_t mailbox) {
  using Found = std::optional<ForwarderConfirmation>;
  LETHE_TRY(const auto noted, tx.catalog().setting(key_of(kConfirmation, mailbox)));
  if (!noted) return Found{};
  const auto id = core::MessageId::parse(*noted);
  if (!id) return Found{};
  auto read = read_confirmation(app, tx, *id);
  if (!read && is_gone(read.error())) return Found{};
  if (!read) return std::unexpected(std::move(read).error());
  return Found{std::move(*read)};
}

Result<RoundTrip> read_round_trip(const ports::Reading& tx, std::int64_t mailbox) {
  LETHE_TRY(const auto stored, tx.catalog().setting(key_of(kRoundTrip, mailbox)));
  const auto object = parse_object(stored.value_or(""));
  const std::int64_t door = number_of(object, "door");
  const bool known = door >= 0 && door <= static_cast<std::int64_t>(ports::Door::webhook);
  return RoundTrip{.number = number_of(object, "number"),
                   .sent = instant_in(object, "sent"),
                   .back = instant_in(object, "back"),
                   .door = known ? static_cast<ports::Door>(door) : ports::Door::unknown};
}

Result<bool> is_forwarded_to(const ports::Reading& tx, std::int64_t mailbox) {
  LETHE_TRY(const RoundTrip trip, read_round_trip(tx, mailbox));
  if (trip.number > 0) return true;
  LETHE_TRY(const auto source, read_mail_source(tx, mailbox));
  return source && source->forward_target;
}

Status begin_round_trip(App& app, ports::OutboundMail& outbound, std::int64_t mailbox,
                        const core::EmailAddress& public_address, std::string_view language) {
  const RoundTrip trip{.number = app.ids.next(), .sent = app.clock.now()};
  // Noted first: a quick forwarder brings it back before the server's answer is read.
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    if (std::ranges::find(mailboxes, mailbox, &ports::MailboxRow::id) == mailboxes.end())
      return fail(Errc::not_found, "there is no such address");
    return save_round_trip(tx, mailbox, trip);
  }));
  const auto sent =
      outbound.send({.envelope_from = app.installation.mail_from,
                     .recipients = {public_address.display()},
                     .content = round_trip_content(app, mailbox, trip, public_address, language)});
  const bool refused = sent && sent->partial();
  if (sent && !refused) return {};
  LETHE_CHECK(app.store.write(
      [&](ports::Writing& tx) -> Status { return save_round_trip(tx, mailbox, {}); }));
  if (!refused) return std::unexpected(sent.error());
  const bool later = sent->refused.front().kind == ports::Refusal::temporary;
  return fail(later ? Errc::unavailable : Errc::forbidden, "the server refuses this recipient");
}

std::optional<RoundTripToken> round_trip_token(App& app, std::string_view content) {
  std::string_view head = content.substr(0, kHeadBytesMax);
  head = head.substr(0, head.find("\r\n\r\n"));
  if (head.find(kTokenPrefix) == std::string_view::npos) return std::nullopt;
  const mime::Message mail = mime::parse(head);
  const std::string_view id = mail.message_id;
  if (!id.starts_with(kTokenPrefix)) return std::nullopt;
  const std::string_view token = id.substr(0, id.find('@')).substr(kTokenPrefix.size());
  const auto fields = split(token, '-');
  if (fields.size() != 4) return std::nullopt;
  const auto mailbox = parse_id_digits(fields[0]);
  const auto number = parse_id_digits(fields[1]);
  const auto sent = parse_id_digits(fields[2]);
  if (!mailbox || !number || !sent) return std::nullopt;
  const Secret right{signature_of(app, token.substr(0, token.rfind('-')))};
  if (!right.equals(as_bytes(fields[3]))) return std::nullopt;
  const Instant at = instant_of(*sent);
  if (app.clock.now() - at > kTokenLife) return std::nullopt;
  return RoundTripToken{.mailbox = *mailbox, .number = *number};
}

Status note_round_trip(App& app, ports::Writing& tx, const RoundTripToken& token,
                       ports::Door door) {
  LETHE_TRY(RoundTrip trip, read_round_trip(tx, token.mailbox));
  if (trip.number != token.number || trip.back) return {};
  trip.back = app.clock.now();
  trip.door = door;
  return save_round_trip(tx, token.mailbox, trip);
}

}  // namespace lethe::app
