// The DNS records that say who may send mail for a domain: SPF (RFC 7208), DKIM keys (RFC 6376
// section 3.6.1, RFC 8463) and DMARC (RFC 7489 section 6.3).
//
// `text` is a whole TXT record, its strings put together. Errors: invalid_argument, with a sentence
// that names what is wrong; texts of the record are quoted in it, shortened to 60 bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::core {

// ---- SPF ----
inline constexpr int kSpfLookupsMax = 10;  // RFC 7208 section 4.6.4
inline constexpr int kSpfVoidMax = 2;      // look-ups without an answer, likewise

struct SpfTerm {
  char qualifier = '+';  // + - ~ ?
  std::string name;      // lower case: all include a mx ptr ip4 ip6 exists redirect exp
  std::string domain;    // of include, a, mx, ptr, exists, redirect; empty: the record's own
  // True for what costs one of the ten look-ups.
  [[nodiscard]] bool looks_up() const noexcept;
};
struct SpfRecord {
  std::vector<SpfTerm> terms;  // in order
  // The qualifier of `all`; nothing when there is none.
  [[nodiscard]] std::optional<char> otherwise() const noexcept;
  [[nodiscard]] const SpfTerm* redirect() const noexcept;
};
// "v=spf1" and a space or the end, in any case: other TXT records are not SPF's.
[[nodiscard]] bool is_spf(std::string_view text) noexcept;
[[nodiscard]] Result<SpfRecord> parse_spf(std::string_view text);

// ---- DMARC ----
enum class DmarcPolicy : std::uint8_t { none, quarantine, reject };
struct DmarcRecord {
  DmarcPolicy policy = DmarcPolicy::none;
  std::optional<DmarcPolicy> subdomains;
  int percent = 100;
  bool strict_dkim = false, strict_spf = false;
  std::vector<std::string> reports_to;  // addresses of rua, without mailto: and size
};
[[nodiscard]] bool is_dmarc(std::string_view text) noexcept;
[[nodiscard]] Result<DmarcRecord> parse_dmarc(std::string_view text);

// ---- DKIM ----
struct DkimKeyRecord {
  bool ed25519 = false;
  Bytes key;             // DER of an RSA key, or 32 bytes
  bool testing = false;  // t=y: verifiers may ignore it
  [[nodiscard]] bool is_revoked() const noexcept { return key.empty(); }
};
[[nodiscard]] Result<DkimKeyRecord> parse_dkim_key(std::string_view text);

// "1.2.0.192.in-addr.arpa", or 32 nibbles below ip6.arpa (RFC 1035 section 3.5, RFC 3596 section
// 2.5). Errors: invalid_argument (no address).
[[nodiscard]] Result<std::string> reverse_name(std::string_view address);

}  // namespace lethe::core
