// Passwords of agents: Argon2id, two passes over 19 MiB (OWASP's minimum).
//
// One thread hashes at a time; others wait, so that sign-ins cannot take the
// machine's memory. Callers keep it off the store thread and off sockets.
#pragma once

#include "lethe/base/result.h"
#include "lethe/base/secret.h"

namespace lethe::vault {

inline constexpr std::size_t kPasswordBytesMax = 1024;

// Errors: too_large, unavailable (no memory).
[[nodiscard]] Result<PasswordHash> hash_password(const Password& password);

enum class PasswordVerdict : std::uint8_t {
  wrong,
  right,
  right_but_outdated,  // made under older parameters: store a new hash
};
[[nodiscard]] PasswordVerdict verify_password(const Password& typed, const PasswordHash& stored);

}  // namespace lethe::vault
