// The languages that a form offers.
#pragma once

#include <string>
#include <string_view>

#include "lethe/web/views/common.h"

namespace lethe::web {

// `none` for no choice, then ours; another one that was set through the API or an import stays
// when the rest of the form is changed.
[[nodiscard]] views::Options language_options(std::string none, std::string_view chosen);

}  // namespace lethe::web
