#include "lethe/vault/password.h"

#include <sodium.h>

#include <array>
#include <mutex>

namespace lethe::vault {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19} * 1024 * 1024;

std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

// An empty password has no bytes to point at, and libsodium wants a pointer.
std::string_view text_of(const Password& password) {
  return password.secret.empty() ? std::string_view{""} : as_text(password.secret.reveal());
}

}  // namespace

Result<PasswordHash> hash_password(const Password& password) {
  const std::string_view typed = text_of(password);
  if (typed.size() > kPasswordBytesMax) return fail(Errc::too_large, "the password is too long");
  std::array<char, crypto_pwhash_STRBYTES> encoded{};
  const std::scoped_lock lock{one_at_a_time()};
  if (crypto_pwhash_str(encoded.data(), typed.data(), typed.size(), kPasses, kMemory) != 0) {
    return fail(Errc::unavailable, "no memory to hash a password");
  }
  return PasswordHash{std::string{encoded.data()}};
}

PasswordVerdict verify_password(const Password& typed, const PasswordHash& stored) {
  const std::string_view text = text_of(typed);
  if (text.size() > kPasswordBytesMax) return PasswordVerdict::wrong;
  const std::scoped_lock lock{one_at_a_time()};
  if (crypto_pwhash_str_verify(stored.encoded().c_str(), text.data(), text.size()) != 0) {
    return PasswordVerdict::wrong;
  }
  return crypto_pwhash_str_needs_rehash(stored.encoded().c_str(), kPasses, kMemory) == 0
             ? PasswordVerdict::right
             : PasswordVerdict::right_but_outdated;
}

}  // namespace lethe::vault
