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
// The answer to a form that came without a session and is too long to be read: the page that says
// that nothing was kept, or the sentence for the part of the page that asked, where the words still
// stand. Nothing when the form is from elsewhere.
[[nodiscard]] std::optional<Response> not_kept_form(const PageContext& page,
                                                    const Request& request);

}  // namespace lethe::web
