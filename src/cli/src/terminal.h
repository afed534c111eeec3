// How a command speaks to who typed it: words to standard output, progress and errors beside them.
#pragma once

#include "commands.h"

namespace lethe::cli {

[[nodiscard]] Speaker terminal();

// Says what is wrong on standard error; the exit code of it. Output that could not be written, as
// on a full disk, is no success.
[[nodiscard]] int ended(const Status& status);

}  // namespace lethe::cli
