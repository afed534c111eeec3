#pragma once

#include <algorithm>
#include <vector>

#include "lethe/mime/message.h"

namespace lethe::mime {

inline void warn(std::vector<Warning>& warnings, Warning warning) {
  if (std::ranges::find(warnings, warning) == warnings.end()) warnings.push_back(warning);
}

}  // namespace lethe::mime
