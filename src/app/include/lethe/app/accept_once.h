// A signature that covers a token but not the message may bring one message only.
#pragma once

#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

// Remembers, as keyed digests for a day and longer than a signature is believed, which message
// `token` brought; survives a restart. The same message may come with it any number of times.
// Errors: conflict (it brought another one before), those of the store.
[[nodiscard]] Status accept_once(App& app, std::string_view token, Instant signed_at,
                                 std::string_view message);

}  // namespace lethe::app
