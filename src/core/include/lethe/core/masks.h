// Masks that an administrator may switch on: what is cut at the gate besides card numbers.
//
// Source: GDPR art. 5(1)(c) and art. 87 (national identification numbers). A number is masked only
// when its form and its check digits are right; kinds whose check is weak need a word that names
// them in the 40 bytes before. Numbers may be written in groups with one blank, dot, dash or slash
// between two. Linear in the text; every byte outside a hit stays; masking twice is masking once.
//
// Kinds: IBAN (ISO 13616, length by country, mod 97). National ids: Belgium (rijksregister),
// Switzer- land (AHV 756), Germany (Steuer-ID, with its word), Spain (DNI, NIE), France (NIR),
// Italy (codice fiscale), the Netherlands (BSN, with its word), Poland (PESEL, with its word),
// Sweden (personnummer). Passwords: the word behind "password:" and its like in more than twenty
// languages; behind "is" or in the next line only one with letters and digits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

// All off: the default.
struct MaskChoice {
  bool ibans = false;
  bool national_ids = false;
  bool passwords = false;

  [[nodiscard]] bool any() const noexcept { return ibans || national_ids || passwords; }
  friend bool operator==(const MaskChoice&, const MaskChoice&) = default;
};

// "iban,national_id,password" in that order; unknown words are passed over.
[[nodiscard]] std::string to_text(const MaskChoice& choice);
[[nodiscard]] MaskChoice parse_mask_choice(std::string_view text);

struct MaskHit {
  std::size_t begin = 0;  // byte range in the text that was searched
  std::size_t end = 0;
  std::string mark;  // "[IBAN ending 3000]", "[national id removed]", "[password removed]"
};

// In order, without overlap.
[[nodiscard]] std::vector<MaskHit> find_masked(std::string_view text, const MaskChoice& choice);

struct Masked {
  std::string text;
  std::size_t hits = 0;
};
[[nodiscard]] Masked mask_text(std::string_view text, const MaskChoice& choice);
// The same between and inside the tags of HTML: a number that tags cut into pieces is not seen, a
// password behind "<b>Password:</b>" is.
[[nodiscard]] Masked mask_html(std::string_view html, const MaskChoice& choice);

}  // namespace lethe::core
