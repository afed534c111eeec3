// Checks of statement text that keep one SQL for two engines.
#pragma once

#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::sql {

// How many arguments `sql` takes: n when its parameters are exactly $1..$n, each used at least
// once.
//
// Refused with invalid_argument: other kinds of parameters (`?`, `:name`, `@name`, `$name`), a gap
// in the numbers, and `::`. Quoted text, quoted names and comments are skipped.
[[nodiscard]] Result<int> count_parameters(std::string_view sql);

// The start of `sql` in one line, for error details. Statements hold no data, only our words.
[[nodiscard]] std::string sql_head(std::string_view sql);

}  // namespace lethe::sql
