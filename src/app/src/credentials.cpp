#include "credentials.h"

#include <array>

#include "lethe/app/sign_in.h"
#include "lethe/base/encoding.h"
#include "lethe/vault/password.h"

namespace lethe::app {

std::string new_secret_token(App& app) {
  std::array<std::uint8_t, 32> bytes{};
  app.random.fill(bytes);
  std::string token = to_base64url(bytes);
  wipe(bytes.data(), bytes.size());
  return token;
}

Bytes stored_form(App& app, std::string_view kind, std::string_view token) {
  Bytes material = to_bytes(kind);
  material.push_back(0);
  material.insert(material.end(), token.begin(), token.end());
  const auto digest = app.vault.digest(vault::DigestPurpose::credential, material);
  wipe(material);
  return {digest.begin(), digest.end()};
}

Result<std::string> hash_checked(const Password& password) {
  if (password.secret.reveal().size() < kPasswordCharsMin) {
    return fail(Errc::invalid_argument, "a password has at least 10 characters", "password");
  }
  if (password.secret.reveal().size() > vault::kPasswordBytesMax) {
    return fail(Errc::invalid_argument, "a password has at most 1,024 bytes", "password");
  }
  LETHE_TRY(const PasswordHash hash, vault::hash_password(password));
  return hash.encoded();
}

}  // namespace lethe::app
