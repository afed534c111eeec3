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

// The number under a bar code (EAN-13, GTIN): ranges of Visa and Maestro of 13 digits, which no
// bank issues any more, are those of German, British and Danish goods.
[[nodiscard]] bool is_article_number(std::span<const std::uint8_t> digits) noexcept;

// A parcel of USPS: 20 or 22 digits from 91 on with the check digit of GS1. In groups of four it
// holds numbers that begin like a card.
[[nodiscard]] bool is_parcel_number(std::span<const std::uint8_t> digits) noexcept;

}  // namespace lethe::core::minimise_issuers
