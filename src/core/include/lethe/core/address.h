// EmailAddress: parsed once, at the edge.
//
// Source: RFC 5321 section 4.5.3.1 (64 and 255 octets), RFC 6531 (Unicode local
// parts), UTS 46 (domains to A-labels), DESIGN section 8. One address has one
// normalised form: domain as A-labels, local part NFC and lower case, needless
// quotes gone. Plus and dot spellings stay different people: folding them would
// join strangers at providers that do not fold.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::core {

inline constexpr std::size_t kLocalPartBytesMax = 64;
inline constexpr std::size_t kDomainBytesMax = 255;

// Made only by parse(), so an address you hold can be compared and mailed.
class EmailAddress {
 public:
  // `text` is one bare address (`ann@example.org`, `"a b"@example.org`), white
  // space around it allowed; no display name, no comment, no address literal.
  // Errors: invalid_argument, too_large. The detail says what is wrong with an
  // address and never repeats it.
  [[nodiscard]] static Result<EmailAddress> parse(std::string_view text);

  // What is compared, indexed and put into an envelope.
  [[nodiscard]] const std::string& normalised() const noexcept { return normalised_; }
  // What people read: the local part as written, the domain in Unicode.
  [[nodiscard]] const std::string& display() const noexcept { return display_; }
  // The two sides of normalised().
  [[nodiscard]] std::string_view local_part() const noexcept;
  [[nodiscard]] std::string_view domain() const noexcept;

  friend bool operator==(const EmailAddress& a, const EmailAddress& b) noexcept {
    return a.normalised_ == b.normalised_;
  }
  friend auto operator<=>(const EmailAddress& a, const EmailAddress& b) noexcept {
    return a.normalised_ <=> b.normalised_;
  }

 private:
  EmailAddress(std::string normalised, std::string display) noexcept
      : normalised_(std::move(normalised)), display_(std::move(display)) {}
  std::string normalised_;
  std::string display_;
};

// The domain alone as lower-case A-labels without a final dot.
// Errors: invalid_argument, too_large.
[[nodiscard]] Result<std::string> normalised_domain(std::string_view domain);

}  // namespace lethe::core
