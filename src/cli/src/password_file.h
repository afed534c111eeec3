// Passwords that stand in a file of their own.
#pragma once

#include <string>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"

namespace lethe::cli {

// The first line, without blanks around it. Errors: not_found (no file, or an empty one); the path
// is not said, for it may come from a page.
[[nodiscard]] Result<Secret> read_password_file(const std::string& path);

}  // namespace lethe::cli
