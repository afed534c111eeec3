#include "lethe/app/mail_limits.h"

#include <array>
#include <charconv>
#include <string>

namespace lethe::app {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kLimitMax = 100'000;

struct Setting {
  std::string_view name;
  const char* field;
  std::int64_t MailLimits::* value;
};
constexpr std::array kSettings{
    Setting{"mail_limit.per_address", "per_address", &MailLimits::per_address},
    Setting{"mail_limit.per_ticket", "per_ticket", &MailLimits::per_ticket},
    Setting{"mail_limit.per_domain", "per_domain", &MailLimits::per_domain}};

bool is_in_range(std::int64_t value) { return value >= 1 && value <= kLimitMax; }

Result<bool> is_beyond(App& app, ports::Writing& tx, const std::string& what, std::int64_t limit) {
  const auto digest = app.vault.digest(vault::DigestPurpose::thread, as_bytes(what));
  LETHE_TRY(const std::int64_t sent,
            tx.catalog().count_up(digest, unix_seconds(app.clock.now()) / kHour));
  return sent > limit;
}

}  // namespace

Result<MailLimits> read_mail_limits(const ports::Reading& tx) {
  MailLimits limits;
  for (const Setting& setting : kSettings) {
    LETHE_TRY(const auto text, tx.catalog().setting(setting.name));
    if (!text) continue;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error == std::errc{} && is_in_range(value)) limits.*setting.value = value;
  }
  return limits;
}

Status save_mail_limits(App& app, const MailLimits& limits) {
  for (const Setting& setting : kSettings) {
    if (!is_in_range(limits.*setting.value)) {
      return fail(Errc::out_of_range, "A limit is a number from 1 to 100,000.", setting.field);
    }
  }
  return app.store.write([&](ports::Writing& tx) -> Status {
    for (const Setting& setting : kSettings) {
      LETHE_CHECK(tx.catalog().set_setting(setting.name, std::to_string(limits.*setting.value)));
    }
    return {};
  });
}

std::string_view name_of(MailLimit limit) noexcept {
  switch (limit) {
    case MailLimit::address:
      return "address";
    case MailLimit::ticket:
      return "ticket";
    case MailLimit::domain:
      return "domain";
  }
  return "";
}

Result<std::optional<MailLimit>> count_automatic_mail(App& app, ports::Writing& tx,
                                                      const core::EmailAddress& address,
                                                      core::TicketId ticket) {
  LETHE_TRY(const MailLimits limits, read_mail_limits(tx));
  LETHE_TRY(const bool by_address, is_beyond(app, tx, address.normalised(), limits.per_address));
  if (by_address) return MailLimit::address;
  LETHE_TRY(const bool by_ticket,
            is_beyond(app, tx, "ticket:" + ticket.to_string(), limits.per_ticket));
  if (by_ticket) return MailLimit::ticket;
  LETHE_TRY(const bool by_domain,
            is_beyond(app, tx, "domain:" + std::string{address.domain()}, limits.per_domain));
  if (by_domain) return MailLimit::domain;
  return std::nullopt;
}

}  // namespace lethe::app
