#pragma once

#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

// Puts the data of a backup in place of what is there and sweeps it with today's keyring. Today's
// ledger and lethe.toml stay. What was there is kept beside until the end, and put back when the
// restored data cannot be opened. Errors: busy (a server runs), stale_keyring, needs_confirmation,
// corrupt, unavailable (the keyring is missing or of another installation).
[[nodiscard]] Status restore_backup(const std::string& data, const std::string& file,
                                    bool confirm_sweep);
// Reads the file whole; says where the keyring of `data` (may be empty) is. Errors: corrupt,
// not_found, unavailable (it is unpacked beside the file).
[[nodiscard]] Status verify_backup(const std::string& data, const std::string& file);

}  // namespace lethe::cli
