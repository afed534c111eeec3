// Which digits can be a payment card: issuer ranges with their lengths (ISO/IEC 7812) and the check
// digit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lethe::core::minimise_issuers {

inline constexpr std::size_t kDigitsMin = 13;
inline constexpr std::size_t kDigitsMax = 19;

// `digits`: values 0 to 9.
[[nodiscard]] bool is_card_number(std::span<const std::uint8_t> digits) noexcept;

// Whether `digits` after the country letters are a valid IBAN (ISO 13616): no card, whatever its
// digits spell.
[[nodiscard]] bool is_iban(char first_letter, char second_letter,
                           std::span<const std::uint8_t> digits) noexcept;

}  // namespace lethe::core::minimise_issuers
