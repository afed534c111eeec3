#include "lethe/core/mailed_address.h"

#include "lethe/base/text.h"

namespace lethe::core {

Result<EmailAddress> parse_mailed_address(std::string_view text) {
  auto address = EmailAddress::parse(text);
  text = trimmed(text);
  const std::size_t at = text.find('@');
  if (address || at == std::string_view::npos) return address;
  const std::string_view local = text.substr(0, at);
  const bool is_odd = local.starts_with('.') || local.ends_with('.') || local.contains("..");
  // Quotes mend dots and nothing else: what is wrong without them is wrong.
  std::string without_dots;
  for (const char c : local) {
    if (c != '.') without_dots += c;
  }
  const std::string_view domain = text.substr(at);
  if (!is_odd || !EmailAddress::parse(without_dots + std::string{domain})) return address;
  return EmailAddress::parse('"' + std::string{local} + '"' + std::string{domain});
}

}  // namespace lethe::core
