#include "minimise_issuers.h"

#include <algorithm>
#include <array>

namespace lethe::core::minimise_issuers {
namespace {

struct Range {
  std::uint32_t from;  // first six digits
  std::uint32_t to;
  std::uint32_t lengths;  // bit n: n digits
};

constexpr std::uint32_t bit(unsigned length) { return 1U << length; }
constexpr std::uint32_t k16To19 = bit(16) | bit(17) | bit(18) | bit(19);
constexpr std::uint32_t k13To19 = bit(13) | bit(14) | bit(15) | k16To19;

constexpr auto kRanges = std::to_array<Range>({
    {194600, 194699, bit(16)},                                // GPN
    {220000, 220499, k16To19},                                // Mir
    {220500, 220599, bit(16)},                                // Borica
    {222100, 272099, bit(16)},                                // Mastercard
    {300000, 305999, bit(14) | k16To19},                      // Diners Club
    {309500, 309599, bit(14) | k16To19},                      // Diners Club
    {340000, 349999, bit(15)},                                // American Express
    {352800, 358999, k16To19},                                // JCB
    {360000, 369999, bit(14) | bit(15) | k16To19},            // Diners Club
    {370000, 379999, bit(15)},                                // American Express
    {380000, 399999, bit(14) | k16To19},                      // Diners Club
    {400000, 499999, bit(13) | bit(16) | bit(18) | bit(19)},  // Visa, Elo
    {500000, 509999, k13To19},                                // Maestro, Dankort, Verve, Elo
    {510000, 559999, bit(16)},                                // Mastercard
    {560000, 589999, k13To19},                                // Maestro
    {601100, 601199, k16To19},                                // Discover
    {600722, 600722, bit(16)},                                // Forbrugsforeningen
    {606282, 606282, bit(16)},                                // Hipercard
    {606985, 608999, bit(16)},                                // RuPay
    {620000, 629999, k16To19},                                // UnionPay
    {630400, 630499, k13To19},                                // Maestro
    {633300, 633499, bit(16) | bit(18) | bit(19)},            // Solo
    {636000, 636999, k16To19},                                // InterPayment, Elo
    {637000, 638999, bit(16)},                                // InstaPayment, Hipercard
    {639000, 639099, k13To19},                                // Maestro
    {639100, 639999, bit(16)},                                // InstaPayment
    {644000, 659999, k16To19},                                // Discover, RuPay, Verve, Troy
    {670000, 679999, k13To19},                                // Maestro
    {810000, 817199, k16To19},                                // UnionPay
    {820000, 829999, bit(16)},                                // RuPay
    {860000, 860099, bit(16)},                                // Uzcard
    {970400, 970499, bit(16) | bit(19)},                      // Napas
    {979200, 979289, bit(16)},                                // Troy
    {986000, 986099, bit(16)},                                // Humo
});

bool has_issuer(std::span<const std::uint8_t> digits) noexcept {
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < 6; ++i) first = first * 10 + digits[i];
  const std::uint32_t length = bit(static_cast<unsigned>(digits.size()));
  return std::ranges::any_of(kRanges, [&](const Range& r) {
    return first >= r.from && first <= r.to && (r.lengths & length) != 0;
  });
}

bool has_check_digit(std::span<const std::uint8_t> digits) noexcept {
  unsigned sum = 0;
  bool doubled = false;
  for (std::size_t i = digits.size(); i > 0; --i) {
    unsigned value = digits[i - 1];
    if (doubled) value = value < 5 ? value * 2 : value * 2 - 9;
    sum += value;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

// Weights 1 and 3 in turn, 1 at the check digit.
bool has_gs1_check_digit(std::span<const std::uint8_t> digits) noexcept {
  unsigned sum = 0;
  unsigned weight = 1;
  for (std::size_t i = digits.size(); i > 0; --i, weight = 4 - weight)
    sum += digits[i - 1] * weight;
  return sum % 10 == 0;
}

}  // namespace

bool is_card_number(std::span<const std::uint8_t> digits) noexcept {
  if (digits.size() < kDigitsMin || digits.size() > kDigitsMax) return false;
  return has_issuer(digits) && has_check_digit(digits);
}

bool is_iban(char first_letter, char second_letter, std::span<const std::uint8_t> digits) noexcept {
  if (digits.size() < 13 || digits.size() > 32) return false;
  unsigned remainder = 0;
  const auto take = [&](unsigned value) {
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  };
  for (const std::uint8_t digit : digits.subspan(2)) take(digit);
  take(static_cast<unsigned>(first_letter - 'A') + 10);
  take(static_cast<unsigned>(second_letter - 'A') + 10);
  take(digits[0]);
  take(digits[1]);
  return remainder == 1;
}

bool is_article_number(std::span<const std::uint8_t> digits) noexcept {
  return digits.size() == 13 && has_gs1_check_digit(digits);
}

bool is_parcel_number(std::span<const std::uint8_t> digits) noexcept {
  if (digits.size() != 20 && digits.size() != 22) return false;
  return digits[0] == 9 && digits[1] >= 1 && digits[1] <= 5 && has_gs1_check_digit(digits);
}

}  // namespace lethe::core::minimise_issuers
