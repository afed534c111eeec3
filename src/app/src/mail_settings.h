// The organisation's own addresses and how mail reaches and leaves it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/core/address.h"
#include "lethe/core/masks.h"

namespace lethe::app {

inline constexpr std::string_view kReplyPrefix = "reply+";
inline constexpr std::string_view kBouncePrefix = "bounce+";

// The setting that holds core::MaskChoice.
inline constexpr std::string_view kMasksSetting = "mail.masks";

struct MailSettings {
  std::vector<ports::MailboxRow> mailboxes;
  std::vector<std::string> own_addresses;  // of the mailboxes, and mail_from
  std::string loop_token;                  // X-Lethe-Loop on all we send
  core::MaskChoice masks;
  int raw_copy_days = 0;  // housekeeping.h
};

[[nodiscard]] Result<MailSettings> read_mail_settings(App& app);
[[nodiscard]] Result<MailSettings> read_mail_settings(App& app, const ports::Reading& tx);
// X-Lethe-Loop on everything we send; the same for one keyring.
[[nodiscard]] std::string loop_token(App& app);
// The signed token of "reply+TOKEN@..." or "bounce+TOKEN@..."; empty for other addresses.
[[nodiscard]] std::string_view signed_token_of(std::string_view address);
// The ticket that such a token names: a reply token, or the id of one mail of ours that came back.
[[nodiscard]] std::optional<core::TicketId> ticket_of_token(App& app, std::string_view token);
// `address` as it stands in a mail: the domain as A-labels, which need no SMTPUTF8 on the way; the
// local part as written. What is no address stays what it is.
[[nodiscard]] std::string address_in_mail(std::string_view address);
// The domain of our Message-IDs and reply addresses, as A-labels.
[[nodiscard]] std::string mail_domain(const Installation& installation);
// True for every mailbox, mail_from, and any signed address: none of them is a person.
[[nodiscard]] bool is_own_address(const MailSettings& settings, std::string_view normalised);
// The postmaster of a mailbox's domain, whom everybody may write to (RFC 5321 section 4.5.1). Not
// an own address: at a mail service it is the service's, and what it sends are bounces.
[[nodiscard]] bool is_our_postmaster(const MailSettings& settings,
                                     const core::EmailAddress& address);
// Of is_own_address(), where no more of the settings is asked for.
[[nodiscard]] Result<bool> is_own_address(App& app, const ports::Reading& tx,
                                          std::string_view normalised);

}  // namespace lethe::app
