#include "lethe/core/mail_facts.h"

#include <algorithm>

#include "lethe/base/text.h"
#include "mail_text.h"

namespace lethe::core {

std::string_view field_of(const MailFacts& mail, std::string_view name) noexcept {
  for (const MailField& field : mail.headers)
    if (equals_ignoring_ascii_case(field.name, name)) return trimmed(field.value);
  return {};
}

bool has_field(const MailFacts& mail, std::string_view name) noexcept {
  return count_fields(mail, name) > 0;
}

std::size_t count_fields(const MailFacts& mail, std::string_view name) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(mail.headers, [&](const MailField& field) {
    return equals_ignoring_ascii_case(field.name, name);
  }));
}

std::string first_address_in(std::string_view text) {
  const std::vector<std::string_view> found = mail_text::addresses_in(text, 1);
  return found.empty() ? std::string{} : std::string(found.front());
}

}  // namespace lethe::core
