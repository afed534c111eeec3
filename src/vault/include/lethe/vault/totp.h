// One-time codes of an authenticator app: RFC 6238 over RFC 4226, with SHA-1, steps of 30 seconds
// and 6 digits, which is what every such app understands.
//
// No clock here: the caller passes `now`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/base/bytes.h"
#include "lethe/base/time.h"

namespace lethe::vault {

inline constexpr Seconds kTotpStep{30};
inline constexpr std::size_t kTotpDigits = 6;
inline constexpr std::size_t kTotpKeyBytes = 20;  // RFC 4226 section 4, R6: 160 bits
// Clocks may differ by so many steps, both ways (RFC 6238 section 5.2).
inline constexpr std::int64_t kTotpDrift = 1;

[[nodiscard]] std::int64_t totp_step(Instant at) noexcept;
// kTotpDigits digits, with leading zeros.
[[nodiscard]] std::string totp_code(ByteView key, std::int64_t step);

// The step whose code was typed, at most kTotpDrift from that of `now` and later than `last`, so
// that no code is taken twice. Every candidate is compared, each in constant time.
[[nodiscard]] std::optional<std::int64_t> match_totp(ByteView key, std::string_view typed,
                                                     Instant now, std::int64_t last);

}  // namespace lethe::vault
