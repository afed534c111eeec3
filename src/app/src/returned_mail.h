// A report about a mail of ours: whom it did not reach, by proof that the mail was ours.
#pragma once

#include "prepared_mail.h"

namespace lethe::app {

// Bounces, delivery reports and complaints (RFC 3464, 5965) that name one of our mails by its
// signed envelope address or signed Message-ID change what is known of the addresses in them.
// A report without such proof changes nothing: anybody can write one.
[[nodiscard]] Status note_returned_mail(App& app, ports::Writing& tx, const PreparedMail& mail);

}  // namespace lethe::app
