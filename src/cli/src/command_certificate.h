#pragma once

#include <string>

namespace lethe::cli {

// Offline; needs no data directory. Prints one sentence per check; returns the exit code.
int verify_certificate(const std::string& path, const std::string& key_path);

}  // namespace lethe::cli
