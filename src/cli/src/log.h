#pragma once

#include <string_view>

namespace lethe::cli {

// One line for the operator: ids, counts and our own words, never personal data.
void log_line(std::string_view line);

}  // namespace lethe::cli
