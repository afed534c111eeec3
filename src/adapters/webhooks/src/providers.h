// One reader per provider; who posts was checked before.
#pragma once

#include <expected>

#include "lethe/webhooks/door.h"

namespace lethe::webhooks {

using Read = std::expected<Mail, Trouble>;

[[nodiscard]] Read read_postmark(const web_protocol::Request& request);
[[nodiscard]] Read read_mailgun(const web_protocol::MultipartForm& form);
[[nodiscard]] Read read_sendgrid(const web_protocol::Request& request);
[[nodiscard]] Read read_raw(const web_protocol::Request& request);

// Fields of either form, as bytes: nothing in them has to be UTF-8.
// Errors: not_understood, too_large.
[[nodiscard]] std::expected<web_protocol::MultipartForm, Trouble> read_form(
    const web_protocol::Request& request);

}  // namespace lethe::webhooks
