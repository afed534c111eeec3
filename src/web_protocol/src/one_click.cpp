#include "lethe/web_protocol/one_click.h"

#include <algorithm>

#include "lethe/base/text.h"

namespace lethe::web_protocol {

bool asks_one_click(const Request& request) {
  const auto form = parse_form(request);
  if (!form) return false;
  // Some clients end the body like a line of text.
  const auto values = form->fields.all("List-Unsubscribe");
  return std::ranges::any_of(values,
                             [](std::string_view value) { return trimmed(value) == "One-Click"; });
}

}  // namespace lethe::web_protocol
