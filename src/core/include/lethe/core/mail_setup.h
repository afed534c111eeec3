// What `lethe doctor mail` finds: sentences with a grade.
//
// Pure: records come in, findings go out. The parsers take what any domain's DNS or any operator's
// file may hold and never fail but with a Result.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lethe/base/result.h"

namespace lethe::core {

enum class Grade : std::uint8_t { ok, warning, error };

// `sentence` names its subject first and, unless it is ok, says what to do.
struct Finding {
  Grade grade = Grade::ok;
  std::string sentence;
};
using Findings = std::vector<Finding>;

}  // namespace lethe::core
