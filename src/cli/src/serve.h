#pragma once

#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

struct ServeOptions {
  std::string data = "var", config, http, smtp, lmtp;
  bool confirm_sweep = false;
};

// Runs until SIGTERM or SIGINT, then finishes what is under way.
[[nodiscard]] Status serve(const ServeOptions& options);

}  // namespace lethe::cli
