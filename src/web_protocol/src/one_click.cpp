#include "lethe/web_protocol/one_click.h"

#include <algorithm>

namespace lethe::web_protocol {

bool asks_one_click(const Request& request) {
  const auto form = parse_form(request);
  if (!form) return false;
  const auto values = form->fields.all("List-Unsubscribe");
  return std::ranges::find(values, "One-Click") != values.end();
}

}  // namespace lethe::web_protocol
