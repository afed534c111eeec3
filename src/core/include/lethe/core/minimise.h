// What is cut at the gate, before anything is stored: card numbers and traces of devices and
// networks.
//
// Source: GDPR art. 5(1)(c), data minimisation; PCI DSS 3.4 allows the last four digits. A number
// counts as a card when it has 13 to 19 digits of any script, a known issuer range of that length
// and a valid check digit (Luhn), written plainly or in groups. A single blank or dash of any kind
// may part groups of any size; " - ", "_", "/", "%20" and one line end only those of the card
// (4-4-4-4, 4-6-5, 4-6-4). What does not show (soft hyphen, zero width, direction marks) parts
// nothing. Kept are IBANs, telephone numbers after a plus, numbers under bar codes, of parcels and
// of orders (3-7-7), and decimal fractions. Linear; UTF-8 stays valid; bytes that are no UTF-8 are
// read as windows-1252; everything else is kept byte for byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

// The only form in which a card exists in Lethe.
class CardLast4 {
 public:
  // `four`: four ASCII digits.
  explicit CardLast4(std::string_view four) : digits_(four) {}
  [[nodiscard]] const std::string& digits() const noexcept { return digits_; }
  [[nodiscard]] std::string mark() const { return "[card ending " + digits_ + "]"; }

 private:
  std::string digits_;
};

struct CardNumber {
  std::size_t begin = 0;  // byte range in the text that was searched
  std::size_t end = 0;
  CardLast4 last4;
};

// In order, without overlap. For text, subjects and names.
[[nodiscard]] std::vector<CardNumber> find_card_numbers(std::string_view text);
// The same for HTML: entities, comments and the tags that do not part words are seen through; the
// range spans them. Inside tags attribute values are searched as text.
[[nodiscard]] std::vector<CardNumber> find_card_numbers_in_html(std::string_view html);

struct Minimised {
  std::string text;              // the numbers replaced by their mark
  std::vector<CardLast4> cards;  // what was cut, in order
};
[[nodiscard]] Minimised minimise_text(std::string_view text);
[[nodiscard]] Minimised minimise_html(std::string_view html);

// Fields that tell about networks and devices, not about the message: Received, X-Originating-IP,
// User-Agent ...
[[nodiscard]] bool is_trace_header(std::string_view name) noexcept;
// A raw message without these fields (continuation lines included), every other byte as it was. Any
// line ends.
[[nodiscard]] std::string without_trace_headers(std::string_view raw_message);

}  // namespace lethe::core
