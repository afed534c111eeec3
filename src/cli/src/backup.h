#pragma once

#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

// Puts the data of a backup in place of what is there (kept beside until the end) and sweeps it
// with today's keyring. Today's lethe.toml and the longer ledger stay. Nothing is exchanged when
// the keyring does not go with it. Errors: busy (a server runs), conflict (another installation's
// keyring), stale_keyring, needs_confirmation, corrupt, unavailable (no keyring).
[[nodiscard]] Status restore_backup(const std::string& data, const std::string& file,
                                    bool confirm_sweep);
// Reads the file whole; says where the keyring of `data` (may be empty) is. Errors: corrupt,
// not_found, unavailable (it is unpacked beside the file).
[[nodiscard]] Status verify_backup(const std::string& data, const std::string& file);

}  // namespace lethe::cli
