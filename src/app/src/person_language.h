// In which language a person is written to, learnt from their own mail.
#pragma once

#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

// Notes the language when none is known of the person: what an agent, the person or an earlier mail
// said stays. Nothing happens for an empty one and while processing is restricted (GDPR art. 18).
[[nodiscard]] Status learn_language(App& app, ports::Writing& tx, core::PersonId person,
                                    std::string_view language, Instant now);

}  // namespace lethe::app
