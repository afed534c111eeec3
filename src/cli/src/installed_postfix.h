// The Postfix of this machine, as its postconf(1) tells.
#pragma once

#include <string>

namespace lethe::cli {

// Its version when `main_cf` is the file that it reads; empty when there is none, or when the file
// is that of another one, whose version says nothing.
[[nodiscard]] std::string installed_postfix_version(const std::string& main_cf);

}  // namespace lethe::cli
