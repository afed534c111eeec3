// A process whose memory never reaches a disk: locked against swapping,
// without core files, not to be traced by others.
#pragma once

#include <cstddef>

#include "lethe/base/result.h"

namespace lethe::cli {

// Call it before threads are started. Later mappings are locked as they are
// touched. Errors: unavailable when the limit on locked memory is below
// `bytes_needed`; the detail says what to set.
[[nodiscard]] Status lock_process(std::size_t bytes_needed);

}  // namespace lethe::cli
