#include "mail_settings.h"

#include <algorithm>

#include "lethe/app/housekeeping.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/core/mail_trust.h"

namespace lethe::app {
namespace {

std::vector<std::string> own_addresses(const App& app,
                                       const std::vector<ports::MailboxRow>& mailboxes) {
  std::vector<std::string> addresses;
  for (const ports::MailboxRow& mailbox : mailboxes) addresses.push_back(mailbox.address);
  if (auto from = core::EmailAddress::parse(app.installation.mail_from)) {
    addresses.push_back(from->normalised());
  }
  return addresses;
}

bool is_one_of(const std::vector<std::string>& own, std::string_view normalised) {
  return !signed_token_of(normalised).empty() || std::ranges::find(own, normalised) != own.end();
}

}  // namespace

Result<MailSettings> read_mail_settings(App& app) {
  MailSettings settings;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(settings, read_mail_settings(app, tx));
    return {};
  }));
  return settings;
}

Result<MailSettings> read_mail_settings(App& app, const ports::Reading& tx) {
  MailSettings settings;
  LETHE_TRY(settings.mailboxes, tx.catalog().mailboxes());
  LETHE_TRY(const auto masks, tx.catalog().setting(kMasksSetting));
  settings.masks = core::parse_mask_choice(masks.value_or(""));
  LETHE_TRY(settings.raw_copy_days, raw_copy_days(tx));
  settings.own_addresses = own_addresses(app, settings.mailboxes);
  settings.loop_token = loop_token(app);
  return settings;
}

std::string loop_token(App& app) {
  return to_hex(app.vault.digest(vault::DigestPurpose::thread, as_bytes("x-lethe-loop")));
}

std::string_view signed_token_of(std::string_view address) {
  const auto at = address.rfind('@');
  std::string_view local = address.substr(0, at);
  for (const std::string_view prefix : {kReplyPrefix, kBouncePrefix}) {
    if (starts_with_ignoring_ascii_case(local, prefix)) return local.substr(prefix.size());
  }
  return {};
}

std::optional<core::TicketId> ticket_of_token(App& app, std::string_view token) {
  if (token.empty()) return std::nullopt;
  if (const auto reply = app.vault.verify_reply(token)) return reply->ticket;
  if (const auto mail = app.vault.verify_message_id(token)) return mail->ticket;
  return std::nullopt;
}

std::string address_in_mail(std::string_view address) {
  const auto at = address.rfind('@');
  const auto domain = core::normalised_domain(address.substr(at == address.npos ? 0 : at + 1));
  if (at == address.npos || !domain) return std::string{address};
  return std::string{address.substr(0, at + 1)} + *domain;
}

std::string mail_domain(const Installation& installation) {
  const std::string from = address_in_mail(installation.mail_from);
  const auto at = from.rfind('@');
  return at == std::string::npos ? "localhost" : from.substr(at + 1);
}

bool is_own_address(const MailSettings& settings, std::string_view normalised) {
  return is_one_of(settings.own_addresses, normalised);
}

bool is_our_postmaster(const MailSettings& settings, const core::EmailAddress& address) {
  return address.local_part() == "postmaster" &&
         std::ranges::any_of(settings.mailboxes, [&](const ports::MailboxRow& mailbox) {
           return core::domain_of(mailbox.address) == address.domain();
         });
}

Result<bool> is_own_address(App& app, const ports::Reading& tx, std::string_view normalised) {
  LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
  return is_one_of(own_addresses(app, mailboxes), normalised);
}

}  // namespace lethe::app
