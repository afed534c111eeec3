// Paths of MAIL and RCPT: RFC 5321 section 4.1.2, with UTF-8 (RFC 6531).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lethe/smtp_protocol/reply.h"

namespace lethe::smtp_protocol {

// Octets, RFC 5321 section 4.5.3.1; a path counts its angle brackets.
inline constexpr std::size_t kLocalPartBytesMax = 64;
inline constexpr std::size_t kDomainBytesMax = 255;
inline constexpr std::size_t kLabelBytesMax = 63;
inline constexpr std::size_t kPathBytesMax = 256;

// True for a domain name ("example.org", an underscore is tolerated, UTF-8 is
// allowed) or an address literal ("[192.0.2.1]", "[IPv6:2001:db8::1]").
[[nodiscard]] bool is_domain(std::string_view text) noexcept;

struct Path {
  // Without brackets and source route; empty for "<>"; a quoted local part
  // loses quotes that it does not need ("joe"@x is joe@x), one without may
  // have dots in odd places (joe..x.@y); "postmaster" may stand without a
  // domain. No control characters, valid UTF-8.
  std::string address;
  bool is_ascii = true;
  std::size_t bytes_read = 0;  // with the brackets; parameters follow
};

// Reads the path that `text` begins with. Replies: 501 5.1.3 for a bad syntax.
[[nodiscard]] OrReply<Path> parse_path(std::string_view text);

}  // namespace lethe::smtp_protocol
