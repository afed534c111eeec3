// "Mails to me" in an agent's own settings.
#pragma once

#include "lethe/web/views/settings.h"
#include "site_common.h"

namespace lethe::web {

[[nodiscard]] Status fill_notices(Visit& visit, views::MySettings& view);
[[nodiscard]] Status save_notices(Visit& visit, const Fields& fields);

}  // namespace lethe::web
