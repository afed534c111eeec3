#pragma once

#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

// Makes the data directory and the first administrator. The password comes from standard input;
// with an empty one a one-time sign-in link is printed. Errors: already_exists.
[[nodiscard]] Status init(const std::string& data, const std::string& organisation,
                          const std::string& admin);

}  // namespace lethe::cli
