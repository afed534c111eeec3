#include "lethe/web/url.h"

#include "lethe/base/assert.h"
#include "lethe/web_protocol/forms.h"
#include "lethe/web_protocol/percent.h"

namespace lethe::web {

Url url_for(std::string_view pattern, std::initializer_list<std::string_view> parts,
            const web_protocol::Fields& query) {
  // "//host" would leave this server.
  LETHE_ASSERT(pattern.starts_with('/') && !pattern.starts_with("//"));
  std::string out;
  const auto* part = parts.begin();
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    LETHE_ASSERT(part != parts.end());
    out += web_protocol::to_percent_encoded(*part++);
    const std::size_t close = pattern.find('}', open);
    LETHE_ASSERT(close != std::string_view::npos);
    pattern.remove_prefix(close + 1);
  }
  LETHE_ASSERT(part == parts.end());
  if (!query.empty()) out += '?' + web_protocol::to_urlencoded(query);
  return Url{std::move(out)};
}

Url with_fragment(const Url& url, std::string_view id) {
  return Url{url.text() + '#' + web_protocol::to_percent_encoded(id)};
}

}  // namespace lethe::web
