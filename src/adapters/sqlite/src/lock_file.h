// The lock file of a data directory: one process owns it and says who it is.
#pragma once

#include <memory>
#include <string>

#include "lethe/sql/driver.h"

namespace lethe::sqlite {

// Errors: busy, with what the owner wrote; unavailable.
[[nodiscard]] Result<std::unique_ptr<sql::Ownership>> take_lock_file(const std::string& path,
                                                                     std::string_view who);

}  // namespace lethe::sqlite
