#include "lethe/web_protocol/forms.h"

#include "lethe/base/text.h"
#include "lethe/web_protocol/percent.h"

namespace lethe::web_protocol {

Result<Fields> parse_urlencoded(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    if (fields.size() == kFieldsMax) return fail(Errc::too_large, "too many fields");

    const std::size_t equals = pair.find('=');
    LETHE_TRY(std::string name, parse_percent_encoded(pair.substr(0, equals), Plus::is_blank));
    if (name.size() > kFieldNameBytesMax) return fail(Errc::too_large, "field name too long");
    const std::string_view raw =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    LETHE_TRY(std::string value, parse_percent_encoded(raw, Plus::is_blank));
    fields.add(std::move(name), std::move(value));
  }
  return fields;
}

std::string to_urlencoded(const Fields& fields) {
  std::string out;
  for (const Field& field : fields) {
    if (!out.empty()) out += '&';
    out += to_percent_encoded(field.name);
    out += '=';
    out += to_percent_encoded(field.value);
  }
  return out;
}

Fields parse_cookies(std::string_view header) {
  Fields cookies;
  for (const std::string_view raw : split(header, ';')) {
    if (cookies.size() == kCookiesMax) break;
    const std::string_view pair = trimmed(raw);
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) continue;
    std::string_view value = trimmed(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    cookies.add(std::string{trimmed(pair.substr(0, equals))}, std::string{value});
  }
  return cookies;
}

}  // namespace lethe::web_protocol
