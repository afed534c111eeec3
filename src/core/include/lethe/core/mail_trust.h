// What is known of a mail's sender: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and spam, as
// a filter or a trusted server in front of us found them. Lethe asks no DNS itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/core/mail_facts.h"

namespace lethe::core {

// The numbers are part of the format.
enum class AuthResult : std::uint8_t { unknown = 0, none, pass, fail, temperror };
enum class SpamVerdict : std::uint8_t { unknown = 0, ham, spam };
enum class TrustSource : std::uint8_t { nobody = 0, filter, header };

// "unknown", "none", "pass", "fail", "temperror".
[[nodiscard]] std::string_view name_of(AuthResult result) noexcept;
[[nodiscard]] std::string_view name_of(SpamVerdict verdict) noexcept;

struct MailTrust {
  TrustSource source = TrustSource::nobody;
  AuthResult spf = AuthResult::unknown;
  AuthResult dkim = AuthResult::unknown;
  AuthResult dmarc = AuthResult::unknown;
  SpamVerdict spam = SpamVerdict::unknown;
  // SPF or DKIM passed for exactly the domain of From.
  bool aligned = false;

  // The domain of From is vouched for: DMARC passed, or has no policy and something is aligned.
  [[nodiscard]] bool is_authentic() const noexcept {
    return dmarc == AuthResult::pass || (dmarc == AuthResult::none && aligned);
  }
  friend bool operator==(const MailTrust&, const MailTrust&) = default;
};

// The part of an address behind its last '@', lower case; empty when there is none.
[[nodiscard]] std::string domain_of(std::string_view address);

// RFC 8601: the topmost Authentication-Results of one of `trusted` ids; `source` is nobody when
// there is none. It is trustworthy only where every mail comes through the server that writes it.
[[nodiscard]] MailTrust trust_of_header(const MailFacts& mail,
                                        const std::vector<std::string>& trusted,
                                        std::string_view from_domain);

// `raw_message` with the topmost Authentication-Results of a trusted id and without the further
// ones that claim it; every other byte as it was.
[[nodiscard]] std::string without_forged_results(std::string_view raw_message,
                                                 const std::vector<std::string>& trusted);

// A forwarder sends from its own servers, so its SPF failure says nothing about the author. `helo`
// and the domain of `envelope_sender` are compared with `forwarders` and their subdomains. A false
// claim gains nothing: a failure becomes "none", never "pass".
[[nodiscard]] bool is_forwarded(std::string_view helo, std::string_view envelope_sender,
                                const std::vector<std::string>& forwarders);
[[nodiscard]] MailTrust without_spf_failure(MailTrust trust) noexcept;

}  // namespace lethe::core
