// Nothing typed is lost when a session ends in the middle of a form.
#pragma once

#include <optional>

#include "site_common.h"

namespace lethe::web {

// The answer to a form that came without a session (`signed_in` false), or with the token of one
// that ended: the page that keeps what was typed, or the sentence for the part of the page that
// asked. Nothing when there is no reason to keep it: the token is right, the form is from
// elsewhere, holds a password or is empty.
[[nodiscard]] std::optional<Response> kept_form(const PageContext& page, const Request& request,
                                                bool signed_in);

}  // namespace lethe::web
