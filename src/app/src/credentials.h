#pragma once

#include <string>
#include <string_view>

#include "lethe/app/app.h"

namespace lethe::app {

// 256 random bits for a cookie, link or header.
[[nodiscard]] std::string new_secret_token(App& app);
// What is stored of it. `kind` keeps a link from passing for a session.
[[nodiscard]] Bytes stored_form(App& app, std::string_view kind, std::string_view token);
// Errors: invalid_argument, field password.
[[nodiscard]] Result<std::string> hash_checked(const Password& password);
// Errors: conflict when nobody but `leaving` is an active administrator.
[[nodiscard]] Status keep_one_admin(const ports::Reading& tx, core::AgentId leaving);

}  // namespace lethe::app
