#include "lethe/vault/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "lethe/base/assert.h"
#include "lethe/base/secret.h"

namespace lethe::vault {
namespace {

constexpr std::uint32_t kModulus = 1'000'000;  // ten to the power of kTotpDigits
static_assert(kTotpDigits == 6);

}  // namespace

std::int64_t totp_step(Instant at) noexcept { return unix_seconds(at) / kTotpStep.count(); }

std::string totp_code(ByteView key, std::int64_t step) {
  std::array<std::uint8_t, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  }
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  const auto* made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(),
                          counter.size(), mac.data(), &size);
  LETHE_ASSERT(made != nullptr && size == 20);
  // RFC 4226 section 5.3: 31 bits from where the last four bits say.
  const std::size_t at = mac[19] & 15U;
  const std::uint32_t bits = (std::uint32_t{mac[at]} & 0x7fU) << 24 |
                             std::uint32_t{mac[at + 1]} << 16 | std::uint32_t{mac[at + 2]} << 8 |
                             std::uint32_t{mac[at + 3]};
  const std::string digits = std::to_string(bits % kModulus);
  return std::string(kTotpDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> match_totp(ByteView key, std::string_view typed, Instant now,
                                       std::int64_t last) {
  std::optional<std::int64_t> matched;
  const std::int64_t middle = totp_step(now);
  for (std::int64_t step = middle - kTotpDrift; step <= middle + kTotpDrift; ++step) {
    const Secret code{totp_code(key, step)};
    if (code.equals(as_bytes(typed)) && step > last) matched = step;
  }
  return matched;
}

}  // namespace lethe::vault
