// Sealed blobs as files: `blobs/ab/cd/abcd...`, 0600, random names.
//
// A blob grows under `blobs/tmp/` and gets its place by commit(); what a
// crash leaves in `tmp/` is removed when the directory is opened. File names,
// sizes and times are all that an onlooker learns.
#pragma once

#include <filesystem>
#include <memory>

#include "lethe/ports/blobs.h"
#include "lethe/ports/random.h"

namespace lethe::blobs_files {

// Makes the directory if it is missing and empties its `tmp/`: the caller holds
// the data directory's lock. `random` must outlive the store. Errors: unavailable.
[[nodiscard]] Result<std::unique_ptr<ports::Blobs>> open(std::filesystem::path directory,
                                                         ports::Random& random);

}  // namespace lethe::blobs_files
