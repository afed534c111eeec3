#pragma once

#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

// `lethe keyring receive`: the copy of another host's keyring, in `directory`. Prints the pairing
// line on the first start; runs until SIGTERM or SIGINT. Errors: those of Receiver::start().
[[nodiscard]] Status receive_keyring(const std::string& directory, const std::string& listen);

}  // namespace lethe::cli
