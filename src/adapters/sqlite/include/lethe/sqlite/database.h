// SQLite behind the driver interface: lethe.db and search.db.
//
// Write-ahead log, synchronous=FULL (a commit that returned survives a power
// cut), secure_delete=ON (freed bytes are overwritten), temp_store=MEMORY (no
// temporary file), foreign keys on, memory mapping off, double quotes are
// names only. Files are 0600.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lethe/sql/driver.h"

namespace lethe::sqlite {

struct Options {
  std::string path;       // made when it is not there; its directory must be
  std::string lock_path;  // for own(); empty: the file "lock" beside it
  // SQLite's application_id: a file with another one is refused. 0x4C657468 is "Leth".
  std::int32_t application_id = 0x4C657468;
  int writer_cache_kib = 8 * 1024;
  int reader_cache_kib = 2 * 1024;
};

// Errors: unavailable (cannot be opened), corrupt (no database, or of another application),
// unsupported (SQLite was built without threads).
[[nodiscard]] Result<std::unique_ptr<sql::Database>> open(Options options);

}  // namespace lethe::sqlite
