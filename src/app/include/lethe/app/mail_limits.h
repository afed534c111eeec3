// How much automatic mail may leave: the last line against loops (RFC 3834 section 2).
//
// Classification comes first; these limits hold when a machine passes for a person, also one that
// changes its address with every answer. Answers of agents are never counted and never held back.
#pragma once

#include <optional>
#include <string_view>

#include "lethe/app/app.h"
#include "lethe/core/address.h"

namespace lethe::app {

// Automatic mails within one hour; 1..100,000 each.
struct MailLimits {
  std::int64_t per_address = 5;
  std::int64_t per_ticket = 5;
  std::int64_t per_domain = 200;
  friend bool operator==(const MailLimits&, const MailLimits&) = default;
};

[[nodiscard]] Result<MailLimits> read_mail_limits(const ports::Reading& tx);
// Errors: out_of_range, with the field (per_address, per_ticket, per_domain).
[[nodiscard]] Status save_mail_limits(App& app, const MailLimits& limits);

enum class MailLimit : std::uint8_t { address, ticket, domain };
[[nodiscard]] std::string_view name_of(MailLimit limit) noexcept;  // "address" ...

// Counts one automatic mail; the limit it would go beyond, or nothing when it may leave.
[[nodiscard]] Result<std::optional<MailLimit>> count_automatic_mail(
    App& app, ports::Writing& tx, const core::EmailAddress& address, core::TicketId ticket);

}  // namespace lethe::app
