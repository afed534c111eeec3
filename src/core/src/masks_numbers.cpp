#include "masks_numbers.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "lethe/base/text.h"

namespace lethe::core::masks {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool all_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }
int value_of(char digit) { return digit - '0'; }

std::int64_t number_of(std::string_view digits) {
  std::int64_t value = 0;
  for (const char digit : digits) value = value * 10 + value_of(digit);
  return value;
}

// Month and day as dates have them; the year says nothing alone.
bool is_date(std::string_view mmdd) {
  const std::int64_t month = number_of(mmdd.substr(0, 2));
  const std::int64_t day = number_of(mmdd.substr(2, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// 9 digits, weights 9..2 and -1 (elfproef).
bool is_bsn(std::string_view id) {
  if (!all_digits(id) || id == "000000000") return false;
  int sum = -value_of(id[8]);
  for (int n = 0; n < 8; ++n) sum += (9 - n) * value_of(id[static_cast<std::size_t>(n)]);
  return sum % 11 == 0;
}

// 11 digits, the first not 0; of the first ten one occurs two or three times and no other twice;
// ISO 7064 mod 11,10.
bool is_steuer_id(std::string_view id) {
  if (!all_digits(id) || id[0] == '0') return false;
  std::array<int, 10> times{};
  int product = 10;
  for (const char digit : id.substr(0, 10)) {
    ++times.at(static_cast<std::size_t>(value_of(digit)));
    int sum = (value_of(digit) + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  if (std::ranges::count_if(times, [](int n) { return n > 1; }) != 1) return false;
  if (std::ranges::any_of(times, [](int n) { return n > 3; })) return false;
  return (11 - product) % 10 == value_of(id[10]);
}

// Sex, year, month (20 and above: unknown), place, order, key: 97 - rest. Corsica: 2A is 19, 2B 18.
bool is_nir(std::string_view id) {
  std::string digits{id};
  if (digits.substr(5, 2) == "2A") digits.replace(5, 2, "19");
  if (digits.substr(5, 2) == "2B") digits.replace(5, 2, "18");
  if (!all_digits(digits)) return false;
  const bool sex = digits[0] == '1' || digits[0] == '2' || digits[0] == '3' || digits[0] == '4' ||
                   digits[0] == '7' || digits[0] == '8';
  const std::int64_t month = number_of(std::string_view{digits}.substr(3, 2));
  const bool month_is_good =
      (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || (month >= 50 && month <= 99);
  if (!sex || !month_is_good || digits.substr(5, 2) == "00") return false;
  const std::int64_t rest = number_of(std::string_view{digits}.substr(0, 13)) % 97;
  return 97 - rest == number_of(std::string_view{digits}.substr(13));
}

char spanish_letter(std::int64_t number) {
  constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  return kLetters[static_cast<std::size_t>(number % 23)];
}

bool is_dni(std::string_view id) {
  return all_digits(id.substr(0, 8)) && spanish_letter(number_of(id.substr(0, 8))) == id[8];
}

bool is_nie(std::string_view id) {
  if (id[0] < 'X' || id[0] > 'Z' || !all_digits(id.substr(1, 7))) return false;
  const std::int64_t number = (id[0] - 'X') * 10'000'000 + number_of(id.substr(1, 7));
  return spanish_letter(number) == id[8];
}

// Letters stand for digits where two persons would have the same code (omocodia).
bool is_codice_fiscale(std::string_view id) {
  constexpr std::string_view kPattern = "AAAAAA99A99A999A";
  constexpr std::string_view kForDigits = "LMNPQRSTUV";
  constexpr std::array<int, 26> kOdd{1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                     20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  int sum = 0;
  for (std::size_t n = 0; n < 16; ++n) {
    const char c = id[n];
    const bool fits = kPattern[n] == 'A'
                          ? is_upper(c)
                          : is_digit(c) || kForDigits.find(c) != std::string_view::npos;
    if (!fits) return false;
    if (n == 15) break;
    const int place = is_digit(c) ? value_of(c) : c - 'A';
    sum += n % 2 == 0 ? kOdd.at(static_cast<std::size_t>(place)) : place;
  }
  constexpr std::string_view kMonths = "ABCDEHLMPRST";
  return kMonths.find(id[8]) != std::string_view::npos && id[15] == 'A' + sum % 26;
}

// Date of birth, order, 97 - rest; born from 2000 on: with a 2 before.
bool is_rijksregister(std::string_view id) {
  if (!all_digits(id) || !is_date(id.substr(2, 4))) return false;
  const std::int64_t number = number_of(id.substr(0, 9));
  const std::int64_t check = number_of(id.substr(9));
  return 97 - number % 97 == check || 97 - (2'000'000'000 + number) % 97 == check;
}

// EAN-13 with the country's number.
bool is_ahv(std::string_view id) {
  if (!all_digits(id) || !id.starts_with("756")) return false;
  int sum = 0;
  for (std::size_t n = 0; n < 13; ++n) sum += value_of(id[n]) * (n % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

bool is_pesel(std::string_view id) {
  constexpr std::array<int, 11> kWeights{1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1};
  if (!all_digits(id)) return false;
  int sum = 0;
  for (std::size_t n = 0; n < 11; ++n) sum += value_of(id[n]) * kWeights.at(n);
  const std::int64_t month = number_of(id.substr(2, 2)) % 20;
  const std::int64_t day = number_of(id.substr(4, 2));
  return sum % 10 == 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// YYMMDDNNNC, Luhn.
bool is_personnummer(std::string_view id) {
  if (!all_digits(id) || !is_date(id.substr(2, 4))) return false;
  int sum = 0;
  for (std::size_t n = 0; n < 10; ++n) {
    const int doubled = value_of(id[n]) * (n % 2 == 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

constexpr std::string_view kGermanWords =
    "steuer|idnr|id-nr|identifikationsnummer|tin|tax id|tax number";
constexpr auto kKinds = std::to_array<NationalId>({
    {9, is_nie, ""},
    {9, is_dni, ""},
    {9, is_bsn, "bsn|burgerservice|sofi|citizen service"},
    {10, is_personnummer, "personnummer|personal identity|pnr"},
    {11, is_rijksregister, ""},
    {11, is_steuer_id, kGermanWords},
    {11, is_pesel, "pesel"},
    {13, is_ahv, ""},
    {15, is_nir, ""},
    {16, is_codice_fiscale, ""},
});

bool stands_in(std::string_view words, std::string_view before) {
  for (const std::string_view word : split(words, '|')) {
    if (before.find(word) != std::string_view::npos) return true;
  }
  return false;
}

struct Country {
  std::string_view code;
  std::size_t length;
};
// The registry of ISO 13616.
constexpr auto kCountries = std::to_array<Country>(
    {{"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
     {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
     {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
     {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
     {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
     {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
     {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
     {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
     {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
     {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
     {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
     {"YE", 30}});

}  // namespace

std::size_t iban_length(std::string_view compact) {
  if (compact.size() < 4 || !is_digit(compact[2]) || !is_digit(compact[3])) return 0;
  const auto found = std::ranges::find(kCountries, compact.substr(0, 2), &Country::code);
  return found == kCountries.end() ? 0 : found->length;
}

bool is_iban(std::string_view compact) {
  if (iban_length(compact) != compact.size()) return false;
  int rest = 0;
  for (std::size_t n = 0; n < compact.size(); ++n) {
    const char c = compact[(n + 4) % compact.size()];
    rest = is_digit(c) ? (rest * 10 + value_of(c)) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
  }
  return rest == 1;
}

const NationalId* national_id(std::string_view compact, std::string_view before, bool is_grouped) {
  for (const NationalId& kind : kKinds) {
    if (kind.length != compact.size() || !kind.is_valid(compact)) continue;
    // The groups in which a personnummer is written say enough.
    const bool is_said = kind.words.empty() || stands_in(kind.words, before) ||
                         (kind.is_valid == is_personnummer && is_grouped);
    if (is_said) return &kind;
  }
  return nullptr;
}

}  // namespace lethe::core::masks
