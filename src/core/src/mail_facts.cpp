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

namespace {

// Where the first mailbox of a list ends: a comma or semicolon outside quotes.
std::size_t end_of_mailbox(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (i >= from && !quoted && (text[i] == ',' || text[i] == ';' || text[i] == '>')) return i;
  }
  return text.size();
}

}  // namespace

std::string first_address_in(std::string_view text) {
  const std::vector<std::string_view> found = mail_text::addresses_in(text, 4);
  if (found.empty()) return {};
  // A display name may look like an address; the one in angle brackets is meant.
  const auto at = static_cast<std::size_t>(found.front().data() - text.data());
  const std::size_t end = end_of_mailbox(text, at);
  for (const std::string_view address : found) {
    const auto begin = static_cast<std::size_t>(address.data() - text.data());
    if (begin > 0 && begin < end && text[begin - 1] == '<') return std::string(address);
  }
  return std::string(found.front());
}

}  // namespace lethe::core
