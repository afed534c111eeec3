// The relay's record in a directory: one append-only file per hour.
//
//   DIR/<hours since 1970>.relay    records of 64 bytes:
//     1   kind (1 tried, 2 taken, 3 refused, 4 deferred, 5 again, 6 open)
//     7   zero
//     8   unix seconds, big-endian
//     16  digest of the mail            8  digest of the mailbox
//     8   digest of the target's number
//     16  BLAKE2b-128 of the 48 bytes before
//
// Appends of all threads are flushed together. A file is removed when its
// first second is kRelayMemory old, so no digest lives longer and none is left
// in a free page. A torn end is cut off when the directory is opened.
//
// Memory: about 80 bytes per mail of the last five days.
#pragma once

#include <filesystem>
#include <memory>

#include "lethe/ports/relay.h"

namespace lethe::relay_files {

// Makes the directory if it is missing. One process at a time (the caller
// holds a lock). What is past its time stays until the first expire(), so that
// its counts can still be read. Errors: unavailable, corrupt (a file that is
// not ours).
[[nodiscard]] Result<std::unique_ptr<ports::RelayRecord>> open(std::filesystem::path directory);

}  // namespace lethe::relay_files
