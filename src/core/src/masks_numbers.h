// Forms and check digits of the numbers that masks know.
#pragma once

#include <string_view>

namespace lethe::core::masks {

// `compact`: the number without separators, letters in upper case.
[[nodiscard]] bool is_iban(std::string_view compact);
// How long an IBAN of the country that `compact` begins with is; 0 when it has none.
[[nodiscard]] std::size_t iban_length(std::string_view compact);

struct NationalId {
  std::size_t length;
  bool (*is_valid)(std::string_view compact);
  // Lower-case words of which one must stand shortly before, separated by '|'; empty: none needed.
  std::string_view words;
};
inline constexpr std::size_t kNationalIdLongest = 16;
// The kind that `compact` is, or null.
[[nodiscard]] const NationalId* national_id(std::string_view compact, std::string_view before,
                                            bool is_grouped);

}  // namespace lethe::core::masks
